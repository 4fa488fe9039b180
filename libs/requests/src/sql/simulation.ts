import { FIRST_MODEL, POLICY } from './transitions/parts.js';

/** Largest number of attempts of a request that is replayed. */
export const MAX_REPLAYED_ATTEMPTS = 64;

/**
 * A page of requests for a simulation, newest first, each with the attempts of its first round. It reads one index and
 * no contents. Of the requests of other models it has only the last one of the page, from which the next continues.
 * Only requests that can be replayed have attempts in their row: they have ended, were not canceled, and were called at
 * least once and not too often. Times are ms since the request was accepted. Policies are text, since most are the same.
 *
 * $1 project, $2 mode, $3 from, $4 and $5 time and id before which the page ends, $6 rows, $7 model or null
 */
export const READ_FOR_SIMULATION = `
WITH page AS MATERIALIZED (
  SELECT q.id, q.created_at, q.status, q.round, q.completed_at,
         ${FIRST_MODEL('q', 'requested_model')} AS model, ${POLICY('q')} AS policy,
         q.status IN ('completed', 'failed') AND q.attempts BETWEEN 1 AND ${MAX_REPLAYED_ATTEMPTS}
           AS has_ended,
         $7::text IS NULL OR q.requested_model = $7::text AS matches
  FROM requests q
  WHERE q.project_id = $1::uuid AND q.mode = $2::request_mode
    AND q.created_at >= $3::timestamptz AND (q.created_at, q.id) < ($4::timestamptz, $5::uuid)
  ORDER BY q.created_at DESC, q.id DESC LIMIT $6::int
), placed AS (
  SELECT p.*, p.has_ended AND p.matches AS replayable, count(*) OVER () AS page_rows,
         row_number() OVER (ORDER BY p.created_at DESC, p.id DESC) AS place
  FROM page p
)
SELECT p.id, p.created_at::text AS created_at, p.status, p.round, p.matches,
       p.page_rows::int AS page_rows,
       (extract(epoch FROM p.completed_at - p.created_at) * 1000)::float8 AS duration_ms,
       CASE WHEN p.replayable THEN p.model END AS model,
       CASE WHEN p.replayable THEN p.policy::text END AS policy, a.attempts
FROM placed p LEFT JOIN LATERAL (
  SELECT json_agg(json_build_array(
           o.model, o.provider, (extract(epoch FROM o.started_at - p.created_at) * 1000)::float8,
           (extract(epoch FROM o.ended_at - p.created_at) * 1000)::float8, o.outcome, o.http_status,
           o.error_code, o.error_detail, o.decision, o.decision_reason, o.delay_ms, o.delay_source)
         ORDER BY o.number) AS attempts
  FROM attempts o WHERE o.request_id = p.id AND o.round = 1
) a ON p.replayable
WHERE p.matches OR p.place = p.page_rows
ORDER BY p.place`;
