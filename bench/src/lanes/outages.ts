import { setTimeout as delay } from 'node:timers/promises';

import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { quantile } from '../statistics.js';
import { type Column, renderTable } from '../table.js';
import { openStage, type Stage, submitAtRate, untilDrained } from './stage.js';

const WORKERS = 4;
const PER_SECOND = 20;
/** Time before the outage, and behind it, in s. */
const BEFORE_S = 10;
const AFTER_S = 30;
/** Bars: calls into the outage, time between two calls once it is open, seconds until full speed. */
const MOST_CALLS = 400;
const LEAST_GAP_S = 2;
const MOST_SECONDS = 10;
const FULL = 0.9;

/** Cost of an outage. */
interface Outage {
  readonly calls: number;
  /** Calls in the two seconds behind the opening, which had begun or did not know of it. */
  readonly late: number;
  /** Shortest time between two later calls, in s; null where there were fewer than two. */
  readonly gap: number | null;
  /** Time from the recovery until nine tenths of the usual successes per second, in s. */
  readonly seconds: number;
  readonly failed: number;
}

interface Row {
  readonly lanes: 'with' | 'without';
  readonly outages: readonly Outage[];
}

/**
 * Measures outages of several models of one project at the same time, each with a steady rate of requests.
 *
 * @param quick whether there are three short outages instead of ten long ones
 * @param say reports progress
 */
export async function measureOutages(
  quick: boolean,
  say: (line: string) => void,
): Promise<Section> {
  const [models, outageS] = quick ? [3, 20] : [10, 60];
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  for (const lanes of ['with', 'without'] as const) {
    say(`${models} outages, ${lanes} lanes`);
    const stage = await openStage({ workers: WORKERS, hasLanes: lanes === 'with' });
    try {
      rows.push({ lanes, outages: await runOutages(stage, models, outageS) });
    } finally {
      await stage.stop();
    }
  }
  const { busy, stolen } = watch();
  return {
    title: `${models} outages of ${outageS} s at ${PER_SECOND} requests/s each, ${WORKERS} workers`,
    table: renderTable(COLUMNS, rows),
    rows,
    notes: [
      'Worst of all outages, but for the median. Late: calls within 2 s behind the opening. ' +
        `Back: from the recovery until ${FULL * 100} % of the usual successes per second.`,
      ...disturbance([busy + stolen]),
    ],
    bars: [],
  };
}

async function runOutages(stage: Stage, count: number, outageS: number): Promise<Outage[]> {
  // A time of its own makes each name a model of its own, and spreads the outages over the waits between probes.
  const models = Array.from(
    { length: count },
    (_, index) => `sim/outage:${BEFORE_S * 1_000 + index * 370}:${outageS * 1_000}`,
  );
  const opened = new Map<string, number>();
  let isOver = false;
  const watching = watchOpenings(stage, opened, () => isOver);
  await submitAtRate(PER_SECOND * count, BEFORE_S + outageS + AFTER_S, (number) =>
    stage.submit(models[number % count] ?? ''),
  );
  await untilDrained(stage, 60_000);
  isOver = true;
  await watching;
  return Promise.all(
    models.map((model, index) =>
      outageOf(stage, model, BEFORE_S + index * 0.37 + outageS, opened.get(model)),
    ),
  );
}

/** Notes when the lane of a model was first seen open, by the clock of the database. */
async function watchOpenings(
  stage: Stage,
  opened: Map<string, number>,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const rows = await stage.rows<{ model: string; at: number }>(
      `SELECT model, extract(epoch FROM since)::float8 AS at FROM lanes WHERE phase = 'open'`,
    );
    rows
      .filter(({ model }) => !opened.has(model))
      .forEach(({ model, at }) => opened.set(model, at));
    await delay(200);
  }
}

async function outageOf(
  stage: Stage,
  model: string,
  recoveryS: number,
  openedAt: number | undefined,
): Promise<Outage> {
  const attempts = await stage.rows<{ at: number; ended: number; ok: boolean }>(
    `SELECT extract(epoch FROM started_at)::float8 AS at, extract(epoch FROM ended_at)::float8 AS ended,
            outcome = 'succeeded' AS ok
     FROM attempts WHERE model = $1 ORDER BY started_at`,
    [model],
  );
  const [requests] = await stage.rows<{ failed: number }>(
    `SELECT (count(*) FILTER (WHERE status <> 'completed'))::int AS failed FROM requests WHERE model = $1`,
    [model],
  );
  const first = attempts[0]?.at ?? 0;
  const into = attempts.filter(({ ok }) => !ok);
  const later = openedAt === undefined ? [] : into.filter(({ at }) => at > openedAt + LEAST_GAP_S);
  const gaps = later.slice(1).map(({ at }, index) => at - (later[index]?.at ?? 0));
  const successes = attempts.filter(({ ok }) => ok).map(({ ended }) => ended - first - recoveryS);
  return {
    calls: into.length,
    late:
      openedAt === undefined
        ? 0
        : into.filter(({ at }) => at > openedAt && at <= openedAt + LEAST_GAP_S).length,
    gap: gaps.length === 0 ? null : Math.min(...gaps),
    seconds: timeToFull(successes),
    failed: requests?.failed ?? 0,
  };
}

/** Start of the first second behind the recovery with enough successes, in s. */
function timeToFull(successes: readonly number[]): number {
  for (let at = 0; at < AFTER_S; at += 0.1) {
    const inSecond = successes.filter((time) => time >= at && time < at + 1).length;
    if (inSecond >= FULL * PER_SECOND) {
      return at;
    }
  }
  return Infinity;
}

const most = ({ outages }: Row, of: (outage: Outage) => number): number =>
  Math.max(...outages.map(of));
const median = ({ outages }: Row): number =>
  quantile(
    outages.map(({ seconds }) => seconds).sort((a, b) => a - b),
    0.5,
  );
const shortest = ({ outages }: Row): number =>
  Math.min(...outages.map(({ gap }) => gap ?? Infinity));

const COLUMNS: readonly Column<Row>[] = [
  ['lanes', ({ lanes }) => lanes],
  ['calls into it', (row) => String(most(row, ({ calls }) => calls))],
  ['bar', () => `≤ ${MOST_CALLS}`],
  ['late', (row) => String(most(row, ({ late }) => late))],
  ['then s between calls', (row) => (row.lanes === 'with' ? shortest(row).toFixed(2) : '')],
  ['bar', () => `≥ ${LEAST_GAP_S}`],
  ['back, median s', (row) => median(row).toFixed(1)],
  ['bar', () => `≤ ${MOST_SECONDS}`],
  ['worst s', (row) => most(row, ({ seconds }) => seconds).toFixed(1)],
  ['failed', ({ outages }) => String(outages.reduce((sum, { failed }) => sum + failed, 0))],
  [
    'kept',
    (row) =>
      most(row, ({ calls }) => calls) <= MOST_CALLS &&
      shortest(row) >= LEAST_GAP_S &&
      median(row) <= MOST_SECONDS &&
      row.outages.every(({ failed }) => failed === 0)
        ? 'yes'
        : 'no',
  ],
];
