import type { Pool } from '@reqrun/platform/database';
import { rollUpMetrics } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** So many times as long as a pass took there is none: figures never take more than this share. */
const REST_PER_WORK = 20;

/**
 * Brings the figures of projects up to date, behind the requests and out of their way.
 *
 * @param pool the database
 * @param everyMs pause between two rounds, in ms
 */
export function metricsRollupTask(pool: Pool, everyMs: number): PeriodicJob {
  let restUntil = 0;
  return {
    name: 'metrics_rollup',
    everyMs,
    async run(signal) {
      const startedAt = performance.now();
      if (startedAt < restUntil) {
        return;
      }
      try {
        await rollUpMetrics(pool, everyMs / 2, signal);
      } finally {
        const now = performance.now();
        restUntil = now + REST_PER_WORK * (now - startedAt);
      }
    },
  };
}
