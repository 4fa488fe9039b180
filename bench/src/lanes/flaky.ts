import { setTimeout as delay } from 'node:timers/promises';

import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { type Column, renderTable } from '../table.js';
import { openStage, submitAtRate } from './stage.js';

const WORKERS = 4;
const PER_SECOND = 20;
/** Statuses that it fails with, each of a model of its own. */
const STATUSES = [500, 502, 503, 504, 520] as const;
const MODELS = STATUSES.length;
/** Smallest throughput, of that without lanes. */
const LEAST = 0.95;
/** Time for the retries of the last requests, in s. */
const LINGER_S = 8;

interface Row {
  readonly lanes: 'with' | 'without';
  readonly accepted: number;
  readonly completed: number;
  readonly calls: number;
  readonly ofWithout: number | null;
}

/**
 * Measures what a provider that fails 40 % of its calls at random completes, with lanes and without.
 *
 * @param quick whether to run for 20 s instead of 120 s
 * @param say reports progress
 */
export async function measureFlaky(quick: boolean, say: (line: string) => void): Promise<Section> {
  const seconds = quick ? 20 : 120;
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  for (const lanes of ['without', 'with'] as const) {
    say(`a flaky provider, ${lanes} lanes`);
    const stage = await openStage({ workers: WORKERS, hasLanes: lanes === 'with' });
    try {
      await submitAtRate(PER_SECOND * MODELS, seconds, (number) =>
        stage.submit(`sim/flaky:40:${STATUSES[number % MODELS] ?? 503}`),
      );
      await delay(LINGER_S * 1_000);
      const [figures] = await stage.rows<Pick<Row, 'accepted' | 'completed' | 'calls'>>(
        `SELECT count(*)::int AS accepted, (count(*) FILTER (WHERE status = 'completed'))::int AS completed,
                sum(attempts)::int AS calls FROM requests`,
      );
      const { accepted = 0, completed = 0, calls = 0 } = figures ?? {};
      const without = rows[0]?.completed;
      rows.push({
        ...{ lanes, accepted, completed, calls },
        ofWithout: without === undefined ? null : completed / without,
      });
    } finally {
      await stage.stop();
    }
  }
  const { busy, stolen } = watch();
  return {
    title: `40 % of calls fail at random: ${MODELS} models with ${PER_SECOND} requests/s each, ${seconds} s`,
    table: renderTable(COLUMNS, rows),
    rows,
    notes: [
      `Completed within ${LINGER_S} s behind the last request. The others are in their retries, or had four failures in a row.`,
      ...disturbance([busy + stolen]),
    ],
    bars: [],
  };
}

const COLUMNS: readonly Column<Row>[] = [
  ['lanes', ({ lanes }) => lanes],
  ['requests', ({ accepted }) => String(accepted)],
  ['calls', ({ calls }) => String(calls)],
  ['completed', ({ completed }) => String(completed)],
  ['of without', ({ ofWithout }) => ofWithout?.toFixed(3) ?? ''],
  ['bar', ({ ofWithout }) => (ofWithout === null ? '' : `≥ ${LEAST}`)],
  ['kept', ({ ofWithout }) => (ofWithout === null ? '' : ofWithout >= LEAST ? 'yes' : 'no')],
];
