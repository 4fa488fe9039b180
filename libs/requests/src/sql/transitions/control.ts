import { FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX, SEES_ATTEMPT } from './parts.js';

/**
 * Cancels a record that has not ended. Answers with `ended` false when the record moved on while the
 * statement waited for it: then it must be sent again. $1 id, $2 project, $3 mode
 */
export const CANCEL = `
WITH updated AS (
  UPDATE requests r SET
    status = 'canceled', ${LEAVE_PROCESSING}, completed_at = now(),
    error_code = 'canceled', error_http_status = NULL
  WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
    AND r.status IN ('queued', 'retrying', 'processing')
    AND ${SEES_ATTEMPT}
  RETURNING r.id, r.attempts, r.status, ${FOR_OUTBOX}
), ended AS (
  UPDATE attempts a SET
    outcome = 'canceled', ended_at = now(), error_code = 'canceled',
    decision = 'cancel', decision_reason = 'canceled'
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts AND a.outcome = 'running'
), ${OUTBOX}
SELECT id, true AS ended FROM updated
UNION ALL
SELECT r.id, false FROM requests r
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
  AND r.status IN ('queued', 'retrying', 'processing') AND NOT EXISTS (SELECT FROM updated)`;

/** Tells whether a record would go to another server than its project had when it was accepted. */
const GOES_ELSEWHERE = `(r.mode = 'live' AND EXISTS (
  SELECT FROM provider_credentials c WHERE c.project_id = r.project_id
    AND c.origin_changed_at > greatest(r.created_at, $4::timestamptz)))`;

/**
 * Opens a new round of a failed or canceled record: fresh counts, a new deadline, no result, as long
 * as its payload is there. Both signs of that are needed: what a row says of itself is looked at again
 * after waiting for retention, a look into another table is not.
 *
 * A live record that was accepted before its project's provider moved to another server stays as it is,
 * and `opened` is false, unless somebody has agreed to that since: $4 says when, null never.
 * $1 id, $2 project, $3 mode, $4 agreed at
 */
export const RETRY = `
WITH updated AS (
  UPDATE requests r SET
    status = 'queued', fence = r.fence + 1, round = r.round + 1, retries_used = 0, losses = 0,
    repeats_call = false, due_at = now(), updated_at = now(), completed_at = NULL,
    deadline_at = now() + r.deadline_ms * interval '1 millisecond',
    error_code = NULL, error_http_status = NULL, usage = NULL
  WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
    AND r.status IN ('failed', 'canceled')
    AND r.content_deleted_at IS NULL
    AND EXISTS (SELECT FROM payloads p WHERE p.request_id = r.id)
    AND NOT ${GOES_ELSEWHERE}
  RETURNING r.id
), forgotten AS (
  DELETE FROM results USING updated u WHERE request_id = u.id
)
SELECT id, true AS opened FROM updated
UNION ALL
SELECT r.id, false FROM requests r
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
  AND r.status IN ('failed', 'canceled') AND r.content_deleted_at IS NULL
  AND EXISTS (SELECT FROM payloads p WHERE p.request_id = r.id)
  AND ${GOES_ELSEWHERE} AND NOT EXISTS (SELECT FROM updated)`;
