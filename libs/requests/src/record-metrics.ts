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
  let countedAt = -Infinity;
  const records = new Gauge({
    name: 'reqrun_records',
    help: 'Records by status, as the database has them. Open ones are queued, retrying, processing.',
    labelNames: ['status'],
    registers: [registry],
    async collect() {
      if (Date.now() - countedAt < COUNT_EVERY_MS) {
        return;
      }
      countedAt = Date.now();
      const counts = await countByStatus(pool).catch(() => null);
      if (counts !== null) {
        let all = 0;
        for (const status of REQUEST_STATUSES) {
          const count = counts.get(status) ?? 0;
          all += count;
          this.set({ status }, count);
        }
        accepted.set(all);
      }
    },
  });
  const accepted = new Gauge({
    name: 'reqrun_records_accepted',
    help: 'All records that were accepted and not yet deleted by retention: the sum of reqrun_records.',
    registers: [registry],
  });
  records.set({ status: 'queued' }, 0);
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
