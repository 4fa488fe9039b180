import { requestIdFromUuid } from '@reqrun/contracts';
import type { Logger } from '@reqrun/platform/logging';
import {
  type OutageLimits,
  OutageWatch,
  type Recovered,
  type RequestEvents,
  type RequestRecovery,
} from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import type { PeriodicJob } from '../periodic-task.js';

/** Parts of the task. */
export interface ReaperParts {
  recovery: RequestRecovery;
  events: RequestEvents;
  metrics: WorkerMetrics;
  logger: Logger;
  /** Called when requests have failed with their workers: a response of theirs may run at the provider. */
  onFailed: () => void;
}

/** Number of rounds within the shortest outage; each reads the database. */
const LOOKS_PER_GAP = 3;

/**
 * Takes back the requests of dead or paused workers, and ends requests past their deadline. Every worker
 * runs it on a plain timer, without a leader or a queue. After an outage of the database, and at its own
 * start, it leaves the owners time to renew.
 *
 * @param parts the parts of the task
 * @param everyMs pause between two rounds, in ms
 * @param outage definition of an outage of the database, after which owners renew before anything is
 *   taken back
 */
export function reaperTask(parts: ReaperParts, everyMs: number, outage: OutageLimits): PeriodicJob {
  const { recovery, events } = parts;
  const watch = new OutageWatch(outage);
  return {
    name: 'recovery',
    everyMs: Math.min(everyMs, outage.gapMs / LOOKS_PER_GAP),
    async run() {
      for (let more = true; more;) {
        const reaped = await recovery.reapExpiredLeases(watch);
        reportLost(reaped.recovered, parts);
        more = reaped.mayHaveMore;
      }
      for (let more = true; more;) {
        const expired = await recovery.expireOverdue();
        events.ended(expired.recovered, { mayBeRunning: true });
        more = expired.mayHaveMore;
      }
    },
  };
}

function reportLost(
  recovered: readonly Recovered[],
  { events, metrics, logger, onFailed }: ReaperParts,
): void {
  const failed = recovered.filter(({ status }) => status === 'failed');
  const waiting = recovered.filter(({ status }) => status !== 'failed');
  for (const { id, status, attempts } of recovered) {
    metrics.attempts.inc({ outcome: 'lost', code: 'worker_lost' });
    logger.warn('attempt.finished', {
      request_id: requestIdFromUuid(id),
      attempt: attempts,
      outcome: 'lost',
      error_code: 'worker_lost',
      decision: status === 'failed' ? 'fail' : 'retry',
    });
  }
  if (failed.length > 0) {
    onFailed();
  }
  // A paused worker may still call the provider for them.
  events.ended(failed, { mayBeRunning: true });
  if (waiting.length > 0) {
    events.due();
    events.abandoned(waiting.map(({ id }) => id));
  }
}
