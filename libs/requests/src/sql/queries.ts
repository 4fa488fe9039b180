import { LARGE_BYTES } from '@reqrun/platform/budget';

import { NEXT_IN_LANE, WAITING_COLUMNS, WAITS_FOR_LANE } from './lane-waits.js';
import { POLICY, WAITING } from './transitions/parts.js';

/** Statements that read records. They change nothing. */

/**
 * Join of a record's result: its own, or that of the request whose answer it got from the cache. Retention of
 * the source ends both; a record whose own content was deleted shows neither.
 */
const WITH_RESULT = 'LEFT JOIN results s ON s.request_id = coalesce(r.cached_from, r.id)';

/** The source of an answer, with the names of `CachedColumns`. */
export const CACHED = `r.cached_from, CASE WHEN r.cached_from IS NOT NULL
    THEN floor(extract(epoch FROM now() - r.cached_at))::int END AS cache_age`;

/**
 * A sealed result, or only the length of a large one, which is read in pieces when there is memory for it.
 * PostgreSQL knows the length of a value stored outside of its row without reading it.
 */
const RESULT = `
  CASE WHEN octet_length(s.ciphertext) <= ${LARGE_BYTES} THEN s.ciphertext END AS result,
  coalesce(octet_length(s.ciphertext), 0) AS result_bytes`;

/**
 * Whether a record is retried until its deadline, and the time since which all its attempts have failed:
 * null unless one has failed and the record is retrying or processing.
 */
export const PATIENCE = `
  coalesce((r.policy->'untilDeadline')::boolean, false) AS until_deadline,
  CASE WHEN r.retries_used > 0 AND r.status IN ('retrying', 'processing') THEN (
    SELECT min(a.ended_at) FROM attempts a
    WHERE a.request_id = r.id AND a.round = r.round AND a.outcome = 'failed'
  ) END AS failing_since`;

/** Columns that tell which model and provider an answer is from. */
const ANSWERED_BY = `
  coalesce(r.policy #>> ARRAY['plan', r.plan_at::text, 'name'], r.requested_model) AS answered_model,
  r.provider, r.plan_at, r.waited_for`;

/** Models that failed before the last one, of a request that failed after a fallback, with their last error codes. */
const FAILED_BEFORE = `
  CASE WHEN r.plan_at > 0 AND r.status = 'failed' THEN (
    SELECT json_agg(json_build_object('model', b.model, 'provider', b.provider, 'code', b.error_code)
                    ORDER BY b.number)
    FROM attempts b
    WHERE b.request_id = r.id AND b.round = r.round AND b.decision = 'fallback'
  ) END AS failed_before`;

/** Columns that tell which model a request was run on. */
export const RUN_ON = `${ANSWERED_BY}, ${FAILED_BEFORE}`;

/** Columns of a record, with the names of `RecordRow`. */
export const RECORD_COLUMNS = `
  r.id, r.endpoint, r.status, r.attempts, r.model, r.requested_model, r.idempotency_key,
  r.created_at, r.updated_at, r.started_at, r.completed_at,
  CASE WHEN r.status = 'retrying' THEN r.due_at END AS next_attempt_at,
  r.deadline_at, r.error_code, r.error_http_status, r.last_error_code, r.usage, r.metadata,
  r.stream, ${POLICY('r')} AS policy, ${RUN_ON}, ${PATIENCE},
  r.policy->'cache' AS cache, ${CACHED}, ${WAITING_COLUMNS},
  r.content_deleted_at IS NOT NULL AS content_deleted,
  (r.status IN ('queued', 'retrying', 'processing') AND r.deadline_at <= now()) AS overdue`;

/** One record with its sealed result. $1 id, $2 project, $3 mode */
export const READ_RECORD = `
SELECT ${RECORD_COLUMNS}, ${NEXT_IN_LANE}, ${RESULT}
FROM requests r ${WITH_RESULT}
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode`;

/** Progress of requests with waiting callers. $1 ids */
export const READ_PROGRESS = `
SELECT id, status IN ('completed', 'failed', 'canceled') AS ended, deadline_at <= now() AS overdue
FROM requests WHERE id = ANY($1::uuid[])`;

/** Ends of requests for their waiting callers, with results and only the columns of an answer. $1 ids */
export const READ_OUTCOMES = `
SELECT r.id, r.project_id, r.status, r.attempts, r.error_code, r.error_http_status,
       ${RUN_ON}, r.content_deleted_at IS NOT NULL AS content_deleted, ${CACHED}, ${RESULT}
FROM requests r ${WITH_RESULT}
WHERE r.id = ANY($1::uuid[])`;

/** Attempts of a record, oldest first. $1 id, $2 project, $3 mode */
export const READ_ATTEMPTS = `
SELECT a.number, a.round, a.model, a.provider, a.started_at, a.ended_at, a.outcome, a.http_status, a.error_code,
       a.error_detail, a.provider_request_id, a.provider_response_id, a.first_frame_at, a.frames, a.decision, a.decision_reason,
       a.delay_ms, a.delay_source
FROM requests r LEFT JOIN attempts a ON a.request_id = r.id
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
ORDER BY a.number`;

/** Number of records by status. */
export const COUNT_BY_STATUS = `SELECT status, count(*)::float8 AS count FROM requests GROUP BY status`;

/**
 * Counts the records that wait out an outage or a rate limit: they are retried until their deadline, without
 * a limit on the number of retries. Both states are named because the partial index is on both.
 */
export const COUNT_WAITING_OUT = `
SELECT count(*)::float8 AS count FROM requests
WHERE status IN ('queued', 'retrying') AND status = 'retrying' AND (policy->'untilDeadline')::boolean`;

/** Age of the oldest due request that waits for a worker, in ms, by which a worker judges its progress. */
export const READ_OLDEST_DUE = `
SELECT (extract(epoch FROM now() - r.due_at) * 1000)::float8 AS age_ms FROM requests r
WHERE r.status IN ${WAITING} AND r.due_at <= now() AND r.deadline_at > now() AND NOT ${WAITS_FOR_LANE('r')}
ORDER BY r.due_at LIMIT 1`;

/** A piece of a sealed body. $1 id, $2 its first byte (from 1), $3 number of bytes */
export const READ_PAYLOAD_PIECE = `
SELECT substring(ciphertext FROM $2::int FOR $3::int) AS piece FROM payloads WHERE request_id = $1::uuid`;

/** A piece of a sealed result. $1 id, $2 its first byte (from 1), $3 number of bytes */
export const READ_RESULT_PIECE = `
SELECT substring(ciphertext FROM $2::int FOR $3::int) AS piece FROM results WHERE request_id = $1::uuid`;
