import { packContent } from '@reqrun/requests';
import pg from 'pg';

import { ANSWER } from './operations.js';
import type { Side } from './side.js';

const BATCH = 50_000;
/** Number of ended records that get a result which can be opened. */
const READABLE = 2_000;

/**
 * Returns an SQL expression for an id of a request, ordered by time (RFC 9562, version 7).
 *
 * @param at SQL expression of its time
 * @param salt SQL expression that makes the id unique
 */
const idAt = (at: string, salt: string): string => `
  (lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(${salt}), 1, 3) || '8' || substr(md5(${salt}), 4, 15))::uuid`;

const REQUEST_COLUMNS = `id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
  idempotency_key, fingerprint, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms,
  payload_bytes, attempts, retries_used, fence, call_number, due_at, deadline_at, created_at,
  updated_at, started_at, completed_at, error_code, error_http_status, last_error_code, usage`;

/**
 * Ended requests, oldest first. The first tenth is older than the retention of records, the rest younger
 * than the retention of contents. 3 % failed, 1 % were canceled, 50 % have an idempotency key.
 * $1 first number, $2 last number, $3 total number, $4 project
 */
const ENDED = `
WITH numbered AS (
  SELECT n, n::float8 / $3::int AS share FROM generate_series($1::int, $2::int) AS n
), timed AS MATERIALIZED (
  SELECT n, now() - CASE WHEN share <= 0.1 THEN interval '100 days' - share * interval '50 days'
                         ELSE (1 - share) * interval '29 days' + interval '1 hour' END AS at
  FROM numbered
), input AS MATERIALIZED (
  SELECT n, at, ${idAt('at', "'e' || n")} AS id,
         (CASE WHEN n % 100 < 96 THEN 'completed' WHEN n % 100 < 99 THEN 'failed' ELSE 'canceled' END)::request_status AS status
  FROM timed
), records AS (
  INSERT INTO requests (${REQUEST_COLUMNS})
  SELECT id, $4::uuid, $4::uuid, 'live', '/chat/completions', status, 'gpt-' || n % 7, 'gpt-' || n % 7,
         CASE WHEN n % 2 = 0 THEN 'order-' || md5(n::text) END,
         CASE WHEN n % 2 = 0 THEN decode(md5(n::text) || md5(n::text), 'hex') END,
         3, '{408,409,429,500,502,503,504}', 'retry', 600000, 86400000, 600, 1, 0, 2, 1,
         at, at + interval '1 day', at, at + interval '2 s', at + interval '5 ms', at + interval '2 s',
         CASE status WHEN 'failed' THEN 'invalid_value' WHEN 'canceled' THEN 'canceled' END,
         CASE status WHEN 'failed' THEN 400 END,
         CASE status WHEN 'failed' THEN 'invalid_value' END,
         CASE status WHEN 'completed' THEN '{"prompt_tokens": 200, "completion_tokens": 70, "total_tokens": 270}'::jsonb END
  FROM input ORDER BY n
), tries AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, ended_at,
    outcome, http_status, error_code, provider_request_id, decision, decision_reason)
  SELECT id, 1, 1, 1, 'gpt-' || n % 7, $4::uuid, at + interval '5 ms', at + interval '2 s',
         (CASE status WHEN 'completed' THEN 'succeeded' ELSE status::text END)::attempt_outcome,
         CASE status WHEN 'completed' THEN 200 WHEN 'failed' THEN 400 END,
         CASE status WHEN 'failed' THEN 'invalid_value' END, 'req_' || md5(n::text),
         CASE status WHEN 'completed' THEN 'succeed' WHEN 'failed' THEN 'fail' ELSE 'cancel' END, 'success'
  FROM input ORDER BY n
), contents AS (
  INSERT INTO payloads (request_id, ciphertext)
  SELECT id, decode(repeat(md5(n::text), 38), 'hex') FROM input ORDER BY n
)
INSERT INTO results (request_id, ciphertext)
SELECT id, decode(repeat(md5('r' || n), 38), 'hex') FROM input WHERE status = 'completed' ORDER BY n`;

/** Requests whose second attempt is due in hours. $1 first number, $2 last number, $3 project */
const WAITING = `
WITH timed AS MATERIALIZED (
  SELECT n, now() - interval '50 minutes' + n * interval '1 ms' AS at
  FROM generate_series($1::int, $2::int) AS n
), input AS MATERIALIZED (
  SELECT n, at, ${idAt('at', "'w' || n")} AS id FROM timed
), records AS (
  INSERT INTO requests (${REQUEST_COLUMNS})
  SELECT id, $3::uuid, $3::uuid, 'live', '/chat/completions', 'retrying', 'gpt-' || n % 7,
         'gpt-' || n % 7, NULL, NULL, 3, '{408,409,429,500,502,503,504}', 'retry', 600000, 86400000,
         600, 1, 1, 2, 1, now() + interval '2 hours' + n * interval '50 ms', at + interval '1 day', at,
         at + interval '2 s', at + interval '5 ms', NULL, NULL, NULL, 'openai_http_503', NULL
  FROM input ORDER BY n
), tries AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, ended_at,
    outcome, http_status, error_code, decision, decision_reason, delay_ms, delay_source)
  SELECT id, 1, 1, 1, 'gpt-' || n % 7, $3::uuid, at + interval '5 ms', at + interval '2 s', 'failed',
         503, 'openai_http_503', 'retry', 'status', 7200000, 'retry-after'
  FROM input ORDER BY n
)
INSERT INTO payloads (request_id, ciphertext)
SELECT id, decode(repeat(md5(n::text), 38), 'hex') FROM input ORDER BY n`;

/** Numbers of rows with which a side is filled. */
export interface FillSize {
  ended: number;
  waiting: number;
}

/**
 * Fills a side's tables with requests that have ended and requests that wait for a later attempt.
 *
 * @param side the side
 * @param size numbers of rows
 * @param say reports progress
 */
export async function fill(side: Side, size: FillSize, say: (line: string) => void): Promise<void> {
  // A separate connection: these statements run longer than the product's timeout allows.
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  const { projectId } = side.tenant;
  try {
    await client.query('SET synchronous_commit = off');
    for (let first = 1; first <= size.ended; first += BATCH) {
      const last = Math.min(size.ended, first + BATCH - 1);
      await client.query(ENDED, [first, last, size.ended, projectId]);
      if (last % (10 * BATCH) === 0 || last === size.ended) {
        say(`${last.toLocaleString('en')} of ${size.ended.toLocaleString('en')} ended requests`);
      }
    }
    for (let first = 1; first <= size.waiting; first += BATCH) {
      const last = Math.min(size.waiting, first + BATCH - 1);
      await client.query(WAITING, [first, last, projectId]);
    }
    await makeReadable(side, client);
    await settleTables(client);
  } finally {
    await client.end();
  }
}

/** Gives some ended records, spread over all times, a result that can be opened. */
async function makeReadable(side: Side, client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM (
       SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total FROM requests
       WHERE status = 'completed' AND created_at > now() - interval '29 days'
     ) AS r WHERE n % greatest(1, total / $1::int) = 0`,
    [READABLE],
  );
  for (const { id } of rows) {
    const sealed = await side.keys.seal(
      side.tenant.projectId,
      id,
      'result',
      ...packContent({ status: 200, headers: {} }, ANSWER),
    );
    await client.query('UPDATE results SET ciphertext = $2 WHERE request_id = $1', [id, sealed]);
    side.ended.push(id);
  }
}

/**
 * Makes the requests that wait for a later attempt due: a backlog that is due before all new requests.
 *
 * @param side the side
 */
export async function makeDue(side: Side): Promise<void> {
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `UPDATE requests SET due_at = due_at - interval '12 hours' WHERE status = 'retrying'`,
    );
    await settleTables(client);
  } finally {
    await client.end();
  }
}

/** Does the work of autovacuum at once, and writes all pending pages. */
async function settleTables(client: pg.Client): Promise<void> {
  await client.query('VACUUM (ANALYZE) requests, attempts, payloads, results');
  await client.query('CHECKPOINT');
}
