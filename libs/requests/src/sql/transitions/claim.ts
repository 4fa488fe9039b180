import { LARGE_BYTES } from '@reqrun/platform/budget';

import { POLICY, WAITING } from './parts.js';

/** Requests that are due, oldest first. */
const OLDEST = `
WITH due AS (
  SELECT ctid AS place, id, payload_bytes, due_at FROM requests
  WHERE status IN ${WAITING} AND due_at <= now() AND deadline_at > now()
  ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
)`;

/** Largest number of lanes that one claim reads. The next claim begins at another lane. */
const LANES = 256;

/**
 * Requests that are due in all lanes but the excluded ones, in equal parts. Lanes are found by a loose index
 * scan, from one to the next, so that no rows of excluded lanes are read, however many wait there.
 * $5 and $6 projects and modes of the excluded lanes, $7 the project to begin at
 */
const BESIDE = `
WITH RECURSIVE lanes AS (
  SELECT $7::uuid AS project_id, 'live'::request_mode AS mode, false AS wrapped
  UNION ALL
  SELECT n.project_id, n.mode, n.wrapped FROM lanes l CROSS JOIN LATERAL (
    (SELECT r.project_id, r.mode, l.wrapped FROM requests r
     WHERE r.status IN ${WAITING} AND (r.project_id, r.mode) > (l.project_id, l.mode)
     ORDER BY r.project_id, r.mode LIMIT 1)
    UNION ALL
    (SELECT r.project_id, r.mode, true FROM requests r
     WHERE r.status IN ${WAITING} AND NOT l.wrapped ORDER BY r.project_id, r.mode LIMIT 1)
    LIMIT 1
  ) AS n
  WHERE NOT (n.wrapped AND n.project_id >= $7::uuid)
), open AS (
  SELECT project_id, mode FROM lanes
  WHERE (project_id, mode) NOT IN (SELECT unnest($5::uuid[]), unnest($6::request_mode[]))
  LIMIT ${LANES}
), due AS (
  SELECT d.place, d.id, d.payload_bytes, d.due_at FROM open o CROSS JOIN LATERAL (
    SELECT ctid AS place, id, payload_bytes, due_at FROM requests
    -- As a range: with an equation the planner may read all lanes in the order of their time.
    WHERE status IN ${WAITING} AND deadline_at > now()
      AND (project_id, mode, due_at) > (o.project_id, o.mode, '-infinity'::timestamptz)
      AND (project_id, mode, due_at) <= (o.project_id, o.mode, now())
    ORDER BY project_id, mode, due_at LIMIT (SELECT ceil($2::numeric / count(*))::bigint FROM open)
    FOR UPDATE SKIP LOCKED
  ) AS d LIMIT $2
)`;

/**
 * Condition of failed attempts that time alone does not fix: `mendsWithTime` of the retry policy. Attempts
 * without a status had no answer.
 */
const BOUNDED = `a.outcome = 'failed' AND a.http_status < 500
           AND a.http_status NOT IN (408, 409, 425, 429)`;

/** Largest payload, in bytes, that does not wait for larger ones that are due before it. */
const SMALL_BYTES = 64 * 1024;

/**
 * Returns the statement that claims due requests and writes their attempts. If not all payloads fit, the
 * small ones come first, and the oldest request always: neither starves the other. A large payload is not
 * read here, but in pieces when there is memory for it.
 * $1 worker, $2 largest number of rows, $3 lease (ms), $4 largest sum of payloads in bytes (one row may
 * exceed it)
 */
const claim = (due: string): string => `${due}, fitting AS (
  SELECT place FROM (
    SELECT place, row_number() OVER (ORDER BY due_at, id) AS turn,
           sum(payload_bytes) OVER (ORDER BY payload_bytes > ${SMALL_BYTES}, due_at, id)
             - payload_bytes AS bytes_before
    FROM due
  ) AS ranked
  WHERE bytes_before < $4::bigint OR turn = 1
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
       ${POLICY('c')} AS policy, c.retries_used,
       CASE WHEN c.retries_used > 0 AND (c.policy->'untilDeadline')::boolean THEN (
         SELECT count(*) FROM attempts a
         WHERE a.request_id = c.id AND a.round = c.round AND ${BOUNDED}
       )::int ELSE 0 END AS bounded_failures,
       (extract(epoch FROM c.deadline_at - now()) * 1000)::float8 AS ms_until_deadline,
       (extract(epoch FROM now() - c.due_at) * 1000)::float8 AS claim_lag_ms,
       CASE WHEN octet_length(p.ciphertext) <= ${LARGE_BYTES} THEN p.ciphertext END AS ciphertext,
       coalesce(octet_length(p.ciphertext), 0) AS sealed_bytes
FROM claimed c LEFT JOIN payloads p ON p.request_id = c.id`;

/** Claims due requests, oldest first. */
export const CLAIM_DUE = claim(OLDEST);

/** CLAIM_DUE that excludes some lanes. */
export const CLAIM_BESIDE = claim(BESIDE);
