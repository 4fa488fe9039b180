import type { Pool } from '@reqrun/platform/database';
import { rollUpMetrics } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** Pause after a pass, as a multiple of its duration: it bounds the share of time that roll-ups take. */
const REST_PER_WORK = 20;

/**
 * Rolls up the metrics of projects, without holding up their requests.
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
