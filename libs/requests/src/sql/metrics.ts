import { WAITS_FOR_LANE } from './lane-waits.js';
import { CAPPED, COUNTS_BY_MODEL, TRIED } from './metrics-by-model.js';

/**
 * Statements of the roll-up. A row has the metrics of the requests that were accepted within its span,
 * however late they end. So the metrics of a span always add up to the rows of the table, a request that
 * ends or is retried changes only its own row, and computing a row again is harmless.
 *
 * `counts` has, each by its own keys: `durations` and `queue_times` (by bucket of the histogram: from
 * acceptance to completion, and to the first attempt), `retries_by_attempt` (by the number of the
 * attempt that followed), `retries_by_code` and `failures_by_code` (by error code), `cache` (by how
 * requests under the cache fared: see CACHE_RESULT; `not_kept` are some of the misses), `fallbacks_by_code`, and
 * those by model of `metrics-by-model.ts`.
 */

/**
 * How a request under the cache fares: it got an answer that was there, waits or has waited for an identical
 * one, or runs itself. Null for a request that does not use the cache.
 */
const CACHE_RESULT = `CASE
             WHEN q.cached_from IS NOT NULL AND q.cache_key IS NULL THEN 'hit'
             WHEN q.cache_key IS NULL THEN NULL
             WHEN q.cached_from IS NOT NULL OR (q.follows <> q.id AND q.attempts = 0) THEN 'followed'
             ELSE 'miss' END`;

/** Condition of a completed request whose answer was not entered. */
const NOT_KEPT = `q.status = 'completed' AND q.cache_key IS NOT NULL AND q.cached_at IS NULL`;

/** Seconds per row, finest first. Each span is computed from the one before it. */
export const SPANS = [60, 300, 3_600, 86_400] as const;

/** Columns that are added up. */
export const SUM_COLUMNS = [
  'accepted',
  'completed',
  'failed',
  'canceled',
  'retried',
  'delays',
  'delay_ms',
] as const;
const COLUMNS = `project_id, mode, span, at, ${SUM_COLUMNS.join(', ')}, counts`;

/**
 * Replaces a row unless its count would fall: when retention has deleted records of a span, its row stays as
 * it was.
 */
const REPLACE = `
ON CONFLICT (project_id, mode, span, at) DO UPDATE SET
  ${[...SUM_COLUMNS, 'counts'].map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE excluded.accepted >= m.accepted`;

/** Builds one object from counts by kind and key: `entries` has project_id, mode, kind, key, n. */
const COUNTS = `
kinds AS (
  SELECT project_id, mode, kind, jsonb_object_agg(key, n) AS by_key FROM entries GROUP BY 1, 2, 3
), counted AS (
  SELECT project_id, mode, jsonb_object_agg(kind, by_key) AS counts FROM kinds GROUP BY 1, 2
)`;

/**
 * Computes a minute from the records. They are read once and then grouped and counted, since a busy minute
 * has tens of thousands. Attempts are read only for requests with a failed one, request by request along
 * their key. $1 the minute, $2 bounds of the histogram (ms)
 */
export const ROLL_UP_MINUTE = `
WITH raw AS MATERIALIZED (
  SELECT r.* FROM projects p
  CROSS JOIN (VALUES ('live'::request_mode), ('test')) AS modes (mode)
  CROSS JOIN LATERAL (
    SELECT q.id, q.project_id, q.mode, q.status, q.error_code, q.last_error_code, q.provider, q.model,
           width_bucket(date_part('epoch', q.completed_at - q.created_at) * 1000, $2::float8[])
             AS duration,
           width_bucket(date_part('epoch', q.started_at - q.created_at) * 1000, $2::float8[])
             AS queue_time,
           ${CACHE_RESULT} AS cache, ${NOT_KEPT} AS not_kept
    FROM requests q
    WHERE q.project_id = p.id AND q.mode = modes.mode
      AND q.created_at >= $1::timestamptz AND q.created_at < $1::timestamptz + interval '1 minute'
  ) r
  WHERE p.deleted_at IS NULL
), ${TRIED}, retries AS MATERIALIZED (
  SELECT *, number + 1 AS attempt FROM tried
  WHERE decision IN ('retry', 'fallback') AND outcome <> 'released'
), retries_alike AS MATERIALIZED (
  SELECT project_id, mode, provider, model, attempt, error_code, decision, next_model,
         count(*) AS n, sum(delay_ms) AS delay_ms
  FROM retries GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), alike AS MATERIALIZED (
  SELECT project_id, mode, status, error_code, duration, queue_time, cache, not_kept, provider, model,
         last_error_code IS NULL AS has_no_error, count(*) AS n
  FROM raw GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
), sums AS (
  SELECT project_id, mode, sum(n) AS accepted,
         coalesce(sum(n) FILTER (WHERE status = 'completed'), 0) AS completed,
         coalesce(sum(n) FILTER (WHERE status = 'failed'), 0) AS failed,
         coalesce(sum(n) FILTER (WHERE status = 'canceled'), 0) AS canceled
  FROM alike GROUP BY 1, 2
), waits AS (
  SELECT project_id, mode, count(DISTINCT id) AS retried, count(*) AS delays, sum(delay_ms) AS delay_ms
  FROM retries GROUP BY 1, 2
), found AS (
  SELECT project_id, mode, 'durations' AS kind, duration::text AS key, sum(n) AS n
  FROM alike WHERE status = 'completed' GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'queue_times', queue_time::text, sum(n)
  FROM alike WHERE queue_time IS NOT NULL GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'failures_by_code', coalesce(error_code, 'unknown'), sum(n)
  FROM alike WHERE status = 'failed' GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'cache', cache, sum(n) FROM alike WHERE cache IS NOT NULL GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'cache', 'not_kept', sum(n) FROM alike WHERE not_kept GROUP BY 1, 2
  UNION ALL
  SELECT project_id, mode, 'retries_by_attempt', attempt::text, sum(n) FROM retries_alike GROUP BY 1, 2, 4
  UNION ALL
  SELECT project_id, mode, 'retries_by_code', coalesce(error_code, 'unknown'), sum(n)
  FROM retries_alike GROUP BY 1, 2, 4
  UNION ALL ${COUNTS_BY_MODEL}
), ${CAPPED}, ${COUNTS}, written AS (
  INSERT INTO metrics_rollups AS m (${COLUMNS})
  SELECT s.project_id, s.mode, 60, $1::timestamptz, s.accepted, s.completed, s.failed, s.canceled,
         coalesce(w.retried, 0), coalesce(w.delays, 0), coalesce(w.delay_ms, 0),
         coalesce(c.counts, '{}')
  FROM sums s LEFT JOIN waits w USING (project_id, mode) LEFT JOIN counted c USING (project_id, mode)
  ${REPLACE}
  RETURNING m.accepted - m.completed - m.failed - m.canceled AS open
)
SELECT coalesce(sum(open), 0)::int AS open FROM written`;

/** Computes a row of a coarser span from the finer ones. $1 its beginning, $2 span, $3 finer span */
export const ROLL_UP_SPAN = `
WITH finer AS MATERIALIZED (
  SELECT * FROM metrics_rollups
  WHERE span = $3::int AND at >= $1::timestamptz
    AND at < $1::timestamptz + $2::int * interval '1 second'
), found AS (
  SELECT f.project_id, f.mode, kinds.key AS kind, counts.key, sum(counts.value::bigint) AS n
  FROM finer f CROSS JOIN LATERAL jsonb_each(f.counts) AS kinds
  CROSS JOIN LATERAL jsonb_each_text(kinds.value) AS counts
  GROUP BY 1, 2, 3, 4
), ${CAPPED}, ${COUNTS}, sums AS (
  SELECT project_id, mode, ${SUM_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(', ')}
  FROM finer GROUP BY 1, 2
)
INSERT INTO metrics_rollups AS m (${COLUMNS})
SELECT s.project_id, s.mode, $2::int, $1::timestamptz,
       ${SUM_COLUMNS.map((column) => `s.${column}`).join(', ')}, coalesce(c.counts, '{}')
FROM sums s LEFT JOIN counted c USING (project_id, mode)
${REPLACE}`;

/** Inserts the minutes that have begun since the last pass. */
export const NOTE_MINUTES = `
INSERT INTO metrics_minutes (minute, looked_at, open)
SELECT minute, 'epoch', 0 FROM generate_series(
  (SELECT max(minute) + interval '1 minute' FROM metrics_minutes),
  date_trunc('minute', now()), interval '1 minute') AS minute
ON CONFLICT DO NOTHING`;

/**
 * Time by which all requests accepted in a minute are visible: no statement runs longer than 10 s.
 */
const SETTLED_AT = `minute + interval '3 minutes'`;

/**
 * Minutes to compute, newest first: the current one; one that has ended; one that is settled, once more; and
 * one with open requests, less often the older it is. $1 ms between two computations, $2 rows
 */
export const FIND_DUE_MINUTES = `
SELECT minute::text AS minute FROM metrics_minutes
WHERE looked_at <= now() - $1::float8 * interval '1 millisecond'
  AND (looked_at < minute + interval '1 minute'
    OR (looked_at < ${SETTLED_AT} AND now() >= ${SETTLED_AT})
    OR (open > 0 AND looked_at < now() - least((now() - minute) * 0.05, interval '10 minutes')))
ORDER BY minute DESC LIMIT $2`;

/** Lock for one process at a time in the deployment: rows of coarser spans are computed from all minutes. */
export const LOCK_ROLL_UP = `SELECT pg_try_advisory_xact_lock(7165041298327) AS locked`;

/** $1 the minute, $2 ms between two computations */
export const LOCK_MINUTE = `
SELECT looked_at <= now() - $2::float8 * interval '1 millisecond' AS due
FROM metrics_minutes WHERE minute = $1::timestamptz FOR UPDATE`;

/** Deletes a minute that is settled and has no open requests. $1 the minute, $2 number of open requests */
export const NOTE_LOOK = `
WITH done AS (
  DELETE FROM metrics_minutes
  WHERE minute = $1::timestamptz AND $2::int = 0 AND now() >= ${SETTLED_AT}
    AND minute < (SELECT max(minute) FROM metrics_minutes)
  RETURNING minute
)
UPDATE metrics_minutes SET looked_at = now(), open = $2::int
WHERE minute = $1::timestamptz AND NOT EXISTS (SELECT FROM done)`;

/** Reopens the minute of a record that is retried. $1 id of the request */
export const REOPEN_MINUTE = `
INSERT INTO metrics_minutes AS m (minute, looked_at, open)
SELECT date_trunc('minute', created_at), 'epoch', 1 FROM requests WHERE id = $1::uuid
ON CONFLICT (minute) DO UPDATE SET looked_at = 'epoch', open = greatest(m.open, 1)`;

/** Deletes fine rows after 35 days and coarse ones after 400 days. */
export const FORGET_ROLLUPS = `
DELETE FROM metrics_rollups
WHERE (span IN (60, 300) AND at < now() - interval '35 days')
   OR (span IN (3600, 86400) AND at < now() - interval '400 days')`;

/** $1 project, $2 mode or null, $3 span, $4 from, $5 to */
export const READ_ROLLUPS = `
SELECT at, ${SUM_COLUMNS.map((column) => `${column}::float8`).join(', ')}, counts
FROM metrics_rollups
WHERE project_id = $1::uuid AND mode = ANY($2::request_mode[]) AND span = $3::int
  AND at >= $4::timestamptz AND at < $5::timestamptz
ORDER BY at`;

/** Largest number of open rows that are counted. */
export const MAX_COUNTED = 20_000;

/** Counts a project's open requests, among the oldest of all. $1 project, $2 modes */
export const COUNT_OPEN = `
WITH waiting AS MATERIALIZED (
  SELECT project_id, mode, status, due_at,
         status = 'retrying' AND (policy->'untilDeadline')::boolean AS waiting_out,
         due_at <= now() AND NOT ${WAITS_FOR_LANE('r')} AS needs_worker
  FROM requests r WHERE status IN ('queued', 'retrying')
  ORDER BY due_at LIMIT ${MAX_COUNTED}
), running AS MATERIALIZED (
  SELECT project_id, mode FROM requests WHERE status = 'processing'
  ORDER BY lease_expires_at LIMIT ${MAX_COUNTED}
), own AS (
  SELECT status, due_at, waiting_out, needs_worker FROM waiting
  WHERE project_id = $1::uuid AND mode = ANY($2::request_mode[])
)
SELECT (SELECT count(*)::int FROM own WHERE status = 'queued') AS queued,
       (SELECT count(*)::int FROM own WHERE status = 'retrying') AS retrying,
       (SELECT count(*)::int FROM own WHERE waiting_out) AS waiting_out_outage,
       (SELECT count(*)::int FROM running
        WHERE project_id = $1::uuid AND mode = ANY($2::request_mode[])) AS processing,
       (SELECT greatest(0, extract(epoch FROM now() - min(due_at)))::float8 FROM own
        WHERE needs_worker) AS oldest_due_seconds,
       (SELECT count(*) FROM waiting) = ${MAX_COUNTED}
         OR (SELECT count(*) FROM running) = ${MAX_COUNTED} AS capped`;
