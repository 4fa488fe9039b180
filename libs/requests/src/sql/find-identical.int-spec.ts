import { createHash, randomBytes, randomUUID } from 'node:crypto';

import type { PoolClient } from '@reqrun/platform/database';
import { DEFAULT_RETRY_POLICY } from '@reqrun/retry-policy';

import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import { CACHE_ENTRY, LEADS } from './transitions/cache-parts.js';
import { ACCEPT_AND_CLAIM_CACHED, ACCEPT_CACHED } from './transitions/index.js';

/**
 * The statements that accept requests under the cache look for identical ones in a function, whose plan is not shown
 * with theirs. So what they read is counted.
 */
let f: RequestsFixture;
const GROUP = 32;
const ROWS = 20_000;
const POLICY = { ...DEFAULT_RETRY_POLICY, callTimeoutMs: 60_000, deadlineMs: 3_600_000 };

beforeAll(async () => {
  f = await RequestsFixture.open();
  await f.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       idempotency_key, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes,
       due_at, deadline_at, created_at, updated_at, completed_at, cache_key)
     SELECT gen_random_uuid(), $1, $1, 'live', '/chat/completions',
       (CASE WHEN n % 2 = 0 THEN 'completed' ELSE 'queued' END)::request_status, 'm', 'm', 'key-' || n,
       3, '{429}', 'retry', 60000, 3600000, 500, now(), now() + interval '1 hour', now(), now(),
       CASE WHEN n % 2 = 0 THEN now() END, decode(md5(n::text), 'hex')
     FROM generate_series(1, $2::int) AS n`,
    [f.projectId, ROWS],
  );
  await f.sql(
    `INSERT INTO cache_entries (key, project_id, request_id, created_at, expires_at)
     SELECT cache_key, project_id, id, now(), now() + interval '1 hour' FROM requests WHERE status = 'completed'`,
  );
  await f.sql('ANALYZE requests, cache_entries');
});
afterAll(async () => {
  await f.close();
});

const md5 = (n: number): string => createHash('md5').update(`${n}`).digest('hex');

/** Reads of both tables by a connection; those before its transaction may be among them. */
async function readsOf(on: PoolClient): Promise<{ scans: number; rows: number }[]> {
  const { rows } = await on.query<{ scans: number; rows: number }>(
    `SELECT seq_scan::int AS scans, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS rows
     FROM pg_stat_xact_user_tables WHERE relname IN ('requests', 'cache_entries') ORDER BY relname`,
  );
  return rows;
}

/** Parameters of a group: a third finds an answer, a third a leader, a third nothing. */
function groupOf(extra: readonly unknown[]): unknown[] {
  const ids = Array.from({ length: GROUP }, () => randomUUID());
  const all = <T>(value: T): T[] => ids.map(() => value);
  const keys = ids.map((_, n) => [md5(2 * n + 2), md5(2 * n + 1), md5(ROWS + 1 + n)][n % 3]);
  return [
    ...[ids, all(f.projectId), all(f.projectId), all('live'), all('/chat/completions'), all('m')],
    ...[ids.map((_, n) => `new-${n}`), all('00'), all(null), all(JSON.stringify(POLICY))],
    ...[ids.map((_, n) => n + 1), all(1), randomBytes(GROUP), all(null)],
    keys,
    ...[all(3_600), [], ...extra],
  ];
}

describe.each<[string, string, readonly unknown[]]>([
  ['ACCEPT_CACHED', ACCEPT_CACHED, []],
  ['ACCEPT_AND_CLAIM_CACHED', ACCEPT_AND_CLAIM_CACHED, [randomUUID(), LEASE_MS]],
])('%s', (_name, text, extra) => {
  it.each([
    ['as the product plans it', {}],
    // Through a pooler no settings are made.
    ['behind a pooler', { enable_seqscan: 'on', plan_cache_mode: 'auto' }],
    ['for these parameters', { enable_seqscan: 'on', plan_cache_mode: 'force_custom_plan' }],
    ['for all parameters', { enable_seqscan: 'on', plan_cache_mode: 'force_generic_plan' }],
  ])('reads each row by an index, planned %s', async (_how, settings) => {
    const client = await f.pool.connect();
    try {
      await client.query('BEGIN');
      for (const [name, value] of Object.entries(settings)) {
        await client.query(`SET LOCAL ${name} = ${value}`);
      }
      const before = await readsOf(client);
      const { rows } = await client.query<{ cache_age: number | null; follows: boolean }>(
        text,
        groupOf(extra),
      );
      const kinds = rows.map((row) =>
        row.cache_age !== null ? 'hit' : row.follows ? 'follows' : 'leads',
      );
      expect([...new Set(kinds)].toSorted()).toEqual(['follows', 'hit', 'leads']);
      expect(kinds).toHaveLength(GROUP);
      const after = await readsOf(client);
      expect(after.map(({ scans }, n) => scans - before[n]!.scans)).toEqual([0, 0]);
      // The entry, its source, the leader, and no more.
      for (const [n, { rows: count }] of after.entries()) {
        expect(count - before[n]!.rows).toBeGreaterThan(0);
        expect(count - before[n]!.rows).toBeLessThanOrEqual(3 * GROUP);
      }
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

it('find_identical looks by the conditions that the statements of the product have', async () => {
  const [row] = await f.sql<{ prosrc: string }>(
    `SELECT prosrc FROM pg_proc WHERE proname = 'find_identical'`,
  );
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  expect(plain(row!.prosrc)).toContain(plain(CACHE_ENTRY('i')));
  expect(plain(row!.prosrc)).toContain(plain(LEADS('r')));
});
