/**
 * Every statement that writes the status of a request: one file, so that the life of a record can be
 * read in one place. The rules that all of them keep:
 *
 * - times come from the database's clock;
 * - `fence` rises at every claim and at every way out of `processing`, so who matches id and fence
 *   owns the row, and who does not has lost it (no predicate on status is needed for that, and one
 *   would make the planner walk a partial index and its dead entries);
 * - a group's rows are locked in the order of their ids (accept: of their keys), so that two groups
 *   never wait for each other in a circle; statements of recovery skip locked rows instead;
 * - an attempt row is committed with the claim, before any call is made.
 *
 * Blobs of a group travel as one parameter, cut up by offset and length: arrays of bytea would be
 * sent as hexadecimal text.
 */

/** Open states, as a list for SQL. It matches the partial index on what is due. */
const WAITING = `('queued', 'retrying')`;

/** The columns that end a round, besides status and error. */
const LEAVE_PROCESSING = `fence = r.fence + 1, lease_owner = NULL, lease_expires_at = NULL, updated_at = now()`;

/** What ACCEPT and START write besides the payload, and how the record then stands. */
interface Entrance {
  /** Columns besides those that both write. */
  columns: string;
  /** Their values. */
  values: string;
  status: 'queued' | 'processing';
}

/**
 * Accepts a group: record and payload in one commit. Rows that meet an id or an idempotency key
 * that exists already are left out of the answer; `READ_EXISTING` then tells what they met.
 *
 * $1 ids, $2 projects, $3 API keys, $4 modes, $5 endpoints, $6 models, $7 idempotency keys or null,
 * $8 fingerprints (hex) or null, $9 metadata (JSON) or null, $10 retry counts, $11 retry codes
 * (array literals), $12 on_lost, $13 call timeouts, $14 deadlines (ms), $15 payload offsets (from 1),
 * $16 payload lengths, $17 all payloads
 */
const accepting = ({ columns, values, status }: Entrance): string => `
WITH input AS (
  SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::request_mode[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::smallint[], $11::text[], $12::on_lost[], $13::int[], $14::bigint[],
    $15::int[], $16::int[]
  ) WITH ORDINALITY AS i (
    id, project_id, api_key_id, mode, endpoint, model, idempotency_key, fingerprint, metadata,
    retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_at, payload_bytes, n
  )
), inserted AS (
  INSERT INTO requests (
    id, project_id, api_key_id, mode, endpoint, status, model, requested_model, idempotency_key,
    fingerprint, metadata, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms,
    payload_bytes, due_at, deadline_at, created_at, updated_at${columns}
  )
  SELECT id, project_id, api_key_id, mode, endpoint, '${status}', model, model, idempotency_key,
         decode(fingerprint, 'hex'), metadata::jsonb, retry_count, retry_on_codes::smallint[],
         on_lost, call_timeout_ms, deadline_ms, payload_bytes,
         now(), now() + deadline_ms * interval '1 millisecond', now(), now()${values}
  FROM input ORDER BY n
  ON CONFLICT DO NOTHING
  RETURNING id, created_at
), stored AS (
  INSERT INTO payloads (request_id, ciphertext)
  SELECT i.id, substring($17::bytea FROM i.payload_at FOR i.payload_bytes)
  FROM input i JOIN inserted USING (id)
)`;

const ACCEPTING = accepting({ columns: '', values: '', status: 'queued' });

/** The whole of it. */
export const ACCEPT = `${ACCEPTING} SELECT id, created_at FROM inserted`;

/**
 * ACCEPT that rings the doorbell in its own commit.
 *
 * @param channel a name of ours
 */
export const acceptAndRing = (channel: string): string =>
  `${ACCEPTING} SELECT id, created_at, pg_notify('${channel}', '') FROM inserted`;

/** What the first claim of a record makes of it; CLAIM_DUE comes to the same. */
export const FIRST_CLAIM = { fence: 1, attempts: 1, callNumber: 1, round: 1 } as const;

/**
 * ACCEPT and CLAIM_DUE in one commit: by a worker that runs at once what it accepts.
 * $1 to $17 as ACCEPT, $18 worker, $19 lease (ms)
 */
export const START = `${accepting({
  status: 'processing',
  columns: ', fence, attempts, call_number, lease_owner, lease_expires_at, started_at',
  values: `, ${FIRST_CLAIM.fence}, ${FIRST_CLAIM.attempts}, ${FIRST_CLAIM.callNumber}, $18::uuid,
         now() + $19::int * interval '1 millisecond', now()`,
})}, tried AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
  SELECT i.id, ${FIRST_CLAIM.attempts}, ${FIRST_CLAIM.round}, ${FIRST_CLAIM.callNumber}, i.model,
         $18::uuid, now(), 'running'
  FROM input i JOIN inserted USING (id)
)
SELECT id, created_at FROM inserted`;

/**
 * What the rows that ACCEPT left out met: their own id (its commit's answer was lost), or another
 * record under the same key. It is a statement of its own because ON CONFLICT DO NOTHING does not
 * see the row of a concurrent winner.
 *
 * $1 ids, $2 projects, $3 modes, $4 idempotency keys or null
 */
export const READ_EXISTING = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::request_mode[], $4::text[])
    AS i (id, project_id, mode, idempotency_key)
)
SELECT i.id AS asked_id, r.id, r.status, r.model, r.attempts, r.created_at, r.fingerprint
FROM input i JOIN requests r ON r.id = i.id
UNION ALL
SELECT i.id, r.id, r.status, r.model, r.attempts, r.created_at, r.fingerprint
FROM input i JOIN requests r
  ON r.project_id = i.project_id AND r.mode = i.mode AND r.idempotency_key = i.idempotency_key
WHERE r.id <> i.id`;

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

/** A record whose deadline has passed fails, whatever its attempt came to. */
const OVERDUE = 'r.deadline_at <= now()';

/**
 * Writes how a group of attempts ended and what follows. A row whose fence has risen is left out of
 * the answer; one whose deadline has passed fails instead, and its answer is thrown away. A request
 * may be in the group twice, under the fence of a worker that lost it and under that of its owner.
 * The rows are locked in the order of the input, which must be that of their ids.
 *
 * $1 ids, $2 fences, $3 next statuses, $4 attempt outcomes, $5 error codes of the attempts,
 * $6 error codes of the records, $7 HTTP statuses, $8 provider request ids, $9 decisions,
 * $10 reasons, $11 delays (ms), $12 delay sources, $13 usages (JSON), $14 result offsets (from 1),
 * $15 result lengths (0: none), $16 all results
 */
const FINISHING = `
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
  FROM unnest(
    $1::uuid[], $2::int[], $3::request_status[], $4::attempt_outcome[], $5::text[], $6::text[],
    $7::smallint[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[],
    $14::int[], $15::int[]
  ) AS i (
    id, fence, status, outcome, attempt_error, record_error, http_status, provider_request_id,
    decision, reason, delay_ms, delay_source, usage, result_at, result_bytes
  )
  WHERE r.id = i.id AND r.fence = i.fence
  RETURNING r.id, r.attempts, r.status, r.error_code, ${OVERDUE} AS overdue, i.outcome,
            i.attempt_error, i.http_status, i.provider_request_id, i.decision, i.reason, i.delay_ms,
            i.delay_source, i.result_at, i.result_bytes
), ended AS (
  UPDATE attempts a SET
    outcome = u.outcome, ended_at = now(), http_status = u.http_status,
    error_code = u.attempt_error, provider_request_id = u.provider_request_id,
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
  FROM updated WHERE result_bytes > 0 AND NOT overdue
  ON CONFLICT (request_id) DO UPDATE SET ciphertext = excluded.ciphertext
)`;

/** The whole of it. */
export const FINISH = `${FINISHING} SELECT id, attempts AS number, status, error_code FROM updated`;

/**
 * FINISH that tells in its own commit which requests have ended.
 *
 * @param channel a name of ours
 */
export const finishAndTell = (channel: string): string => `${FINISHING}
SELECT id, attempts AS number, status, error_code,
       CASE WHEN status <> 'retrying' THEN pg_notify('${channel}', id::text) END
FROM updated`;

/** How attempts ended, for a finish whose answer was lost. $1 ids, $2 attempt numbers */
export const READ_ATTEMPT_OUTCOMES = `
SELECT a.request_id AS id, a.number, a.outcome, a.error_code, a.decision_reason
FROM unnest($1::uuid[], $2::int[]) AS i (id, number)
JOIN attempts a ON a.request_id = i.id AND a.number = i.number`;

/** Renews the lease of every row that a worker owns, and lists them. $1 worker, $2 lease (ms) */
export const RENEW_LEASES = `
WITH mine AS (
  SELECT id FROM requests
  WHERE status = 'processing' AND lease_owner = $1::uuid
  ORDER BY id FOR UPDATE
)
UPDATE requests r SET lease_expires_at = now() + $2::int * interval '1 millisecond'
FROM mine WHERE r.id = mine.id
RETURNING r.id, r.fence, r.attempts`;

/**
 * What follows an attempt whose end nobody saw: put back, or failed where the row of locked
 * requests names a `failure`.
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
    decision_reason = coalesce(u.error_code, '${outcome}'),
    delay_ms = CASE WHEN u.error_code IS NULL THEN 0 END
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts`;

/**
 * Puts back what a worker owns and will not finish, uncounted. Where the provider was called and
 * the request must not be sent twice, it fails instead.
 * $1 ids, $2 fences, $3 whether the provider was called
 */
export const RELEASE = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::boolean[]) AS i (id, fence, called)
), locked AS (
  SELECT r.id, CASE WHEN i.called AND r.on_lost = 'fail' THEN 'outcome_unknown'
                    WHEN r.deadline_at <= now() THEN 'deadline_exceeded' END AS failure
  FROM requests r JOIN input i ON r.id = i.id AND r.fence = i.fence
  ORDER BY r.id FOR UPDATE OF r
), updated AS (
  UPDATE requests r SET ${PUT_BACK('l')}
  FROM locked l WHERE r.id = l.id
  RETURNING r.id, r.status, r.attempts, r.error_code
), ended AS (${END_ATTEMPT('released', 'u.error_code')}
)
SELECT id, status, attempts, error_code FROM updated`;

/**
 * Takes back what a dead or paused worker owned, by the rules of `decideAfterLoss`.
 * $1 rows at most, $2 losses that end a request
 */
export const REAP_EXPIRED_LEASES = `
WITH expired AS (
  SELECT id, CASE WHEN on_lost = 'fail' THEN 'outcome_unknown'
                  WHEN losses + 1 >= $2::int THEN 'worker_lost'
                  WHEN deadline_at <= now() THEN 'deadline_exceeded' END AS failure
  FROM requests
  WHERE status = 'processing' AND lease_expires_at < now()
  ORDER BY lease_expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
), updated AS (
  UPDATE requests r SET ${PUT_BACK('e')},
    losses = r.losses + 1,
    last_error_code = 'worker_lost'
  FROM expired e WHERE r.id = e.id
  RETURNING r.id, r.status, r.attempts, r.error_code
), ended AS (${END_ATTEMPT('lost', `'worker_lost'`)}
)
SELECT id, status, attempts, error_code FROM updated`;

/**
 * Whether the statement can see the attempt of a row that is processing. A statement that has waited
 * for a claim to commit sees the claim's row, for PostgreSQL looks at that again, but not the attempt
 * that came with it, so it would end the one and leave the other running for ever.
 */
const SEES_ATTEMPT = `(r.status <> 'processing' OR EXISTS (
    SELECT FROM attempts s WHERE s.request_id = r.id AND s.number = r.attempts))`;

/**
 * Fails rows whose deadline has passed, but leaves those to the next look that were claimed while
 * this one waited; the statement's first CTE must name them \`overdue\`.
 */
const EXPIRE = `
updated AS (
  UPDATE requests r SET
    status = 'failed', ${LEAVE_PROCESSING}, completed_at = now(),
    error_code = 'deadline_exceeded', error_http_status = NULL
  FROM overdue o WHERE r.id = o.id AND ${SEES_ATTEMPT}
  RETURNING r.id, r.status, r.attempts, r.error_code
), ended AS (
  UPDATE attempts a SET
    outcome = 'failed', ended_at = now(), error_code = 'deadline_exceeded',
    decision = 'fail', decision_reason = 'deadline_exceeded'
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts AND a.outcome = 'running'
)
SELECT id, status, attempts, error_code FROM updated`;

/**
 * Ends what is past its deadline. A wait never goes beyond the deadline, so what is overdue while it
 * waits is due as well, and the index on what is due finds it. $1 rows at most
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

/** Ends those of the given records that are past their deadline. $1 ids */
export const EXPIRE_IF_OVERDUE = `
WITH overdue AS (
  SELECT id FROM requests
  WHERE id = ANY($1::uuid[]) AND status IN ('queued', 'retrying', 'processing')
    AND deadline_at <= now()
  ORDER BY id FOR UPDATE
), ${EXPIRE}`;

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
  RETURNING r.id, r.attempts
), ended AS (
  UPDATE attempts a SET
    outcome = 'canceled', ended_at = now(), error_code = 'canceled',
    decision = 'cancel', decision_reason = 'canceled'
  FROM updated u
  WHERE a.request_id = u.id AND a.number = u.attempts AND a.outcome = 'running'
)
SELECT id, true AS ended FROM updated
UNION ALL
SELECT r.id, false FROM requests r
WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
  AND r.status IN ('queued', 'retrying', 'processing') AND NOT EXISTS (SELECT FROM updated)`;

/**
 * Opens a new round of a failed or canceled record: fresh counts, a new deadline, no result, as long
 * as its payload is there. Both signs of that are needed: what a row says of itself is looked at again
 * after waiting for retention, a look into another table is not. $1 id, $2 project, $3 mode
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
  RETURNING r.id
), forgotten AS (
  DELETE FROM results USING updated u WHERE request_id = u.id
)
SELECT id FROM updated`;
