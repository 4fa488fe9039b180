import { REQUEST_STATUSES, type RequestStatus } from '@reqrun/contracts';
import { LARGE_BYTES } from '@reqrun/platform/budget';

/** Statements that read records. They change nothing. */

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

/** Columns of a record, with the names of `RecordRow`. */
const RECORD_COLUMNS = `
  r.id, r.endpoint, r.status, r.attempts, r.model, r.requested_model, r.idempotency_key,
  r.created_at, r.updated_at, r.started_at, r.completed_at,
  CASE WHEN r.status = 'retrying' THEN r.due_at END AS next_attempt_at,
  r.deadline_at, r.error_code, r.error_http_status, r.last_error_code, r.usage, r.metadata,
  ${PATIENCE},
  r.content_deleted_at IS NOT NULL AS content_deleted,
  (r.status IN ('queued', 'retrying', 'processing') AND r.deadline_at <= now()) AS overdue`;

/** One record with its sealed result. $1 id, $2 project, $3 mode */
export const READ_RECORD = `
SELECT ${RECORD_COLUMNS}, ${RESULT}
FROM requests r LEFT JOIN results s ON s.request_id = r.id
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode`;

/** Progress of requests with waiting callers. $1 ids */
export const READ_PROGRESS = `
SELECT id, status IN ('completed', 'failed', 'canceled') AS ended, deadline_at <= now() AS overdue
FROM requests WHERE id = ANY($1::uuid[])`;

/** Ends of requests for their waiting callers, with results and only the columns of an answer. $1 ids */
export const READ_OUTCOMES = `
SELECT r.id, r.project_id, r.status, r.attempts, r.error_code, r.error_http_status,
       r.content_deleted_at IS NOT NULL AS content_deleted, ${RESULT}
FROM requests r LEFT JOIN results s ON s.request_id = r.id
WHERE r.id = ANY($1::uuid[])`;

/** Attempts of a record, oldest first. $1 id, $2 project, $3 mode */
export const READ_ATTEMPTS = `
SELECT a.number, a.model, a.started_at, a.ended_at, a.outcome, a.http_status, a.error_code,
       a.error_detail, a.provider_request_id, a.decision, a.decision_reason, a.delay_ms, a.delay_source
FROM requests r LEFT JOIN attempts a ON a.request_id = r.id
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
ORDER BY a.number`;

/**
 * Returns the statement of a page of records, newest first, by keyset pagination.
 *
 * @param conditions further conditions on `r`, over parameters from $4 on
 * @returns the statement: $1 project, $2 mode, $3 largest number of rows
 */
export const listRecords = (conditions: readonly string[]): string => `
SELECT ${RECORD_COLUMNS}
FROM requests r
WHERE r.project_id = $1::uuid AND r.mode = $2::request_mode${conditions.map((condition) => `\n  AND ${condition}`).join('')}
ORDER BY r.created_at DESC, r.id DESC LIMIT $3`;

/**
 * Returns a condition of {@link listRecords}. The status is a literal, because a partial index can't be used
 * with a parameter. Without the index, a status that no record has would scan a project's whole history.
 *
 * @param status a known status
 * @throws RangeError when it is not known
 */
export function hasStatus(status: RequestStatus): string {
  if (!REQUEST_STATUSES.includes(status)) {
    throw new RangeError('not a status');
  }
  return `r.status = '${status}'`;
}

/** Number of records by status. */
export const COUNT_BY_STATUS = `SELECT status, count(*)::float8 AS count FROM requests GROUP BY status`;

/**
 * Counts the records that wait out an outage or a rate limit: they are retried until their deadline, without
 * a limit on the number of retries. Both states are named because the partial index is on both.
 */
export const COUNT_WAITING_OUT = `
SELECT count(*)::float8 AS count FROM requests
WHERE status IN ('queued', 'retrying') AND status = 'retrying' AND (policy->'untilDeadline')::boolean`;

/** Age of the oldest due request, in ms, by which a worker judges its progress. */
export const READ_OLDEST_DUE = `
SELECT (extract(epoch FROM now() - due_at) * 1000)::float8 AS age_ms FROM requests
WHERE status IN ('queued', 'retrying') AND due_at <= now() AND deadline_at > now()
ORDER BY due_at LIMIT 1`;

/** A piece of a sealed body. $1 id, $2 its first byte (from 1), $3 number of bytes */
export const READ_PAYLOAD_PIECE = `
SELECT substring(ciphertext FROM $2::int FOR $3::int) AS piece FROM payloads WHERE request_id = $1::uuid`;

/** A piece of a sealed result. $1 id, $2 its first byte (from 1), $3 number of bytes */
export const READ_RESULT_PIECE = `
SELECT substring(ciphertext FROM $2::int FOR $3::int) AS piece FROM results WHERE request_id = $1::uuid`;
