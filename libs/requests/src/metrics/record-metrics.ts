import { REQUEST_STATUSES } from '@reqrun/contracts';
import type { Pool } from '@reqrun/platform/database';
import { Gauge, type Registry } from '@reqrun/platform/metrics';

import {
  countByStatus,
  countWaitingByPhase,
  countWaitingOut,
  oldestDueAgeMs,
} from './record-counts.js';
import { remembered } from './remembered.js';

/** Cache times of counts, which read every record: in ms, and as a multiple of the last count's duration. */
const COUNT = { everyMs: 15_000, timesItsCost: 50 };
/** Cache times of the oldest due request, which is read from an index. */
const OLDEST_DUE = { everyMs: 1_000, timesItsCost: 50 };

/** Phases of lanes in trouble. */
const PHASES = ['paced', 'open', 'ramping'] as const;

/**
 * Adds metrics of the table to a process's registry: the number of records by status (so that
 * accepted = completed + failed + canceled + open can be checked from outside), and the age of the oldest
 * due request. Scrapes share one count, and a slow count is made less often: it never keeps a connection
 * busy for more than a fiftieth of the time.
 *
 * @param registry the process's metrics
 * @param pool connections that no API call waits for
 */
export function registerRecordMetrics(registry: Registry, pool: Pool): void {
  // Both gauges show one count, so that their sums agree at every scrape.
  const currentCounts = remembered(() => countByStatus(pool), COUNT);
  const currentWaitingOut = remembered(() => countWaitingOut(pool), COUNT);
  const currentWaiting = remembered(() => countWaitingByPhase(pool), COUNT);
  const currentAge = remembered(() => oldestDueAgeMs(pool), OLDEST_DUE);
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
    name: 'reqrun_records_waiting_out_outage',
    help: 'Records in retrying that are tried again until their deadline; the others end with their count.',
    registers: [registry],
    async collect() {
      const count = await currentWaitingOut();
      if (count !== null) {
        this.set(count);
      }
    },
  });
  new Gauge({
    name: 'reqrun_oldest_due_seconds',
    help: 'How long the oldest request that waits for a worker has been due; 0 when none is.',
    registers: [registry],
    async collect() {
      const age = await currentAge();
      if (age !== null) {
        this.set(age / 1000);
      }
    },
  });
  new Gauge({
    name: 'reqrun_lane_waiting',
    help: 'Due requests that wait for a model that is slowed (paced, ramping) or shut (open); of each model at most 1,000 are counted.',
    labelNames: ['phase'],
    registers: [registry],
    async collect() {
      const current = await currentWaiting();
      for (const phase of current === null ? [] : PHASES) {
        this.set({ phase }, current?.get(phase) ?? 0);
      }
    },
  });
}
