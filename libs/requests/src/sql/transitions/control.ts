import { FIRST_MODEL, FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX, SEES_ATTEMPT } from './parts.js';

/**
 * Cancels a record that has not ended. Returns `ended` false when the record changed its state while the
 * statement waited for its lock; the statement must then be sent again. $1 id, $2 project, $3 mode
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

/** Condition of records of a project that sends requests to another server than when they were accepted. */
const GOES_ELSEWHERE = `(r.mode = 'live' AND EXISTS (
  SELECT FROM provider_credentials c
  WHERE (c.project_id = r.project_id OR c.further_of = r.project_id)
    AND c.origin_changed_at > greatest(r.created_at, $4::timestamptz)))`;

/**
 * Opens a new round of a failed or canceled record, with fresh counts, a new deadline and no result, if its
 * payload still exists. Both checks of the payload are needed: after a wait for the lock of retention,
 * PostgreSQL rechecks conditions on the row itself, but not those on another table.
 *
 * A live record that was accepted before its project's provider moved to another server is not changed, and
 * `opened` is false, unless a user has agreed to the change since, at the time $4; null for never.
 * $1 id, $2 project, $3 mode, $4 agreed at
 */
export const RETRY = `
WITH updated AS (
  UPDATE requests r SET
    status = 'queued', fence = r.fence + 1, round = r.round + 1, retries_used = 0, losses = 0,
    plan_at = 0, model = ${FIRST_MODEL('r', 'requested_model')}, repeats_call = false, due_at = now(), updated_at = now(), completed_at = NULL,
    deadline_at = now() + r.deadline_ms * interval '1 millisecond',
    error_code = NULL, error_http_status = NULL, waited_for = NULL, usage = NULL, follows = NULL
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
