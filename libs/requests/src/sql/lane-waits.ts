import { LANE_COLUMNS } from './lanes.js';
import { WAITING } from './transitions/parts.js';
import { LEVEL, MODEL, PROVIDER, RATE } from './transitions/turns.js';

/** Statements on what requests wait for: mostly lanes. They change nothing. */

/** Requests of a lane that are counted, at most. */
export const MOST_COUNTED = 1_000;

/** How plans name the provider of the lane `l`. */
const NAMES = `ARRAY[l.provider_id::text, CASE WHEN l.as_default IS NOT NULL THEN '' END]`;

/**
 * Tells whether a request is meant for a lane in trouble. It is then due, and waits for its provider and not for a
 * worker. The lanes are read once for all rows.
 *
 * @param row name of the row of requests
 */
export const WAITS_FOR_LANE = (
  row: string,
): string => `(${row}.mode = 'live' AND ((${row}.project_id, ${MODEL(row)}) IN (
  SELECT l.project_id, h.hash FROM lanes l CROSS JOIN LATERAL unnest(ARRAY[l.named, l.as_default]) AS h (hash)
  WHERE l.phase <> 'clear' AND h.hash IS NOT NULL)
  OR (${row}.project_id, ${PROVIDER(row)}) IN (
  SELECT l.project_id, w.provider FROM lanes l CROSS JOIN LATERAL unnest(${NAMES}) AS w (provider)
  WHERE l.model = '' AND l.phase <> 'clear' AND w.provider IS NOT NULL)))`;

/** Tells whether a request of a project is one of the lane `l`. */
const IS_OF_LANE = (
  row: string,
): string => `${row}.project_id = l.project_id AND ${row}.mode = 'live'
    AND CASE WHEN l.model = '' THEN ${PROVIDER(row)} = ANY (${NAMES}) ELSE ${MODEL(row)} IN (l.named, l.as_default) END`;

/**
 * A look at the lane that a request waits for: one that is open before one that is slowed, and a model's before that
 * of the provider as a whole.
 *
 * @param row name of the row of requests
 * @param what what is read of the lane `l`
 */
export const OF_LANE = (row: string, what: string): string => `(
  SELECT ${what} FROM lanes l WHERE l.phase <> 'clear' AND ${IS_OF_LANE(row)}
  ORDER BY l.phase <> 'open', l.model = '' LIMIT 1)`;

/** Reason for which the requests of a lane wait, in the words of `waiting_reason`. */
export const REASON_OF_LANE = `CASE l.phase WHEN 'open' THEN 'circuit_open' ELSE 'rate_limited' END`;

/** The provider's error code for which a lane is in trouble, or `by_hand`; null where only its limit is known. */
export const CODE_OF_LANE = `CASE WHEN l.reason <> 'rate_limited' THEN l.reason
    WHEN l.memory->>'limitedAtMs' IS NOT NULL THEN l.memory->>'lastError' END`;

/** Condition of a record that waits, and not for the answer of an identical request. */
const MAY_WAIT_FOR_LANE = `r.status IN ${WAITING} AND NOT (r.status = 'queued' AND coalesce(r.follows <> r.id, false))`;

/**
 * Tells whether the project of a request makes as many calls at once as it may, in the request's mode. What runs is
 * read once for all rows, and only for one that nothing else holds.
 */
const HELD_BY_BOUND = `(r.project_id, r.mode) IN (
  SELECT p.id, q.mode FROM projects p
  JOIN (SELECT project_id, mode FROM requests WHERE status = 'processing' AND lease_expires_at > '-infinity' OFFSET 0) AS q
    ON q.project_id = p.id
  WHERE p.settings->>'maxConcurrentCalls' IS NOT NULL
  GROUP BY p.id, q.mode HAVING count(*) >= (p.settings->>'maxConcurrentCalls')::int)`;

/** Why a record waits, where there is more to say than its status does, and the error code behind it. */
export const WAITING_COLUMNS = `CASE WHEN r.status = 'queued' AND r.follows <> r.id THEN 'identical_request'
    WHEN r.status IN ${WAITING} THEN coalesce(${OF_LANE('r', REASON_OF_LANE)},
      CASE WHEN r.due_at <= now() AND ${HELD_BY_BOUND} THEN 'concurrency_limited' END) END AS waiting_reason,
  CASE WHEN ${MAY_WAIT_FOR_LANE} THEN ${OF_LANE('r', CODE_OF_LANE)} END AS waiting_code`;

/** Requests of the lane `l` that are due before the request `r`, and itself. */
const TURN_IN_LANE = `(SELECT 1 + count(*) FROM (
      SELECT FROM requests q
      WHERE q.status IN ${WAITING} AND q.due_at <= now() AND q.due_at < r.due_at AND ${IS_OF_LANE('q')}
      LIMIT ${MOST_COUNTED}) AS before)`;

/** Seconds until a lane with a rate has room for a number of calls more; a ramp gets faster meanwhile. */
const SECONDS_UNTIL = (calls: string): string => `(CASE WHEN l.growth > 1
      THEN least(${calls} / ${RATE}, greatest(${calls} / l.top_rate, ln(1 + ${calls} * ln(l.growth) / ${RATE}) / ln(l.growth)))
      ELSE ${calls} / ${RATE} END)`;

/**
 * Estimate of the time at which a record that waits for a lane is tried: when the probe is due, or when its turn
 * comes at the lane's rate. Null where the lane has no rate, or where a person has stopped it.
 */
export const NEXT_IN_LANE = `CASE WHEN ${MAY_WAIT_FOR_LANE} THEN ${OF_LANE(
  'r',
  `CASE WHEN l.phase = 'open' THEN CASE WHEN l.probe_at IS NOT NULL THEN greatest(now(), r.due_at, l.probe_at) END
         WHEN l.rate < 1000000 THEN greatest(r.due_at, greatest(now(), l.hold_until)
           + ${SECONDS_UNTIL(`greatest(0, ${TURN_IN_LANE} - ${LEVEL})`)} * interval '1 second') END`,
)} END AS next_in_lane`;

/** Number of requests that wait for the lane `l`. */
const WAITING_FOR = `(SELECT count(*)::int FROM (
    SELECT FROM requests q WHERE q.status IN ${WAITING} AND q.due_at <= now() AND ${IS_OF_LANE('q')}
    LIMIT ${MOST_COUNTED}) AS waiting)`;

/** Lanes of a project, with what waits for them and runs in them. $1 project */
export const LIST_LANES = `
SELECT ${LANE_COLUMNS}, c.name AS provider, ${RATE} AS rate_now, ${WAITING_FOR} AS waiting,
       (SELECT count(*)::int FROM requests q WHERE q.status = 'processing' AND ${IS_OF_LANE('q')}) AS running
FROM lanes l JOIN provider_credentials c ON c.id = l.provider_id
WHERE l.project_id = $1::uuid
ORDER BY c.project_id IS NULL, c.name, l.model`;

/** Requests that wait for lanes in trouble, by the phase of these; of each lane at most {@link MOST_COUNTED}. */
export const COUNT_BY_PHASE = `
SELECT l.phase, sum(${WAITING_FOR})::float8 AS count FROM lanes l
WHERE l.phase <> 'clear' AND l.model <> '' GROUP BY l.phase`;
