import { CODE_OF_LANE, OF_LANE, REASON_OF_LANE } from '../lane-waits.js';
import { FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX, RUNS_ON, SEES_ATTEMPT, WAITING } from './parts.js';

/**
 * Renews the lease of every row that a worker owns, also one that has expired and was not taken back, and
 * lists them. A row that another statement has locked is only listed: waiting for it would delay all others,
 * and it can't be taken back meanwhile. $1 worker, $2 lease (ms)
 */
export const RENEW_LEASES = `
WITH mine AS (
  SELECT id FROM requests
  WHERE status = 'processing' AND lease_owner = $1::uuid
  FOR UPDATE SKIP LOCKED
), renewed AS (
  UPDATE requests r SET lease_expires_at = now() + $2::int * interval '1 millisecond'
  FROM mine WHERE r.id = mine.id
)
SELECT id, fence, attempts FROM requests
WHERE status = 'processing' AND lease_owner = $1::uuid`;

/**
 * Assignments that follow an attempt with an unknown end: the record is put back, or fails where the row of
 * locked requests has a `failure`.
 */
const PUT_BACK = (row: string) => `
    status = (CASE WHEN ${row}.failure IS NULL THEN 'retrying' ELSE 'failed' END)::request_status,
    ${LEAVE_PROCESSING},
    due_at = now(),
    repeats_call = true,
    completed_at = CASE WHEN ${row}.failure IS NULL THEN NULL ELSE now() END,
    error_code = ${row}.failure,
    error_http_status = NULL`;

/** Ends the running attempt of rows that were put back. */
const END_ATTEMPT = (outcome: 'lost' | 'released', errorCode: string) => `
  UPDATE attempts a SET
    outcome = '${outcome}', ended_at = now(), error_code = ${errorCode},
    decision = CASE WHEN u.error_code IS NULL THEN 'retry' ELSE 'fail' END,
    decision_reason = coalesce(
      u.error_code, CASE WHEN a.provider_target IS NOT NULL THEN 'reattach' ELSE '${outcome}' END),
    delay_ms = CASE WHEN u.error_code IS NULL THEN 0 END
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts`;

/**
 * Puts back requests that a worker owns and will not finish, without counting the attempt. If the provider
 * was called and the request must not be sent twice, it fails instead, unless its response runs on there.
 * $1 ids, $2 fences, $3 whether the provider was called
 */
export const RELEASE = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::boolean[]) AS i (id, fence, called)
), locked AS (
  SELECT r.id, CASE WHEN i.called AND r.on_lost = 'fail' AND NOT ${RUNS_ON('r')} THEN 'outcome_unknown'
                    WHEN r.deadline_at <= now() THEN 'deadline_exceeded' END AS failure
  FROM requests r JOIN input i ON r.id = i.id AND r.fence = i.fence
  ORDER BY r.id FOR UPDATE OF r
), updated AS (
  UPDATE requests r SET ${PUT_BACK('l')}
  FROM locked l WHERE r.id = l.id
  RETURNING r.id, r.status, r.attempts, r.error_code, ${FOR_OUTBOX}
), ended AS (${END_ATTEMPT('released', 'u.error_code')}
), ${OUTBOX}
SELECT id, status, attempts, error_code FROM updated`;

/**
 * Takes back requests of dead or paused workers, by the rules of `decideAfterLoss`, and returns the time: an
 * answer shows that the table can be written. Its times are those of its start, so that a lease which
 * expires while it waits for a lock is left alone.
 * $1 largest number of rows, $2 losses that end a request, $3 and $4 range of time for taking back
 */
export const REAP_EXPIRED_LEASES = `
WITH expired AS (
  SELECT id, CASE WHEN on_lost = 'fail' AND NOT ${RUNS_ON('requests')} THEN 'outcome_unknown'
                  WHEN losses + 1 >= $2::int THEN 'worker_lost'
                  WHEN deadline_at <= now() THEN 'deadline_exceeded' END AS failure
  FROM requests
  WHERE status = 'processing' AND lease_expires_at < now()
    AND now() BETWEEN $3::timestamptz AND $4::timestamptz
  ORDER BY lease_expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
), updated AS (
  UPDATE requests r SET ${PUT_BACK('e')},
    losses = r.losses + 1,
    last_error_code = 'worker_lost'
  FROM expired e WHERE r.id = e.id
  RETURNING r.id, r.status, r.attempts, r.error_code, ${FOR_OUTBOX}
), ended AS (${END_ATTEMPT('lost', `'worker_lost'`)}
), ${OUTBOX}
SELECT u.id, u.status, u.attempts, u.error_code, clock_timestamp() AS seen_at
FROM (SELECT) AS once LEFT JOIN updated u ON true`;

/**
 * Ends an attempt whose response can't be had any more: the provider does not know it, or the project calls
 * another provider. What follows is as after a lost worker, and the next attempt makes a call of its own. It is a
 * loss, unless that of the worker has been counted for the same response.
 * $1 id, $2 fence, $3 losses that end a request, $4 detail of the error
 */
export const LOSE_RESPONSE = `
WITH counted AS (
  SELECT r.id, r.losses + CASE WHEN EXISTS (
           SELECT FROM attempts a JOIN attempts b ON b.request_id = a.request_id AND b.number = a.number - 1
           WHERE a.request_id = r.id AND a.number = r.attempts AND b.outcome = 'lost'
             AND b.provider_response_id = a.provider_response_id
         ) THEN 0 ELSE 1 END AS losses, r.on_lost, r.deadline_at
  FROM requests r WHERE r.id = $1::uuid AND r.fence = $2::int FOR UPDATE
), locked AS (
  SELECT id, losses, CASE WHEN on_lost = 'fail' THEN 'outcome_unknown'
                          WHEN losses >= $3::int THEN 'worker_lost'
                          WHEN deadline_at <= now() THEN 'deadline_exceeded' END AS failure
  FROM counted
), updated AS (
  UPDATE requests r SET ${PUT_BACK('l')},
    losses = l.losses,
    last_error_code = 'worker_lost'
  FROM locked l WHERE r.id = l.id
  RETURNING r.id, r.status, r.attempts, r.error_code, ${FOR_OUTBOX}
), ended AS (
  UPDATE attempts a SET
    outcome = 'lost', ended_at = now(), error_code = 'worker_lost', error_detail = $4::text,
    decision = CASE WHEN u.error_code IS NULL THEN 'retry' ELSE 'fail' END,
    decision_reason = coalesce(u.error_code, 'lost'),
    delay_ms = CASE WHEN u.error_code IS NULL THEN 0 END,
    provider_target = NULL
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts
), ${OUTBOX}
SELECT id, status, attempts, error_code FROM updated`;

/** The lane that a request waits for, in the words of \`waiting_reason\`. */
const WAITED_FOR = OF_LANE('r', REASON_OF_LANE);
/** The provider's error code for which that lane is in trouble. */
const LANE_ERROR = OF_LANE('r', `nullif(${CODE_OF_LANE}, 'by_hand')`);

/**
 * Fails rows whose deadline has passed, except those that were claimed while this statement waited; the next
 * one finds them. The statement's first CTE must name the rows \`overdue\`.
 */
const EXPIRE = `
updated AS (
  UPDATE requests r SET
    status = 'failed', ${LEAVE_PROCESSING}, completed_at = now(),
    error_code = 'deadline_exceeded', error_http_status = NULL,
    waited_for = CASE WHEN r.status IN ${WAITING} THEN ${WAITED_FOR} END,
    last_error_code = CASE WHEN r.status IN ${WAITING} THEN coalesce(${LANE_ERROR}, r.last_error_code)
                           ELSE r.last_error_code END
  FROM overdue o WHERE r.id = o.id AND ${SEES_ATTEMPT}
  RETURNING r.id, r.status, r.attempts, r.error_code, ${FOR_OUTBOX}
), ended AS (
  UPDATE attempts a SET
    outcome = 'failed', ended_at = now(), error_code = 'deadline_exceeded',
    decision = 'fail', decision_reason = 'deadline_exceeded'
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts AND a.outcome = 'running'
), ${OUTBOX}
SELECT id, status, attempts, error_code FROM updated`;

/**
 * Fails requests past their deadline. A wait never exceeds the deadline, so an overdue request that waits is
 * due as well, and the index on due requests finds it. $1 largest number of rows
 */
export const EXPIRE_OVERDUE = `
WITH waiting AS (
  SELECT id FROM requests
  WHERE status IN ${WAITING} AND due_at <= now() AND deadline_at <= now()
  LIMIT $1 FOR UPDATE SKIP LOCKED
), running AS (
  SELECT id FROM requests
  WHERE status = 'processing' AND deadline_at <= now()
  LIMIT $1 FOR UPDATE SKIP LOCKED
), overdue AS (
  SELECT id FROM waiting UNION ALL SELECT id FROM running
), ${EXPIRE}`;

/** Fails those of the given requests that are past their deadline. $1 ids */
export const EXPIRE_IF_OVERDUE = `
WITH overdue AS (
  SELECT id FROM requests
  WHERE id = ANY($1::uuid[]) AND status IN ('queued', 'retrying', 'processing')
    AND deadline_at <= now()
  ORDER BY id FOR UPDATE
), ${EXPIRE}`;
