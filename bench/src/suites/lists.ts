import { createPool, type Pool } from '@reqrun/platform/database';
import {
  type AdminFilter,
  AdminRequestReader,
  MetricsReader,
  rollUpMetrics,
} from '@reqrun/requests';

import { fillLists } from '../lists/fill.js';
import { watchOtherLoad } from '../other-load.js';
import { disturbance } from '../report.js';
import { openSide, type Side } from '../rows/side.js';
import { quantilesOf } from '../statistics.js';
import { type Column, figure, renderTable } from '../table.js';
import type { Study } from './suite.js';

/** Longest acceptable time of a page, in ms. */
const GOAL_MS = 50;
const DAY_MS = 86_400_000;

interface Look {
  page: string;
  found: number;
  p50: number;
  p95: number;
}

const COLUMNS: readonly Column<Look>[] = [
  ['page', ({ page }) => page],
  ['rows', ({ found }) => String(found)],
  ['p50 ms', ({ p50 }) => figure(p50, 1)],
  ['p95 ms', ({ p95 }) => figure(p95, 1)],
  [`p50 under ${GOAL_MS} ms`, ({ p50 }) => (p50 < GOAL_MS ? 'yes' : 'no')],
];

/** Queries behind the dashboard's pages, in a database with a million requests. */
export const lists: Study = async ({ quick, say }) => {
  const size = quick ? 100_000 : 1_000_000;
  const side = await openSide();
  const pool = createPool({
    connectionString: side.databaseUrl,
    role: 'reqrun_admin',
    max: 2,
    applicationName: 'reqrun-bench-admin',
  });
  try {
    say('filling');
    await fillLists(side, size, say);
    say('rolling up');
    const rolled = await rollUpAll(side.pool);
    say('looking');
    const watch = watchOtherLoad();
    const looks = await look(side, pool, quick ? 10 : 30);
    const { busy, stolen } = watch();
    return [
      {
        title: `Pages of the dashboard: ${size.toLocaleString('en')} requests`,
        table: renderTable(COLUMNS, looks),
        rows: looks,
        notes: [
          'Whole calls of the readers behind the admin API, under its database role; 20 rows on a page.',
          `Rolling everything up took ${rolled.seconds.toFixed(0)} s for ${rolled.minutes.toLocaleString('en')} minutes.`,
          ...disturbance([busy + stolen]),
        ],
        bars: [],
      },
    ];
  } finally {
    await pool.end();
    await side.stop();
  }
};

async function rollUpAll(pool: Pool): Promise<{ seconds: number; minutes: number }> {
  const startedAt = performance.now();
  let minutes = 0;
  for (let computed = Infinity; computed > 2;) {
    computed = await rollUpMetrics(pool, 0, new AbortController().signal);
    minutes += computed;
  }
  return { seconds: (performance.now() - startedAt) / 1000, minutes };
}

async function look(side: Side, pool: Pool, times: number): Promise<Look[]> {
  const reader = new AdminRequestReader(pool);
  const metrics = new MetricsReader(pool);
  const { projectId } = side.tenant;
  const newest = await reader.list(projectId, {}, { limit: 1 });
  const id = uuidOf(newest.data[0]?.id ?? '');
  const { rows: middle } = await pool.query<{ id: string }>(
    `SELECT id FROM requests WHERE project_id = $1 AND mode = 'live' ORDER BY created_at OFFSET 200000 LIMIT 1`,
    [projectId],
  );
  const after = middle[0]?.id ?? id;
  const { rows: rare } = await pool.query<{ id: string; api_key_id: string }>(
    `SELECT id, api_key_id FROM requests WHERE error_code = 'rare_code' LIMIT 1`,
  );
  const list =
    (filter: AdminFilter, page: object = {}) =>
    async (): Promise<number> =>
      (await reader.list(projectId, filter, { limit: 20, ...page })).data.length;
  const figures = (days: number) => async (): Promise<number> => {
    const to = new Date();
    const range = { projectId, from: new Date(to.getTime() - days * DAY_MS), to };
    return (await metrics.read(range)).series.length;
  };
  const pages: Record<string, () => Promise<number>> = {
    'newest requests': list({}),
    'from the middle, older': list({}, { after }),
    'from the middle, newer': list({}, { before: after }),
    'mode = live': list({ mode: 'live' }),
    'status = completed': list({ statuses: ['completed'] }),
    'status = failed': list({ statuses: ['failed'] }),
    'status = failed or canceled': list({ statuses: ['failed', 'canceled'] }),
    'status = queued, processing or retrying': list({
      statuses: ['queued', 'processing', 'retrying'],
    }),
    'status = processing (none)': list({ statuses: ['processing'] }),
    'error code, frequent': list({ errorCode: 'invalid_value' }),
    'error code, rare': list({ errorCode: 'rare_code' }),
    'model, frequent': list({ model: 'gpt-3' }),
    'model, rare (one portion)': list({ model: 'rare-model' }),
    'model, rare, failed (one portion)': list({ model: 'rare-model', statuses: ['failed'] }),
    'key, frequent': list({ keyId: projectId }),
    'key, rare (one portion)': list({ keyId: rare[0]?.api_key_id ?? id }),
    'idempotency key': list({ idempotencyKey: 'order-4000' }),
    id: list({ ids: [id] }),
    'metadata, rare': list({ metadata: { order: '4700' } }),
    'metadata, frequent': list({ metadata: { shop: 'berlin' } }),
    'time range in the middle': list({
      createdAfter: new Date(Date.now() - 4 * DAY_MS),
      createdBefore: new Date(Date.now() - 3 * DAY_MS),
    }),
    'one record': async () => Number((await reader.get(projectId, id)) !== null),
    'its attempts': async () => (await reader.attempts(projectId, id))?.length ?? 0,
    'search by id': async () => Number((await reader.projectOf(id)) !== null),
    'figures of 3 hours': figures(0.125),
    'figures of a day': figures(1),
    'figures of 14 days': figures(14),
    'figures of 30 days': figures(30),
  };
  const looks: Look[] = [];
  for (const [page, run] of Object.entries(pages)) {
    const found = await run();
    const took: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const startedAt = performance.now();
      await run();
      took.push(performance.now() - startedAt);
    }
    const { p50, p95 } = quantilesOf(took);
    looks.push({ page, found, p50, p95 });
  }
  return looks;
}

const uuidOf = (id: string): string =>
  id.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
