import { CACHE_TTL, FOLLOWS } from './cache-parts.js';
import { FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX } from './parts.js';

/** Condition of a record whose deadline has passed. It fails, whatever the outcome of its attempt. */
const OVERDUE = 'r.deadline_at <= now()';

/** Parts that FINISH_STREAMS and FINISH_CACHED have beside those of FINISH. */
interface FinishVariant {
  /** Assignments to the record. */
  assignments: string;
  /** Columns of the input. */
  values: string;
  /** Columns of the input that the other statements need. */
  of: string;
  /** Assignments to the attempt. */
  attempt: string;
  /** Columns of the ids of answers, and their values. */
  columns: string;
  log: string;
  /** Statements of its own. */
  writes: string;
}

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
 * $17 error details of the attempts, $18 ids of answers at the provider or null,
 * $19 names of the providers that were called or null, $20 models that follow by a fallback or null,
 * $21 their places in the plan or null
 */
const finishRows = ({
  columns,
  values,
  assignments,
  of,
  attempt,
  writes,
  log,
}: FinishVariant): string => `
WITH updated AS (
  UPDATE requests r SET
    status = CASE WHEN ${OVERDUE} THEN 'failed' ELSE i.status END,
    ${LEAVE_PROCESSING},
    due_at = CASE WHEN i.status = 'retrying' AND NOT ${OVERDUE}
                  THEN least(now() + i.delay_ms * interval '1 millisecond', r.deadline_at)
                  ELSE r.due_at END,
    completed_at = CASE WHEN i.status = 'retrying' AND NOT ${OVERDUE} THEN NULL ELSE now() END,
    -- Each model begins with fresh counts.
    retries_used = CASE WHEN i.status <> 'retrying' OR ${OVERDUE} THEN r.retries_used
                        WHEN i.next_at IS NULL THEN r.retries_used + 1 ELSE 0 END,
    plan_at = CASE WHEN ${OVERDUE} THEN r.plan_at ELSE coalesce(i.next_at, r.plan_at) END,
    model = CASE WHEN ${OVERDUE} THEN r.model ELSE coalesce(i.next_model, r.model) END,
    provider = coalesce(i.provider, r.provider),
    error_code = CASE WHEN ${OVERDUE} THEN 'deadline_exceeded' ELSE i.record_error END,
    error_http_status = CASE WHEN i.record_error IS NULL OR ${OVERDUE}
                             THEN NULL ELSE i.http_status END,
    last_error_code = coalesce(i.attempt_error, r.last_error_code),
    usage = CASE WHEN ${OVERDUE} THEN NULL ELSE i.usage::jsonb END${assignments}
  FROM (
    SELECT unnest($1::uuid[]) AS id, unnest($2::int[]) AS fence,
           unnest($3::request_status[]) AS status, unnest($4::attempt_outcome[]) AS outcome,
           unnest($5::text[]) AS attempt_error, unnest($6::text[]) AS record_error,
           unnest($7::smallint[]) AS http_status, unnest($8::text[]) AS provider_request_id,
           unnest($9::text[]) AS decision, unnest($10::text[]) AS reason,
           unnest($11::bigint[]) AS delay_ms, unnest($12::text[]) AS delay_source,
           unnest($13::text[]) AS usage, unnest($14::int[]) AS result_at,
           unnest($15::int[]) AS result_bytes,
           unnest($17::text[]) AS attempt_detail, unnest($18::text[]) AS answer_id,
           unnest($19::text[]) AS provider, unnest($20::text[]) AS next_model,
           unnest($21::smallint[]) AS next_at${values}
  ) AS i
  WHERE r.id = i.id AND r.fence = i.fence
  RETURNING r.id, r.attempts, r.status, ${FOR_OUTBOX}, ${OVERDUE} AS overdue, i.outcome,
            i.attempt_error, i.attempt_detail, i.http_status, i.provider_request_id, i.decision,
            i.reason, i.delay_ms, i.delay_source, i.result_at, i.result_bytes, i.answer_id,
            i.provider${of}
), ended AS (
  UPDATE attempts a SET
    outcome = u.outcome, ended_at = now(), http_status = u.http_status,
    error_code = u.attempt_error, error_detail = u.attempt_detail,
    provider_request_id = u.provider_request_id, provider = u.provider,
    decision = CASE WHEN u.overdue THEN 'fail' ELSE u.decision END,
    decision_reason = CASE WHEN u.overdue THEN 'deadline_exceeded' ELSE u.reason END,
    -- Beyond 24 days the attempt shows what its column holds; the wait itself is not cut.
    delay_ms = CASE WHEN NOT u.overdue AND u.delay_ms IS NOT NULL
                    THEN least(u.delay_ms, 2147483647)::int END,
    delay_source = CASE WHEN u.overdue THEN NULL ELSE u.delay_source END,
    -- A response in the background has ended, unless the call was given up before its end was seen.
    provider_target = CASE WHEN u.attempt_error IN ('timeout', 'provider_response_invalid')
                           THEN a.provider_target END${attempt}
  FROM updated u WHERE a.request_id = u.id AND a.number = u.attempts
), stored AS (
  INSERT INTO results (request_id, ciphertext)
  SELECT id, substring($16::bytea FROM result_at FOR result_bytes)
  -- RETRY has deleted that of the round before.
  FROM updated WHERE result_bytes > 0 AND NOT overdue
), named AS (
  INSERT INTO response_ids (project_id, mode, response_id, request_id${columns})
  SELECT project_id, mode, answer_id, id${log} FROM updated
  WHERE answer_id IS NOT NULL AND status = 'completed'
  -- An id that a provider gives twice stays with its first owner.
  ON CONFLICT DO NOTHING
)${writes}, ${OUTBOX}`;

/** Both variants in one. */
const both = (one: FinishVariant, other: FinishVariant): FinishVariant => ({
  assignments: one.assignments + other.assignments,
  values: one.values + other.values,
  of: one.of + other.of,
  attempt: one.attempt + other.attempt,
  columns: one.columns + other.columns,
  log: one.log + other.log,
  writes: one.writes + other.writes,
});

const FINISH_ROWS = finishRows({
  ...{ assignments: '', values: '', of: '', attempt: '', columns: '', log: '', writes: '' },
});

/** Answer of a group: the number of written rows, and the ids of those past their deadline. */
const WRITTEN =
  'SELECT count(*)::int AS written, array_agg(id) FILTER (WHERE overdue) AS overdue FROM updated';

/** Finishes a group. Returns the number of written rows, and the ids of those past their deadline. */
export const FINISH = `${FINISH_ROWS}
${WRITTEN}`;

/** Parts of a variant that closes logs. Its parameters are $22 to $28. */
const WITH_LOGS: FinishVariant = {
  assignments: `,
    result_log = CASE WHEN i.status = 'completed' AND NOT ${OVERDUE} THEN i.log ELSE r.result_log END`,
  values: `,
           unnest($22::int[]) AS log, unnest($23::int[]) AS frames,
           unnest($24::int[]) AS batch_from, unnest($25::smallint[]) AS batch_frames,
           unnest($26::int[]) AS batch_at, unnest($27::int[]) AS batch_bytes`,
  of: ', i.log, i.frames, i.batch_from, i.batch_frames, i.batch_at, i.batch_bytes',
  attempt: `,
    log = coalesce(a.log, CASE WHEN NOT u.overdue THEN u.log END),
    frames = CASE WHEN NOT u.overdue THEN u.frames END,
    first_frame_at = coalesce(a.first_frame_at, CASE WHEN u.log IS NOT NULL AND NOT u.overdue THEN now() END)`,
  columns: ', log',
  log: ', log',
  writes: `, appended AS (
  INSERT INTO stream_batches (request_id, log, from_no, frames, ciphertext)
  SELECT id, log, batch_from, batch_frames, substring($28::bytea FROM batch_at FOR batch_bytes)
  FROM updated WHERE batch_bytes > 0 AND NOT overdue
  ON CONFLICT DO NOTHING
)`,
};

/**
 * FINISH of attempts that have streamed: it closes their logs, with the last batch of each. A log whose request is
 * past its deadline gets no last batch, and no count: its end was never shown.
 *
 * $1 to $21 as FINISH, $22 logs or null, $23 numbers of frames of the logs or null, $24 first frames of the last
 * batches, $25 numbers of their frames, $26 their offsets (from 1), $27 their lengths (0: none), $28 all last batches
 */
export const FINISH_STREAMS = `${finishRows(WITH_LOGS)}
${WRITTEN}`;

/**
 * Condition of a record that was accepted before a change of one of its project's providers. Its key names the
 * provider of that time, and its answer may come from another one.
 */
const PROVIDER_CHANGED = `(r.mode = 'live' AND EXISTS (
          SELECT FROM provider_credentials c
          WHERE (c.project_id = r.project_id OR c.further_of = r.project_id) AND c.updated_at > r.created_at))`;

/**
 * Parts of a variant that enters answers into the cache.
 *
 * @param parameter number of its parameter
 */
const intoCache = (parameter: number): FinishVariant => ({
  assignments: `,
    cached_at = CASE WHEN i.is_cacheable AND i.status = 'completed' AND r.cache_key IS NOT NULL AND r.plan_at = 0
                      AND NOT ${OVERDUE} AND NOT ${PROVIDER_CHANGED} THEN now() END`,
  values: `, unnest($${parameter}::bool[]) AS is_cacheable`,
  of: `, r.cache_key, r.cached_at, ${CACHE_TTL('r.policy')} AS ttl`,
  ...{ attempt: '', columns: '', log: '' },
  writes: `, kept AS (
  INSERT INTO cache_entries AS c (key, project_id, request_id, created_at, expires_at)
  -- A statement can't write an entry twice. In their order, no two groups wait for each other.
  SELECT DISTINCT ON (cache_key) cache_key, project_id, id, cached_at, cached_at + ttl * interval '1 second'
  FROM updated WHERE cached_at IS NOT NULL ORDER BY cache_key, id
  ON CONFLICT (key) DO UPDATE SET project_id = excluded.project_id, request_id = excluded.request_id,
    created_at = excluded.created_at, expires_at = excluded.expires_at
)`,
});

/**
 * Whether requests wait for the answers of a group. One that begins to wait in this moment may be missed; it is found
 * by the next look at all of them.
 */
const HAS_FOLLOWERS = `EXISTS (SELECT FROM updated u JOIN requests f ON f.cache_key = u.cache_key AND ${FOLLOWS('f')})
       AS has_followers`;

const FINISH_CACHED_ROWS = finishRows(intoCache(22));

/**
 * FINISH of a group in which a request is under the cache: an answer that may be given again is entered.
 * That of a fallback is another model's, and never is. Returns also whether requests wait for the answers.
 * $1 to $21 as FINISH, $22 whether an answer may be given again
 */
export const FINISH_CACHED = `${FINISH_CACHED_ROWS}
SELECT w.*, ${HAS_FOLLOWERS} FROM (${WRITTEN}) AS w`;

/** FINISH_STREAMS and FINISH_CACHED in one. $1 to $28 as FINISH_STREAMS, $29 as $22 of FINISH_CACHED */
export const FINISH_CACHED_STREAMS = `${finishRows(both(WITH_LOGS, intoCache(29)))}
SELECT w.*, ${HAS_FOLLOWERS} FROM (${WRITTEN}) AS w`;

/** Answer of one attempt that notifies. */
const writtenAndNotified = (channel: string): string => `SELECT 1 AS written,
       CASE WHEN overdue THEN ARRAY[id] END AS overdue,
       CASE WHEN status <> 'retrying' THEN pg_notify('${channel}', id::text) END`;

/**
 * Returns FINISH of one attempt that notifies in its own commit if its request has ended.
 *
 * @param channel name of the channel, never from outside
 */
export const finishAndNotify = (channel: string): string => `${FINISH_ROWS}
${writtenAndNotified(channel)} FROM updated`;

/**
 * Returns FINISH_CACHED of one attempt that notifies in its own commit if its request has ended.
 *
 * @param channel name of the channel, never from outside
 */
export const finishCachedAndNotify = (channel: string): string => `${FINISH_CACHED_ROWS}
${writtenAndNotified(channel)}, ${HAS_FOLLOWERS} FROM updated`;

/** Outcomes of attempts, for a finish whose answer was lost. $1 ids, $2 attempt numbers */
export const READ_ATTEMPT_OUTCOMES = `
SELECT a.request_id AS id, a.number, a.outcome, a.error_code, a.decision_reason
FROM unnest($1::uuid[], $2::int[]) AS i (id, number)
JOIN attempts a ON a.request_id = i.id AND a.number = i.number`;
