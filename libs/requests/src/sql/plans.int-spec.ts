import { randomUUID } from 'node:crypto';

import { packBlobs } from './batch-parameters.js';
import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import { hasStatus, listRecords } from './list-queries.js';
import {
  READ_ATTEMPTS,
  READ_OLDEST_DUE,
  READ_OUTCOMES,
  READ_PROGRESS,
  READ_RECORD,
} from './queries.js';
import { KEEP_RESPONSE, SETTLE_RESPONSE, TAKE_ABANDONED } from './provider-responses.js';
import { FIND_REQUEST_OF_RESPONSE, FIND_RESPONSE_OF_REQUEST } from './response-ids.js';
import { JOIN_SDK_RETRY } from './sdk-retries.js';
import { READ_FOR_SIMULATION } from './simulation.js';
import { APPEND_SHARED_FRAMES, CLOSE_LOG, READ_LOG_END } from './streams.js';
import * as statements from './transitions/index.js';

/**
 * The frequent statements find their rows by indexes, in a table where most records have ended. Both plans
 * are checked: the custom plan for the given parameters, and the generic plan of a prepared statement.
 */
let f: RequestsFixture;
let young: RequestsFixture;
let ids: string[];

beforeAll(async () => {
  young = await RequestsFixture.open();
  f = await RequestsFixture.open();
  await fill(f, 22_200);
  await fill(young, 200);
  const rows = await f.sql<{ id: string }>(
    `SELECT id FROM requests WHERE status = 'processing' LIMIT 32`,
  );
  ids = rows.map(({ id }) => id);
});
afterAll(async () => {
  await f.close();
  await young.close();
});

/** Adds requests: most have ended, some wait, a few run. */
async function fill(to: RequestsFixture, count: number): Promise<void> {
  await to.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       idempotency_key, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms,
       payload_bytes, attempts, fence, due_at, lease_owner, lease_expires_at, deadline_at, created_at,
       updated_at, completed_at)
     SELECT gen_random_uuid(), $1, $1, 'live', '/chat/completions',
       (CASE WHEN n <= $3 * 0.9 THEN 'completed' WHEN n <= $3 * 0.99 THEN 'queued' ELSE 'processing' END)::request_status,
       'm', 'm', 'key-' || n, 3, '{429}', 'retry', 60000, 3600000, 500, 1, 1,
       now() - n * interval '1 ms', CASE WHEN n > $3 * 0.99 THEN $2::uuid END,
       CASE WHEN n > $3 * 0.99 THEN now() + interval '10 s' END, now() + interval '1 hour',
       now() - n * interval '1 ms', now(), CASE WHEN n <= $3 * 0.9 THEN now() END
     FROM generate_series(1, $3) AS n`,
    [to.projectId, to.workerId, count],
  );
  await to.sql(
    `INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
     SELECT id, 1, 1, 1, 'm', $1, now(), 'running' FROM requests WHERE status <> 'queued'`,
    [to.workerId],
  );
  await to.sql(`INSERT INTO payloads SELECT id, '\\x00' FROM requests`);
  await to.sql(`INSERT INTO results SELECT id, '\\x00' FROM requests WHERE status = 'completed'`);
  await to.sql('ANALYZE requests, attempts, payloads, results');
}

const repeat = <T>(value: T): T[] => ids.map(() => value);
const blobs = () => packBlobs(ids.map(() => Buffer.from('x')));

const HOT: Record<string, () => [text: string, values: unknown[]]> = {
  claim: () => [statements.CLAIM_DUE, [f.workerId, 64, LEASE_MS, 16_777_216]],
  'find places': () => [statements.FIND_PLACES, [randomUUID(), '7', 1_024]],
  'claim at places': () => [
    statements.CLAIM_AT_PLACES,
    [...[f.workerId, 64, LEASE_MS, 16_777_216, [f.projectId], ['live'], ['1'], ['1'], [64]]],
  ],
  'claim in lanes': () => [
    statements.CLAIM_IN_LANES,
    [
      ...[f.workerId, 64, LEASE_MS, 16_777_216, [f.projectId], ['live'], ['1'], ['1'], [64]],
      ...[[randomUUID()], [randomUUID()]],
    ],
  ],
  'count what is open': () => [statements.COUNT_OPEN, [f.projectId, 'live', 1_000]],
  'count calls': () => [statements.COUNT_CALLS, [[f.projectId], ['live']]],
  'move on': () => [statements.MOVE_ON, [[f.projectId], ['live'], ['1'], ['1'], 256]],
  renew: () => [statements.RENEW_LEASES, [f.workerId, LEASE_MS]],
  reap: () => [statements.REAP_EXPIRED_LEASES, [200, 5, '-infinity', 'infinity']],
  expire: () => [statements.EXPIRE_OVERDUE, [200]],
  'expire if overdue': () => [statements.EXPIRE_IF_OVERDUE, [ids]],
  release: () => [statements.RELEASE, [ids, repeat(1), repeat(true)]],
  finish: () => {
    const { offsets, lengths, all } = blobs();
    const nothing = repeat(null);
    return [
      statements.FINISH,
      [
        ids,
        repeat(1),
        repeat('completed'),
        repeat('succeeded'),
        nothing,
        nothing,
        repeat(200),
        nothing,
        repeat('succeed'),
        repeat('success'),
        nothing,
        nothing,
        nothing,
        offsets,
        lengths,
        all,
        nothing,
        nothing,
        repeat('openai'),
        nothing,
        nothing,
      ],
    ];
  },
  'read outcomes of attempts': () => [statements.READ_ATTEMPT_OUTCOMES, [ids, repeat(1)]],
  'read existing': () => [
    statements.READ_EXISTING,
    [
      ids.map(() => randomUUID()),
      repeat(f.projectId),
      repeat('live'),
      ids.map((_, n) => `key-${n}`),
    ],
  ],
  'join a retry of an SDK': () => [
    JOIN_SDK_RETRY,
    [f.projectId, 'live', f.projectId, '/chat/completions', Buffer.from('x'), 1, 600_000],
  ],
  'find the request of a response': () => [
    FIND_REQUEST_OF_RESPONSE,
    [f.projectId, 'live', 'resp_1'],
  ],
  'find the response of a request': () => [FIND_RESPONSE_OF_REQUEST, [f.projectId, 'live', ids[0]]],
  'keep the id of a response': () => [KEEP_RESPONSE, [ids[0], 1, 'resp_1', 'target']],
  'take on responses that nothing waits for': () => [TAKE_ABANDONED, [50, 1_048_576]],
  'append to a log that is written on': () => [
    APPEND_SHARED_FRAMES,
    [[ids[0]], [1], [1], [0], [1], [1], [1], Buffer.from('x'), ['resp_1']],
  ],
  'read the end of a log': () => [READ_LOG_END, [ids[0], 1]],
  'close a log': () => [CLOSE_LOG, [ids[0], 1, 1, 'resp_1']],
  'settle a response': () => [SETTLE_RESPONSE, [ids[0], 1]],
  'lose a response': () => [statements.LOSE_RESPONSE, [ids[0], 1, 5, 'response_gone']],
  cancel: () => [statements.CANCEL, [ids[0], f.projectId, 'live']],
  retry: () => [statements.RETRY, [ids[0], f.projectId, 'live', null]],
  'read a record': () => [READ_RECORD, [ids[0], f.projectId, 'live']],
  'read its attempts': () => [READ_ATTEMPTS, [ids[0], f.projectId, 'live']],
  'look at what is waited for': () => [READ_PROGRESS, [ids]],
  'read what was waited for': () => [READ_OUTCOMES, [ids]],
  'the oldest due': () => [READ_OLDEST_DUE, []],
  'a page of a simulation': () => [
    READ_FOR_SIMULATION,
    [f.projectId, 'live', 'epoch', 'infinity', randomUUID(), 500, null],
  ],
  'the first page': () => [listRecords([]), [f.projectId, 'live', 101]],
  'a later page': () => [
    listRecords([
      '(r.created_at, r.id) < (SELECT c.created_at, c.id FROM requests c WHERE c.id = $4::uuid)',
    ]),
    [f.projectId, 'live', 101, ids[0]],
  ],
};

const tableScans = /Seq Scan on (requests|attempts|payloads|results)/;

async function planOf(text: string, values?: unknown[], pool = f.pool): Promise<string> {
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(text, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Plans for all parameters. EXPLAIN (GENERIC_PLAN) would do, but only since PostgreSQL 16. */
async function genericPlanOf(text: string, pool = f.pool): Promise<string> {
  const count = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const nulls = count === 0 ? '' : `(${Array.from({ length: count }, () => 'NULL').join(', ')})`;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE explained AS ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN EXECUTE explained${nulls}`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('ROLLBACK; DEALLOCATE ALL');
    client.release();
  }
}

describe.each(Object.keys(HOT))('%s', (name) => {
  it('scans no table from end to end, planned for these parameters', async () => {
    const [text, values] = HOT[name]!();
    const plan = await planOf(`EXPLAIN ${text}`, values);
    expect(plan).toMatch(/Index/);
    expect(plan).not.toMatch(tableScans);
  });

  it('scans no table from end to end, planned for all parameters', async () => {
    const plan = await genericPlanOf(HOT[name]!()[0]);
    expect(plan).toMatch(/Index/);
    expect(plan).not.toMatch(tableScans);
  });

  it('scans no table from end to end, planned by the product while the tables are young', async () => {
    const { pool } = young.process('young-tables');
    const plan = await genericPlanOf(HOT[name]!()[0], pool);
    expect(plan).not.toMatch(tableScans);
  });
});

it.each([
  ['find places', 2],
  ['claim at places', 1],
  ['claim in lanes', 1],
  ['count what is open', 1],
  ['move on', 1],
])('%s reads what waits by its place, in the order of the index', async (name, scans) => {
  for (const fixture of [f, young]) {
    const { pool } = fixture.process('by-place');
    const plan = await genericPlanOf(HOT[name]!()[0], pool);
    expect(plan.match(/Index (Only )?Scan using requests_turns/g) ?? plan).toHaveLength(scans);
    expect(plan).not.toContain('requests_due');
    expect(plan).not.toMatch(/Sort Key: r\d*\.|Sort Key: requests/);
  }
});

it.each(['claim', 'expire', 'the oldest due'])(
  '%s reads what is due in the order of its time, not by project',
  async (name) => {
    for (const fixture of [f, young]) {
      const { pool } = fixture.process('by-time');
      const plan = await genericPlanOf(HOT[name]!()[0], pool);
      expect(plan).toContain('requests_due');
      expect(plan).not.toContain('requests_turns');
    }
  },
);

it.each(['retrying', 'processing', 'failed', 'canceled'] as const)(
  'a list of what is %s reads an index of such requests, not the whole history',
  async (status) => {
    // No request is canceled, so a scan of all requests would never fill its page.
    const text = listRecords([hasStatus(status)]);
    const plan = await planOf(`EXPLAIN ${text}`, [f.projectId, 'live', 101]);
    expect(plan).toMatch(/requests_(turns|due|lease|ended_badly)/);
    expect(plan).not.toContain('requests_project_id_mode_created_at_id_idx');
  },
);
