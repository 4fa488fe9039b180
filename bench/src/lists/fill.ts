import pg from 'pg';

import type { Side } from '../rows/side.js';

const BATCH = 50_000;

/**
 * Requests of one week, oldest first. 3 % failed, 1 % were canceled, 5 % were retried, 50 % are test
 * requests, 1 % have metadata. A model, an error code and a key are rare: one in 200,000.
 * $1 first number, $2 last number, $3 total number, $4 project
 */
const REQUESTS = `
WITH timed AS MATERIALIZED (
  SELECT n, now() - (1 - n::float8 / $3::int) * interval '7 days' - interval '10 minutes' AS at,
         n % 200000 = 77 AS rare,
         (CASE WHEN n % 100 < 96 AND n % 200000 <> 77 THEN 'completed'
               WHEN n % 100 = 99 THEN 'canceled' ELSE 'failed' END)::request_status AS status
  FROM generate_series($1::int, $2::int) AS n
), input AS MATERIALIZED (
  SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
    || substr(md5('l' || n), 1, 3) || '8' || substr(md5('l' || n), 4, 15))::uuid AS id
  FROM timed
), records AS (
  INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
    idempotency_key, fingerprint, metadata, retry_count, retry_on_codes, on_lost, call_timeout_ms,
    deadline_ms, payload_bytes, attempts, due_at, deadline_at, created_at, updated_at, started_at,
    completed_at, error_code, error_http_status, last_error_code)
  SELECT id, $4::uuid, CASE WHEN rare THEN id ELSE $4::uuid END,
         (CASE WHEN n % 2 = 0 THEN 'live' ELSE 'test' END)::request_mode, '/chat/completions', status,
         CASE WHEN rare THEN 'rare-model' ELSE 'gpt-' || n % 7 END,
         CASE WHEN rare THEN 'rare-model' ELSE 'gpt-' || n % 7 END,
         CASE WHEN n % 2 = 0 THEN 'order-' || n END,
         CASE WHEN n % 2 = 0 THEN decode(md5(n::text), 'hex') END,
         CASE WHEN n % 100 = 0 THEN jsonb_build_object('order', n::text, 'shop', 'berlin') END,
         3, '{429}', 'retry', 600000, 86400000, 600, CASE WHEN n % 20 = 3 THEN 2 ELSE 1 END, at,
         at + interval '1 day', at, at + interval '2 s', at + interval '5 ms', at + interval '2 s',
         CASE WHEN rare THEN 'rare_code' WHEN status = 'failed' THEN 'invalid_value'
              WHEN status = 'canceled' THEN 'canceled' END,
         CASE status WHEN 'failed' THEN 400 END,
         CASE WHEN n % 20 = 3 THEN 'openai_http_429' END
  FROM input ORDER BY n
)
INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, ended_at,
  outcome, http_status, error_code, decision, decision_reason, delay_ms)
SELECT id, number, 1, number, 'm', $4::uuid, at, at + interval '1 s',
       (CASE WHEN n % 20 = 3 AND number = 1 THEN 'failed' ELSE 'succeeded' END)::attempt_outcome, 200,
       CASE WHEN n % 20 = 3 AND number = 1 THEN 'openai_http_429' END,
       CASE WHEN n % 20 = 3 AND number = 1 THEN 'retry' ELSE 'succeed' END, 'x', 1000
FROM input CROSS JOIN generate_series(1, CASE WHEN n % 20 = 3 THEN 2 ELSE 1 END) AS number
ORDER BY n`;

/** Reopens the 300 newest requests. $1 project */
const OPEN = `
UPDATE requests SET status = CASE WHEN right(id::text, 1) < '8' THEN 'queued' ELSE 'retrying' END::request_status,
  completed_at = NULL, error_code = NULL
WHERE id IN (SELECT id FROM requests WHERE project_id = $1::uuid ORDER BY id DESC LIMIT 300)`;

/**
 * Fills a side with the requests that the dashboard's pages show.
 *
 * @param side the side
 * @param size number of requests
 * @param say reports progress
 */
export async function fillLists(
  side: Side,
  size: number,
  say: (line: string) => void,
): Promise<void> {
  // A separate connection: these statements run longer than the product's timeout allows.
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  const { projectId } = side.tenant;
  try {
    await client.query('SET synchronous_commit = off');
    for (let first = 1; first <= size; first += BATCH) {
      const last = Math.min(size, first + BATCH - 1);
      await client.query(REQUESTS, [first, last, size, projectId]);
      if (last % (4 * BATCH) === 0) {
        say(`${last.toLocaleString('en')} of ${size.toLocaleString('en')} requests`);
      }
    }
    await client.query(OPEN, [projectId]);
    await client.query(
      `INSERT INTO metrics_minutes SELECT date_trunc('minute', min(created_at)), 'epoch', 0 FROM requests
       ON CONFLICT DO NOTHING`,
    );
    await client.query(
      `DELETE FROM metrics_minutes WHERE minute > (SELECT min(minute) FROM metrics_minutes)`,
    );
    await client.query('VACUUM (ANALYZE) requests, attempts');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
