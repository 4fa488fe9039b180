import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import { type RequestEvents, retryPortion, unfinishedBulkRetries } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** Parts of the task. */
export interface BulkRetryParts {
  pool: Pool;
  events: RequestEvents;
  logger: Logger;
}

/**
 * Runs the bulk retries that users have ordered, in small portions. Their progress is kept in a table that
 * every worker reads: no order is lost, and one that a worker has left is continued by another.
 *
 * @param parts the parts of the task
 * @param everyMs pause between two rounds, in ms
 */
export const bulkRetryTask = (parts: BulkRetryParts, everyMs: number): PeriodicJob => ({
  name: 'bulk_retry',
  everyMs,
  async run(signal) {
    for (const id of await unfinishedBulkRetries(parts.pool)) {
      await workOn(id, parts, signal);
    }
  },
});

async function workOn(
  id: string,
  { pool, events, logger }: BulkRetryParts,
  signal: AbortSignal,
): Promise<void> {
  let total = 0;
  for (let retried: number | null = 0; retried !== null && !signal.aborted;) {
    retried = await retryPortion(pool, id);
    if (retried !== null && retried > 0) {
      total += retried;
      events.due();
    }
  }
  if (total > 0) {
    logger.info('bulk_retry.progressed', { bulk_retry_id: id, requests_retried: total });
  }
}
