import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import { sweepRetention } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/**
 * Deletes contents and records past their retention, in small batches.
 *
 * @param parts the database and the logger
 * @param everyMs pause between two rounds, in ms
 */
export const retentionTask = (
  { pool, logger }: { pool: Pool; logger: Logger },
  everyMs: number,
): PeriodicJob => ({
  name: 'retention',
  everyMs,
  async run(signal) {
    const { contents, records, cacheEntries } = await sweepRetention(pool, signal);
    if (contents > 0 || records > 0 || cacheEntries > 0) {
      logger.info('retention.swept', {
        contents_deleted: contents,
        records_deleted: records,
        cache_entries_deleted: cacheEntries,
      });
    }
  },
});
