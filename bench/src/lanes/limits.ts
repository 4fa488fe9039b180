import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { type Column, renderTable } from '../table.js';
import { openStage, type Stage, untilDrained } from './stage.js';

const REQUESTS = 200;
const WORKERS = 4;
/** Calls in a window of the provider. */
const LIMIT = 60;

/** A limit of a provider, and what is asked of the product. */
interface Shape {
  readonly name: string;
  /** End of the step `limit`. */
  readonly ends: string;
  readonly refills: 'steadily' | 'at once';
  /** Largest share of calls that are refused. */
  readonly mostRefused: number;
  /** Smallest share of what the limit allows. */
  readonly leastUsed: number | null;
}

const SHAPES: readonly Shape[] = [
  { name: 'headers, steady', ends: '', refills: 'steadily', mostRefused: 0.03, leastUsed: 0.95 },
  {
    ...{ name: 'headers, window', ends: ':window', refills: 'at once' },
    ...{ mostRefused: 0.03, leastUsed: 0.95 },
  },
  {
    ...{ name: 'retry-after, steady', ends: ':retry-after', refills: 'steadily' },
    ...{ mostRefused: 0.45, leastUsed: null },
  },
  {
    ...{ name: 'retry-after, window', ends: ':window:retry-after', refills: 'at once' },
    ...{ mostRefused: 0.45, leastUsed: null },
  },
];

interface Row {
  readonly limit: string;
  readonly lanes: 'with' | 'without';
  readonly calls: number;
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
  /** Share of the calls that the limit allowed in this time. */
  readonly used: number;
  readonly shape: Shape;
}

/**
 * Measures what becomes of many requests at once for a provider with a limit, with lanes and without.
 *
 * @param quick whether time runs twelve times as fast instead of four times
 * @param say reports progress
 */
export async function measureLimits(quick: boolean, say: (line: string) => void): Promise<Section> {
  const windowMs = 60_000 / (quick ? 12 : 4);
  const watch = watchOtherLoad();
  const rows: Row[] = [];
  for (const lanes of ['with', 'without'] as const) {
    say(`limits, ${lanes} lanes`);
    const stage = await openStage({ workers: WORKERS, hasLanes: lanes === 'with' });
    try {
      const submitted = SHAPES.flatMap((shape) =>
        Array.from({ length: REQUESTS }, () => stage.submit(modelOf(shape, windowMs))),
      );
      await Promise.all(submitted);
      await untilDrained(stage, 20 * windowMs);
      for (const shape of SHAPES) {
        rows.push(await rowOf(stage, shape, lanes, windowMs));
      }
    } finally {
      await stage.stop();
    }
  }
  const { busy, stolen } = watch();
  return {
    title: `${REQUESTS} requests at once, a limit of ${LIMIT} in ${windowMs / 1_000} s, ${WORKERS} workers`,
    table: renderTable(COLUMNS, rows),
    rows,
    notes: [
      'All four limits at once, each of a model of its own. Used: successes of what the limit allowed until the last one.',
      ...disturbance([busy + stolen]),
    ],
    bars: [],
  };
}

const modelOf = ({ ends }: Shape, windowMs: number): string =>
  `sim/limit:${LIMIT}:${windowMs}${ends}`;

async function rowOf(
  stage: Stage,
  shape: Shape,
  lanes: Row['lanes'],
  windowMs: number,
): Promise<Row> {
  const [figures] = await stage.rows<{ calls: number; refused: number; seconds: number }>(
    `SELECT (count(*) FILTER (WHERE outcome <> 'released'))::int AS calls, (count(*) FILTER (WHERE http_status = 429))::int AS refused,
            extract(epoch FROM max(ended_at) FILTER (WHERE outcome = 'succeeded') - min(started_at))::float8 AS seconds
     FROM attempts WHERE model = $1`,
    [modelOf(shape, windowMs)],
  );
  const [ended] = await stage.rows<{ completed: number }>(
    `SELECT (count(*) FILTER (WHERE status = 'completed'))::int AS completed FROM requests WHERE model = $1`,
    [modelOf(shape, windowMs)],
  );
  const { calls = 0, refused = 0, seconds = 0 } = figures ?? {};
  const windows = (seconds * 1_000) / windowMs;
  const allowed = LIMIT + LIMIT * (shape.refills === 'steadily' ? windows : Math.floor(windows));
  return {
    ...{ limit: shape.name, lanes, calls, refused, seconds, shape },
    failed: REQUESTS - (ended?.completed ?? 0),
    used: (ended?.completed ?? 0) / allowed,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const COLUMNS: readonly Column<Row>[] = [
  ['limit told by', ({ limit }) => limit],
  ['lanes', ({ lanes }) => lanes],
  ['calls', ({ calls }) => String(calls)],
  ['429s', ({ refused }) => String(refused)],
  ['of calls', ({ refused, calls }) => percent(refused / Math.max(1, calls))],
  ['bar', ({ shape }) => `≤ ${(shape.mostRefused * 100).toFixed(0)} %`],
  ['failed', ({ failed }) => String(failed)],
  ['seconds', ({ seconds }) => seconds.toFixed(1)],
  ['used', ({ used }) => percent(used)],
  ['bar', ({ shape: { leastUsed } }) => (leastUsed === null ? '' : `≥ ${leastUsed * 100} %`)],
  [
    'kept',
    ({ shape, refused, calls, failed, used }) =>
      failed === 0 && refused <= shape.mostRefused * calls && used >= (shape.leastUsed ?? 0)
        ? 'yes'
        : 'no',
  ],
];
