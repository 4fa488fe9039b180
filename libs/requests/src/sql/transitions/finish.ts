import { FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX } from './parts.js';

/** Condition of a record whose deadline has passed. It fails, whatever the outcome of its attempt. */
const OVERDUE = 'r.deadline_at <= now()';

/**
 * Writes the ends of a group of attempts and the decisions that follow. A row whose fence has risen is
 * omitted from the answer. One whose deadline has passed fails instead, and its answer is discarded. A
 * request may be in the group twice: with the fence of a worker that lost it and with that of its owner.
 * The rows are locked in the order of the input, which must be that of their ids.
 *
 * $1 ids, $2 fences, $3 next statuses, $4 attempt outcomes, $5 error codes of the attempts,
 * $6 error codes of the records, $7 HTTP statuses, $8 provider request ids, $9 decisions,
 * $10 reasons, $11 delays (ms), $12 delay sources, $13 usages (JSON), $14 result offsets (from 1),
 * $15 result lengths (0: none), $16 all results,
 * $17 error details of the attempts, $18 ids of answers at the provider or null
 */
const FINISH_ROWS = `
WITH updated AS (
  UPDATE requests r SET
    status = CASE WHEN ${OVERDUE} THEN 'failed' ELSE i.status END,
    ${LEAVE_PROCESSING},
    due_at = CASE WHEN i.status = 'retrying' AND NOT ${OVERDUE}
                  THEN least(now() + i.delay_ms * interval '1 millisecond', r.deadline_at)
                  ELSE r.due_at END,
    completed_at = CASE WHEN i.status = 'retrying' AND NOT ${OVERDUE} THEN NULL ELSE now() END,
    retries_used = r.retries_used
                   + CASE WHEN i.status = 'retrying' AND NOT ${OVERDUE} THEN 1 ELSE 0 END,
    error_code = CASE WHEN ${OVERDUE} THEN 'deadline_exceeded' ELSE i.record_error END,
    error_http_status = CASE WHEN i.record_error IS NULL OR ${OVERDUE}
                             THEN NULL ELSE i.http_status END,
    last_error_code = coalesce(i.attempt_error, r.last_error_code),
    usage = CASE WHEN ${OVERDUE} THEN NULL ELSE i.usage::jsonb END
  FROM (
    SELECT unnest($1::uuid[]) AS id, unnest($2::int[]) AS fence,
           unnest($3::request_status[]) AS status, unnest($4::attempt_outcome[]) AS outcome,
           unnest($5::text[]) AS attempt_error, unnest($6::text[]) AS record_error,
           unnest($7::smallint[]) AS http_status, unnest($8::text[]) AS provider_request_id,
           unnest($9::text[]) AS decision, unnest($10::text[]) AS reason,
           unnest($11::bigint[]) AS delay_ms, unnest($12::text[]) AS delay_source,
           unnest($13::text[]) AS usage, unnest($14::int[]) AS result_at,
           unnest($15::int[]) AS result_bytes,
           unnest($17::text[]) AS attempt_detail, unnest($18::text[]) AS answer_id
  ) AS i
  WHERE r.id = i.id AND r.fence = i.fence
  RETURNING r.id, r.attempts, r.status, ${FOR_OUTBOX}, ${OVERDUE} AS overdue, i.outcome,
            i.attempt_error, i.attempt_detail, i.http_status, i.provider_request_id, i.decision,
            i.reason, i.delay_ms, i.delay_source, i.result_at, i.result_bytes, i.answer_id
), ended AS (
  UPDATE attempts a SET
    outcome = u.outcome, ended_at = now(), http_status = u.http_status,
    error_code = u.attempt_error, error_detail = u.attempt_detail,
    provider_request_id = u.provider_request_id,
    decision = CASE WHEN u.overdue THEN 'fail' ELSE u.decision END,
    decision_reason = CASE WHEN u.overdue THEN 'deadline_exceeded' ELSE u.reason END,
    -- Beyond 24 days the attempt shows what its column holds; the wait itself is not cut.
    delay_ms = CASE WHEN NOT u.overdue AND u.delay_ms IS NOT NULL
                    THEN least(u.delay_ms, 2147483647)::int END,
    delay_source = CASE WHEN u.overdue THEN NULL ELSE u.delay_source END
  FROM updated u WHERE a.request_id = u.id AND a.number = u.attempts
), stored AS (
  INSERT INTO results (request_id, ciphertext)
  SELECT id, substring($16::bytea FROM result_at FOR result_bytes)
  -- RETRY has deleted that of the round before.
  FROM updated WHERE result_bytes > 0 AND NOT overdue
), named AS (
  INSERT INTO response_ids (project_id, mode, response_id, request_id)
  SELECT project_id, mode, answer_id, id FROM updated
  WHERE answer_id IS NOT NULL AND status = 'completed'
  -- An id that a provider gives twice stays with its first owner.
  ON CONFLICT DO NOTHING
), ${OUTBOX}`;

/** Finishes a group. Returns the number of written rows, and the ids of those past their deadline. */
export const FINISH = `${FINISH_ROWS}
SELECT count(*)::int AS written, array_agg(id) FILTER (WHERE overdue) AS overdue FROM updated`;

/**
 * Returns FINISH of one attempt that notifies in its own commit if its request has ended.
 *
 * @param channel name of the channel, never from outside
 */
export const finishAndNotify = (channel: string): string => `${FINISH_ROWS}
SELECT 1 AS written, CASE WHEN overdue THEN ARRAY[id] END AS overdue,
       CASE WHEN status <> 'retrying' THEN pg_notify('${channel}', id::text) END
FROM updated`;

/** Outcomes of attempts, for a finish whose answer was lost. $1 ids, $2 attempt numbers */
export const READ_ATTEMPT_OUTCOMES = `
SELECT a.request_id AS id, a.number, a.outcome, a.error_code, a.decision_reason
FROM unnest($1::uuid[], $2::int[]) AS i (id, number)
JOIN attempts a ON a.request_id = i.id AND a.number = i.number`;
