import { REQUEST_STATUSES } from '@reqrun/contracts';
import type { Pool } from '@reqrun/platform/database';
import { Gauge, type Registry } from '@reqrun/platform/metrics';

import { countByStatus, oldestDueAgeMs } from './observe.js';

/** Counting reads every record, so it is done at most this often. */
const COUNT_EVERY_MS = 15_000;

/**
 * Adds what the table itself says to a process's metrics: where all records stand (so that
 * accepted = completed + failed + canceled + open can be checked from outside), and how long the
 * oldest due one has waited.
 *
 * @param registry the process's metrics
 * @param pool the database
 */
export function registerRecordMetrics(registry: Registry, pool: Pool): void {
  let counts: ReturnType<typeof countByStatus> | null = null;
  let countedAt = -Infinity;
  // Both gauges show one count, so that their sums agree at every scrape.
  const currentCounts = async (): Promise<Awaited<ReturnType<typeof countByStatus>> | null> => {
    if (counts === null || Date.now() - countedAt >= COUNT_EVERY_MS) {
      countedAt = Date.now();
      counts = countByStatus(pool);
    }
    return counts.catch(() => null);
  };
  new Gauge({
    name: 'reqrun_records',
    help: 'Records by status, as the database has them. Open ones are queued, retrying, processing.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      const current = await currentCounts();
      for (const status of current === null ? [] : REQUEST_STATUSES) {
        this.set({ status }, current?.get(status) ?? 0);
      }
    },
  });
  new Gauge({
    name: 'reqrun_records_accepted',
    help: 'All records that were accepted and not yet deleted by retention: the sum of reqrun_records.',
    registers: [registry],
    async collect() {
      const current = await currentCounts();
      if (current !== null) {
        this.set([...current.values()].reduce((sum, count) => sum + count, 0));
      }
    },
  });
  new Gauge({
    name: 'reqrun_oldest_due_seconds',
    help: 'How long the oldest due request has been due; 0 when nothing is.',
    registers: [registry],
    async collect() {
      const age = await oldestDueAgeMs(pool).catch(() => null);
      if (age !== null) {
        this.set(age / 1000);
      }
    },
  });
}
