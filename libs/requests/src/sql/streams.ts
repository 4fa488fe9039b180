/** Statements of the logs of streams. A log's end is written by FINISH_STREAMS, with the other transitions. */

/**
 * Appends batches to the logs of attempts that their workers still own. Batches that are missing from the answer
 * have lost their fence. A batch that is there already is left alone: the answer to its commit was lost, and it has
 * the same bytes. The first batch of a log opens it, with the provider's id of the answer.
 *
 * $1 ids, $2 fences, $3 logs, $4 first frames, $5 numbers of frames, $6 offsets (from 1), $7 lengths,
 * $8 all batches, $9 ids of the answers at the provider or null
 *
 * @param locking joins the running attempts, and locks them
 */
const appendFrames = (locking: { join: string; lock: string }): string => `
WITH owned AS (
  SELECT i.*, r.attempts, r.project_id, r.mode FROM (
    SELECT unnest($1::uuid[]) AS id, unnest($2::int[]) AS fence, unnest($3::int[]) AS log,
           unnest($4::int[]) AS from_no, unnest($5::smallint[]) AS frames,
           unnest($6::int[]) AS batch_at, unnest($7::int[]) AS batch_bytes,
           unnest($9::text[]) AS answer_id
  ) AS i JOIN requests r ON r.id = i.id AND r.fence = i.fence${locking.join}${locking.lock}
), stored AS (
  INSERT INTO stream_batches (request_id, log, from_no, frames, ciphertext)
  SELECT id, log, from_no, frames, substring($8::bytea FROM batch_at FOR batch_bytes) FROM owned
  ON CONFLICT DO NOTHING
), begun AS (
  UPDATE attempts a SET log = o.log, first_frame_at = now()
  FROM owned o WHERE (o.from_no = 0 OR o.log <> o.attempts)
    AND a.request_id = o.id AND a.number = o.attempts AND a.first_frame_at IS NULL
), named AS (
  INSERT INTO response_ids (project_id, mode, response_id, request_id, log)
  SELECT project_id, mode, answer_id, id, log FROM owned
  WHERE from_no = 0 AND answer_id IS NOT NULL
  ON CONFLICT DO NOTHING
)
SELECT id, fence FROM owned`;

/** Appends to logs that their attempt alone writes: a batch that comes too late for its fence harms nobody. */
export const APPEND_FRAMES = appendFrames({ join: '', lock: '' });

/**
 * Appends to logs that a later attempt may write on. Its lock makes sure that only one attempt writes: whatever ends an
 * attempt updates its row, and so waits for the batches of a statement that has seen it running; a statement that comes
 * later sees that it has ended. What the next attempt reads of the log is therefore all of it.
 */
export const APPEND_SHARED_FRAMES = appendFrames({
  join: `
  JOIN attempts running ON running.request_id = r.id AND running.number = r.attempts AND running.outcome = 'running'`,
  lock: `
  ORDER BY r.id FOR SHARE OF running`,
});

/**
 * The end of a log that is written on: the number of its frames, and its first batch.
 * $1 id, $2 log
 */
export const READ_LOG_END = `
SELECT f.ciphertext, (
         SELECT b.from_no + b.frames FROM stream_batches b
         WHERE b.request_id = f.request_id AND b.log = f.log ORDER BY b.from_no DESC LIMIT 1
       ) AS frames
FROM stream_batches f WHERE f.request_id = $1::uuid AND f.log = $2::int AND f.from_no = 0`;

/**
 * Closes the log of a running attempt that goes on without it: nothing follows its last frame, and the id of the answer
 * leads to the request alone. $1 id, $2 fence, $3 log, $4 id of the answer at the provider
 */
export const CLOSE_LOG = `
WITH owned AS (
  SELECT r.id, r.attempts, r.project_id, r.mode FROM requests r
  JOIN attempts running ON running.request_id = r.id AND running.number = r.attempts AND running.outcome = 'running'
  WHERE r.id = $1::uuid AND r.fence = $2::int
  FOR SHARE OF running
), closed AS (
  UPDATE attempts a SET log = $3::int, frames = coalesce((
    SELECT b.from_no + b.frames FROM stream_batches b
    WHERE b.request_id = a.request_id AND b.log = $3::int ORDER BY b.from_no DESC LIMIT 1
  ), 0)
  FROM owned o WHERE a.request_id = o.id AND a.number = o.attempts
), unnamed AS (
  UPDATE response_ids n SET log = NULL
  FROM owned o WHERE n.project_id = o.project_id AND n.mode = o.mode AND n.response_id = $4 AND n.request_id = o.id
)
SELECT id FROM owned`;

/**
 * Condition that a log goes on: its attempt runs, or was lost or released and the next one will write on in it.
 */
const GOES_ON = `l.frames IS NULL AND (l.outcome = 'running' OR (
         l.decision_reason = 'reattach' AND l.number = r.attempts AND r.status = 'retrying'))`;

/**
 * Looks at streams for their readers: the state of each request and of one of its logs. Of a reader without a log it
 * is the log of the result, else the newest. `stored` is the number of frames that are in the table, from the first.
 * $1 ids, $2 logs (0 for none)
 */
export const LOOK_AT_STREAMS = `
SELECT i.n::int, r.id, r.project_id, r.status, r.attempts, r.endpoint, r.error_code, r.error_http_status,
       r.result_log, r.content_deleted_at IS NOT NULL AS content_deleted,
       (r.completed_at IS NULL AND r.deadline_at <= now()) AS overdue,
       l.log, l.outcome, coalesce(${GOES_ON}, false) AS goes_on, l.error_code AS log_error_code, l.http_status AS log_http_status, l.frames,
       coalesce((
         SELECT b.from_no + b.frames FROM stream_batches b
         WHERE b.request_id = r.id AND b.log = l.log ORDER BY b.from_no DESC LIMIT 1
       ), 0) AS stored
FROM unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS i (id, log, n)
JOIN requests r ON r.id = i.id
LEFT JOIN LATERAL (
  SELECT a.log, a.number, a.outcome, a.decision_reason, a.error_code, a.http_status, a.frames FROM attempts a
  WHERE a.request_id = r.id AND a.log IS NOT NULL
    AND (i.log = 0 OR a.log = i.log) AND (i.log <> 0 OR r.result_log IS NULL OR a.log = r.result_log)
  ORDER BY a.number DESC LIMIT 1
) AS l ON true`;

/**
 * Reads batches of a log from the one on that has a frame. The first one comes along where it is needed: the others are
 * compressed with what it begins with. $1 id, $2 log, $3 frame, $4 the most bytes (one batch may be larger),
 * $5 whether the first batch is needed
 */
export const READ_BATCHES = `
WITH wanted AS (
  SELECT from_no, frames, ciphertext,
         sum(octet_length(ciphertext)) OVER (ORDER BY from_no) - octet_length(ciphertext) AS bytes_before
  FROM (
    SELECT from_no, frames, ciphertext FROM stream_batches
    WHERE request_id = $1::uuid AND log = $2::int AND from_no >= (
      SELECT max(from_no) FROM stream_batches
      WHERE request_id = $1::uuid AND log = $2::int AND from_no <= $3::int)
    ORDER BY from_no LIMIT 64
  ) AS next
)
SELECT from_no, frames, ciphertext FROM wanted WHERE bytes_before < $4::int
UNION ALL
SELECT from_no, frames, ciphertext FROM stream_batches
WHERE request_id = $1::uuid AND log = $2::int AND from_no = 0 AND $5::boolean
  AND NOT EXISTS (SELECT FROM wanted WHERE from_no = 0)
ORDER BY from_no`;

/** Logs of a request that have frames. $1 id */
export const READ_LOGS = `
SELECT DISTINCT log FROM attempts WHERE request_id = $1::uuid AND log IS NOT NULL ORDER BY log`;
