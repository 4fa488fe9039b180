import pg from 'pg';

import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { quantilesOf } from '../statistics.js';
import { type Column, renderTable } from '../table.js';
import { openStage, type Stage, submitAtRate } from './stage.js';

const WORKERS = 4;
const PER_SECOND = 10;
/** Time of each call of the noisy project, in ms. */
const CALL_MS = 1_000;
/** Largest p95, in times of that alone. */
const MOST = 2;

interface Row {
  readonly beside: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly ofAlone: number | null;
}

/**
 * Measures how long the requests of one project wait for their start, alone and beside a project with a large backlog.
 *
 * @param quick whether the backlog is a tenth, and each measurement 10 s instead of 60 s
 * @param say reports progress
 */
export async function measureNoisy(quick: boolean, say: (line: string) => void): Promise<Section> {
  const [waiting, seconds] = quick ? [10_000, 10] : [100_000, 60];
  const watch = watchOtherLoad();
  const stage = await openStage({ workers: WORKERS, hasLanes: true });
  try {
    const quiet = await stage.addProject();
    const start = async (beside: string, alone: number | null): Promise<Row> => {
      say(`a project beside ${beside}`);
      const from = await nowOf(stage);
      await submitAtRate(PER_SECOND, seconds, () => stage.submit('sim/ok', quiet));
      const waits = await stage.rows<{ ms: number }>(
        `SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 AS ms FROM requests
         WHERE project_id = $1 AND created_at >= to_timestamp($2) AND started_at IS NOT NULL`,
        [quiet.projectId, from],
      );
      const { p50, p95, p99 } = quantilesOf(waits.map(({ ms }) => ms));
      return { beside, p50, p95, p99, ofAlone: alone === null ? null : p95 / alone };
    };
    const warm = await start('nothing, to warm up', null);
    const alone = await start('nothing', null);
    await fillBacklog(stage, waiting);
    const beside = await start(`${waiting.toLocaleString('en')} waiting ones`, alone.p95);
    const rows = [alone, beside];
    const { busy, stolen } = watch();
    return {
      title: `Start of a project's requests (${PER_SECOND}/s), ${WORKERS} workers`,
      table: renderTable(COLUMNS, rows),
      rows: [warm, ...rows],
      notes: [
        `From acceptance to the claim that begins the call. Each call of the other project takes ${CALL_MS} ms.`,
        ...disturbance([busy + stolen]),
      ],
      bars: [],
    };
  } finally {
    await stage.stop();
  }
}

const nowOf = async (stage: Stage): Promise<number> =>
  (await stage.rows<{ at: number }>('SELECT extract(epoch FROM now())::float8 AS at'))[0]?.at ?? 0;

/** Multiplies one request of the first project, with its sealed body. */
async function fillBacklog(stage: Stage, count: number): Promise<void> {
  const id = await stage.submit(`sim/slow:${CALL_MS}`);
  // The pool of the product ends statements that take long.
  const client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `WITH copied AS (
         INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
           'status', 'queued', 'attempts', 0, 'fence', 0, 'call_number', 0, 'lease_owner', NULL,
           'lease_expires_at', NULL, 'started_at', NULL, 'completed_at', NULL))).*
         FROM requests r, generate_series(1, $2) WHERE r.id = $1 RETURNING id)
       INSERT INTO payloads (request_id, ciphertext)
       SELECT c.id, p.ciphertext FROM copied c, payloads p WHERE p.request_id = $1`,
      [id, count],
    );
    await client.query('VACUUM (ANALYZE) requests, payloads');
  } finally {
    await client.end();
  }
}

const COLUMNS: readonly Column<Row>[] = [
  ['beside', ({ beside }) => beside],
  ['p50 ms', ({ p50 }) => p50.toFixed(1)],
  ['p95 ms', ({ p95 }) => p95.toFixed(1)],
  ['p99 ms', ({ p99 }) => p99.toFixed(1)],
  ['p95 of alone', ({ ofAlone }) => ofAlone?.toFixed(2) ?? ''],
  ['bar', ({ ofAlone }) => (ofAlone === null ? '' : `≤ ${MOST}`)],
  ['kept', ({ ofAlone }) => (ofAlone === null ? '' : ofAlone <= MOST ? 'yes' : 'no')],
];
