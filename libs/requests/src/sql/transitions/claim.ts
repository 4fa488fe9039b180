import { WAITING } from './parts.js';

/**
 * Claims what is due, oldest first, and writes the attempts.
 * $1 worker, $2 rows at most, $3 lease (ms), $4 payload bytes at most (one row alone may be larger)
 */
export const CLAIM_DUE = `
WITH due AS (
  SELECT ctid AS place, id, payload_bytes, due_at FROM requests
  WHERE status IN ${WAITING} AND due_at <= now() AND deadline_at > now()
  ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
), fitting AS (
  SELECT place FROM (
    SELECT place, sum(payload_bytes) OVER (ORDER BY due_at, id) - payload_bytes AS bytes_before FROM due
  ) AS ranked
  WHERE bytes_before < $4::bigint
), claimed AS (
  UPDATE requests r SET
    status = 'processing',
    fence = r.fence + 1,
    attempts = r.attempts + 1,
    call_number = CASE WHEN r.repeats_call THEN r.call_number ELSE r.attempts + 1 END,
    repeats_call = false,
    lease_owner = $1::uuid,
    lease_expires_at = now() + $3::int * interval '1 millisecond',
    started_at = coalesce(r.started_at, now()),
    updated_at = now()
  -- What is locked stays where it is.
  FROM fitting WHERE r.ctid = fitting.place
  RETURNING r.*
), tried AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
  SELECT id, attempts, round, call_number, model, lease_owner, now(), 'running' FROM claimed
)
SELECT c.id, c.project_id, c.mode, c.endpoint, c.model, c.fence, c.attempts, c.call_number, c.round,
       c.retry_count, c.retry_on_codes, c.on_lost, c.call_timeout_ms, c.retries_used,
       (extract(epoch FROM c.deadline_at - now()) * 1000)::float8 AS ms_until_deadline,
       (extract(epoch FROM now() - c.due_at) * 1000)::float8 AS claim_lag_ms,
       p.ciphertext
FROM claimed c LEFT JOIN payloads p ON p.request_id = c.id`;
