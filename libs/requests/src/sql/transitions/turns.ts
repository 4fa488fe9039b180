import { PROBE_MS } from '@reqrun/retry-policy';

import { WAITING } from './parts.js';

/**
 * Places of a line: the requests of one project, mode, API key, provider and model that wait. Claims take turns between
 * them. The index `requests_turns` has each place in one piece, in the order of time.
 */

/**
 * Places of one project that are looked at: from its first on, and from a random one on. So a project with thousands
 * of keys delays nobody, and none of its keys is passed over for ever.
 */
const SOME_PLACES = 32;
const LAST = '9223372036854775807';
const FIRST = '(-9223372036854775808)';

/**
 * Hash of the API key of a request. The expression is that of the index.
 *
 * @param row name of the row of requests
 */
const KEY = (row: string): string => `hashtextextended(${row}.api_key_id::text, 0)`;

/**
 * The provider of a request as its plan names it; empty for the default one.
 *
 * @param row name of the row of requests
 */
export const PROVIDER = (row: string): string =>
  `coalesce(${row}.policy #>> ARRAY['plan', ${row}.plan_at::text, 'providerId'], '')`;

/**
 * Hash of the provider of a request, as its plan names it, and of the model. The expression is that of the index.
 *
 * @param row name of the row of requests
 */
export const MODEL = (row: string): string => `hashtextextended(
  ${PROVIDER(row)} || '/' || ${row}.model, 0)`;

/** The place of a request, in the order of the index. */
export const PLACE = (row: string): string =>
  `${row}.project_id, ${row}.mode, ${KEY(row)}, ${MODEL(row)}`;

/**
 * Condition of requests of one project and mode, as a range of places.
 *
 * @param row name of the row of requests
 * @param projectId expression of the project
 * @param mode expression of the mode
 */
export const AT_PLACES_OF = (row: string, projectId: string, mode: string): string => `
  (${PLACE(row)}) >= (${projectId}, ${mode}, ${FIRST}::bigint, ${FIRST}::bigint)
  AND (${PLACE(row)}) <= (${projectId}, ${mode}, ${LAST}::bigint, ${LAST}::bigint)`;

/** The first request of the first place that fits. */
const FIRST_OF = (condition: string, wrapped: string): string => `
    (SELECT r.project_id, r.mode, ${KEY('r')} AS key, ${MODEL('r')} AS model, ${PROVIDER('r')} AS provider, r.due_at, ${wrapped} AS wrapped
     FROM requests r
     WHERE r.status IN ${WAITING} AND ${condition}
     ORDER BY ${PLACE('r')}, r.due_at LIMIT 1)`;

/**
 * Finds places with requests that are due, by a loose index scan: from the first request of a place to that of the
 * next, however many wait behind them. It goes on at the beginning behind the last project.
 *
 * $1 the project to begin at, $2 a random number, $3 largest number of places that are looked at
 */
export const FIND_PLACES = `
WITH RECURSIVE places AS (
  SELECT $1::uuid AS project_id, 'live'::request_mode AS mode, ${FIRST}::bigint AS key, ${FIRST}::bigint AS model,
         NULL AS provider, NULL::timestamptz AS due_at, false AS wrapped, 0 AS number
  UNION ALL
  SELECT n.project_id, n.mode, n.key, n.model, n.provider, n.due_at, n.wrapped,
         CASE WHEN (n.project_id, n.mode) = (p.project_id, p.mode) THEN p.number + 1 ELSE 1 END
  FROM places p CROSS JOIN LATERAL (${FIRST_OF(
    `(${PLACE('r')}) > (p.project_id, p.mode,
        CASE WHEN p.number = ${SOME_PLACES} THEN greatest(p.key, $2::bigint) WHEN p.number < 2 * ${SOME_PLACES} THEN p.key ELSE ${LAST} END,
        CASE WHEN p.number = ${SOME_PLACES} AND p.key < $2::bigint THEN ${FIRST}
             WHEN p.number < 2 * ${SOME_PLACES} THEN p.model ELSE ${LAST} END)`,
    'p.wrapped',
  )}
    UNION ALL${FIRST_OF('NOT p.wrapped', 'true')}
    LIMIT 1
  ) AS n
  WHERE NOT (n.wrapped AND n.project_id >= $1::uuid)
)
SELECT project_id, mode, key, model, provider, number > 0 AND due_at <= now() AS is_due FROM places LIMIT $3`;

/** Requests that are due at the place \`o\`, as many as are its share. */
const AT_PLACE = (share: string): string => `
    SELECT r.ctid AS place, r.id, r.payload_bytes, r.due_at FROM requests r
    -- As a range: with an equation the planner may read all places in the order of their time.
    WHERE r.status IN ${WAITING} AND r.deadline_at > now()
      AND (${PLACE('r')}, r.due_at) > (o.project_id, o.mode, o.key, o.model, '-infinity'::timestamptz)
      AND (${PLACE('r')}, r.due_at) <= (o.project_id, o.mode, o.key, o.model, now())
    ORDER BY ${PLACE('r')}, r.due_at LIMIT ${share}
    FOR UPDATE SKIP LOCKED`;

/**
 * Start of a statement that claims at places, in their order: it names the requests \`due\`.
 * $2 largest number of rows, $5 to $8 projects, modes, keys and models of the places, $9 their shares
 */
export const AT_PLACES = `
WITH due AS (
  SELECT d.place, d.id, d.payload_bytes, d.due_at
  FROM unnest($5::uuid[], $6::request_mode[], $7::bigint[], $8::bigint[], $9::int[])
    AS o (project_id, mode, key, model, share)
  CROSS JOIN LATERAL (${AT_PLACE('o.share')}
  ) AS d LIMIT $2
)`;

/** Longest time for which a rate grows by itself, in s, as in `refilled` of the retry policy. */
const LONGEST_GROWTH_S = 30;
/** Time since the level of the lane `l` was noted, in s. */
const SECONDS = `greatest(0, extract(epoch FROM now() - l.level_at))::float8`;
/** Rate of the lane `l` at this time, in calls a second: `refilled` of the retry policy. */
export const RATE = `greatest(l.rate, least(l.top_rate, l.rate * power(l.growth, least(${LONGEST_GROWTH_S}, ${SECONDS}))))`;
/** Calls of the lane `l` that may begin: `refilled` of the retry policy. */
export const LEVEL = `least(l.cap, l.level + (l.rate + ${RATE}) / 2 * ${SECONDS})`;

/**
 * Calls of a lane that may begin beside those under way, where a person has set how many that may be. The running
 * requests are counted, so that those of a dead worker count until they are taken back, and no longer. The statement
 * does not see what a claim has taken that ended after it had begun, and this claim then takes nothing: \`started\` of
 * the locked row is not what the statement sees.
 */
const FREE_CALLS = `CASE WHEN l.started = (SELECT s.started FROM lanes s WHERE s.id = l.id) THEN greatest(0, l.max_calls - (
    SELECT count(*) FROM requests r
    WHERE r.status = 'processing' AND r.project_id = l.project_id AND r.mode = 'live'
      AND CASE WHEN l.model = '' THEN ${PROVIDER('r')} IN (l.provider_id::text, CASE WHEN l.as_default IS NOT NULL THEN '' END)
               ELSE ${MODEL('r')} IN (l.named, l.as_default) END)) ELSE 0 END`;

/** Requests of the line \`o\` that a lane has room for, beside those of the lines before. */
const PART = (share: string, lane: string): string => `
         CASE WHEN o.${lane} IS NULL THEN o.${share}
              ELSE greatest(0, least(o.${share}, coalesce(l.room, 0) + o.${share}
                     - sum(o.${share}) OVER (PARTITION BY o.${lane} ORDER BY o.number))) END`;

/**
 * AT_PLACES of which some belong to lanes in trouble: no more requests are due than these have room for. The rows of
 * the lanes stay locked until what is taken from them is noted; what another claim has locked has no room. A lane that
 * is open has room for one request, once its probe is due.
 * $2 and $5 to $9 as AT_PLACES, $10 ids of the lanes, null where the lane is well, $11 those of the providers as a
 * whole, null where nobody has set one
 */
export const AT_PLACES_IN_LANES = `
WITH lane AS MATERIALIZED (
  SELECT l.id, l.generation, l.phase, l.started, ${RATE} AS rate, ${LEVEL} AS level,
         least(CASE WHEN l.phase = 'clear' THEN 1000000
                    WHEN l.phase = 'open' THEN coalesce((l.probe_at <= now())::int, 0)
                    WHEN l.hold_until > now() THEN 0
                    ELSE greatest(0, floor(${LEVEL})) END,
               CASE WHEN l.max_calls IS NOT NULL THEN ${FREE_CALLS} END)::bigint AS room
  FROM lanes l WHERE l.id = ANY ($10::uuid[] || $11::uuid[]) FOR UPDATE SKIP LOCKED
), lines AS (
  SELECT o.*,${PART('share', 'lane')} AS fits
  FROM unnest($5::uuid[], $6::request_mode[], $7::bigint[], $8::bigint[], $9::int[], $10::uuid[], $11::uuid[])
    WITH ORDINALITY AS o (project_id, mode, key, model, share, lane, whole, number)
  LEFT JOIN lane l ON l.id = o.lane
), parts AS (
  SELECT o.*,${PART('fits', 'whole')} AS part
  FROM lines o LEFT JOIN lane l ON l.id = o.whole
), due AS (
  SELECT d.place, d.id, d.payload_bytes, d.due_at, o.lane, o.whole
  FROM (SELECT * FROM parts WHERE part > 0 ORDER BY number) AS o
  CROSS JOIN LATERAL (${AT_PLACE('o.part')}
  ) AS d LIMIT $2
)`;

/** Takes what was claimed from its lanes, and from its providers as a whole. */
export const CHARGE_LANES = `charged AS (
  UPDATE lanes l SET
    started = l.started + c.calls, rate = x.rate, level = x.level - c.calls, level_at = greatest(l.level_at, now()),
    probe_at = CASE WHEN x.phase = 'open' THEN now() + ${PROBE_MS} * interval '1 millisecond' ELSE l.probe_at END
  FROM lane x JOIN (
    SELECT n.lane, count(*) AS calls FROM claimed, unnest(ARRAY[claimed.lane, claimed.whole]) AS n (lane) GROUP BY n.lane
  ) c ON c.lane = x.id
  WHERE l.id = x.id AND x.phase <> 'clear'
)`;

/**
 * Moves waiting requests of open lanes to the next model of their plan, without an attempt. Those whose latest attempt
 * was lost stay, as it may have been called, and so do those that wait for the answer of another one.
 * $1 to $4 projects, modes, keys and models of the places, $5 number of requests of each that are looked at. It is a
 * parameter so that the planner reads the index in its order, also while the table is young.
 */
export const MOVE_ON = `
WITH looked AS (
  SELECT d.id FROM unnest($1::uuid[], $2::request_mode[], $3::bigint[], $4::bigint[])
    AS o (project_id, mode, key, model)
  CROSS JOIN LATERAL (
    SELECT r.id, r.policy, r.plan_at, r.repeats_call, r.follows FROM requests r
    WHERE r.status IN ${WAITING}
      AND (${PLACE('r')}, r.due_at) > (o.project_id, o.mode, o.key, o.model, '-infinity'::timestamptz)
      AND (${PLACE('r')}, r.due_at) <= (o.project_id, o.mode, o.key, o.model, 'infinity'::timestamptz)
    ORDER BY ${PLACE('r')}, r.due_at LIMIT $5
  ) AS d
  WHERE d.policy #> ARRAY['plan', (d.plan_at + 1)::text] IS NOT NULL AND NOT d.repeats_call
    AND (d.follows IS NULL OR d.follows = d.id)
), locked AS (
  SELECT x.place FROM looked k CROSS JOIN LATERAL (
    SELECT r.ctid AS place FROM requests r WHERE r.id = k.id AND r.status IN ${WAITING} FOR UPDATE SKIP LOCKED
  ) AS x
)
UPDATE requests r SET
  plan_at = r.plan_at + 1, model = r.policy #>> ARRAY['plan', (r.plan_at + 1)::text, 'model'], retries_used = 0,
  due_at = now(), updated_at = now()
-- What is locked stays where it is.
FROM locked l WHERE r.ctid = l.place
RETURNING r.id`;
