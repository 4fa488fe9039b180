import { LARGE_BYTES } from '@reqrun/platform/budget';

import { POLICY, WAITING } from './parts.js';
import { AT_PLACES, AT_PLACES_IN_LANES, CHARGE_LANES } from './turns.js';

/** Requests that are due, oldest first. */
const OLDEST = `
WITH due AS (
  SELECT ctid AS place, id, payload_bytes, due_at FROM requests
  WHERE status IN ${WAITING} AND due_at <= now() AND deadline_at > now()
  ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
)`;

/**
 * Condition of failed attempts that time alone does not fix: `mendsWithTime` of the retry policy. Attempts
 * without a status had no answer.
 */
const BOUNDED = `a.outcome = 'failed' AND a.http_status < 500
           AND a.http_status NOT IN (408, 409, 425, 429)`;

/**
 * The response that the attempt before has left running at the provider, with its target and the log that its frames
 * are in, if that can be written on; null where there is none. Only an attempt that follows a lost or released one
 * repeats a call number, so that others look no further.
 */
const RUNNING_RESPONSE = `CASE WHEN r.call_number < r.attempts AND (r.policy->'reattach')::boolean THEN (
    SELECT ARRAY[a.provider_response_id, a.provider_target, CASE WHEN a.frames IS NULL THEN a.log END::text]
    FROM attempts a
    WHERE a.request_id = r.id AND a.number = r.attempts - 1 AND a.round = r.round
      AND a.outcome IN ('lost', 'released') AND a.provider_target IS NOT NULL
  ) END`;
/** Condition of attempts behind the latest fallback: each model has counts of its own. */
const OF_THIS_MODEL = `(c.plan_at = 0 OR a.number > coalesce((
             SELECT max(f.number) FROM attempts f
             WHERE f.request_id = c.id AND f.round = c.round AND f.decision = 'fallback'), 0))`;

/** Largest payload, in bytes, that does not wait for larger ones that are due before it. */
const SMALL_BYTES = 64 * 1024;

/**
 * Returns the statement that claims due requests and writes their attempts. If not all payloads fit, the
 * small ones come first, and the oldest request always: neither starves the other. A large payload is not
 * read here, but in pieces when there is memory for it.
 * $1 worker, $2 largest number of rows, $3 lease (ms), $4 largest sum of payloads in bytes (one row may
 * exceed it)
 *
 * @param due start of the statement, which names the requests `due`
 * @param inLanes whether it names their lanes too, from which they are taken
 */
const claim = (due: string, inLanes = false): string => `${due}, fitting AS (
  SELECT place${inLanes ? ', lane, whole' : ''} FROM (
    SELECT place${inLanes ? ', lane, whole' : ''}, row_number() OVER (ORDER BY due_at, id) AS turn,
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
  RETURNING r.*, ${RUNNING_RESPONSE} AS response${inLanes ? ', fitting.lane, fitting.whole' : ''}
), tried AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome,
                        provider_response_id, provider_target, log)
  SELECT id, attempts, round, call_number, model, lease_owner, now(), 'running', response[1], response[2],
         response[3]::int
  FROM claimed
)${inLanes ? `, ${CHARGE_LANES}` : ''}
SELECT c.id, c.project_id, c.mode, c.endpoint, c.model, c.fence, c.attempts, c.call_number, c.round,
       ${POLICY('c')} AS policy, c.plan_at, c.retries_used,
       CASE WHEN c.retries_used > 0 AND (c.policy->'untilDeadline')::boolean THEN (
         SELECT count(*) FROM attempts a
         WHERE a.request_id = c.id AND a.round = c.round AND ${BOUNDED}
           AND ${OF_THIS_MODEL}
       )::int ELSE 0 END AS bounded_failures,
       (extract(epoch FROM c.deadline_at - now()) * 1000)::float8 AS ms_until_deadline,
       (extract(epoch FROM now() - c.due_at) * 1000)::float8 AS claim_lag_ms,
       CASE WHEN octet_length(p.ciphertext) <= ${LARGE_BYTES} THEN p.ciphertext END AS ciphertext,
       coalesce(octet_length(p.ciphertext), 0) AS sealed_bytes, c.response${
         inLanes
           ? ', x.generation, x.started::float8 AS started_before, c.lane, c.lane IS NOT NULL OR c.whole IS NOT NULL AS in_lane'
           : ''
       }
FROM claimed c LEFT JOIN payloads p ON p.request_id = c.id${inLanes ? ' LEFT JOIN lane x ON x.id = c.lane' : ''}`;

/** Claims due requests, oldest first. */
export const CLAIM_DUE = claim(OLDEST);

/** Claims due requests at places, each with a share. $5 to $9 as {@link AT_PLACES} */
export const CLAIM_AT_PLACES = claim(AT_PLACES);

/** CLAIM_AT_PLACES of which some belong to lanes in trouble. $10 and $11 as {@link AT_PLACES_IN_LANES} */
export const CLAIM_IN_LANES = claim(AT_PLACES_IN_LANES, true);
