/**
 * Statements on lanes in trouble. A lane's state is advanced by `advance` of the retry policy, under the lock of its
 * row; only a claim changes what it takes from the lane by itself.
 */

/** Milliseconds since 1970 of a column. */
const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;

/** Columns of a lane `l`, with the names of `LaneRow`. */
export const LANE_COLUMNS = `l.id, l.project_id, l.provider_id, l.model, l.named, l.as_default, l.phase, l.generation, l.reason,
  ${MS('l.since')} AS since, l.rate, l.growth, l.top_rate, l.level, ${MS('l.level_at')} AS level_at, l.cap,
  ${MS('l.hold_until')} AS hold_until, l.started, ${MS('l.probe_at')} AS probe_at, l.max_calls, l.memory,
  ${MS('clock_timestamp()')} AS now`;

/** All lanes in trouble, of all projects. */
export const READ_LANES = `SELECT ${LANE_COLUMNS} FROM lanes l`;

/**
 * Adds lanes that have no row. A provider that is gone gets none.
 * $1 ids, $2 projects, $3 providers, $4 models, $5 whether the provider is its project's default one
 */
export const ADD_LANES = `
INSERT INTO lanes (id, project_id, provider_id, model, named, as_default, phase, generation, since, growth, top_rate,
                   level, level_at, cap, started, memory)
SELECT i.id, i.project_id, i.provider_id, i.model, hashtextextended(i.provider_id::text || '/' || i.model, 0),
       CASE WHEN i.is_default THEN hashtextextended('/' || i.model, 0) END,
       'clear', 0, now(), 1, 1000000, 0, now(), 1, 0, '{}'
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[])
  AS i (id, project_id, provider_id, model, is_default)
WHERE EXISTS (SELECT FROM provider_credentials c WHERE c.id = i.provider_id)
ORDER BY i.id
ON CONFLICT (id) DO UPDATE SET as_default = excluded.as_default
  WHERE lanes.as_default IS DISTINCT FROM excluded.as_default`;

/** Locks lanes, in the order of their ids. $1 ids */
export const LOCK_LANES = `
SELECT ${LANE_COLUMNS} FROM lanes l WHERE l.id = ANY ($1::uuid[]) ORDER BY l.id FOR UPDATE`;

/** Writes lanes that are locked. $1 their columns, as an array in JSON */
export const WRITE_LANES = `
UPDATE lanes l SET
  phase = i.phase, generation = i.generation, reason = i.reason, since = to_timestamp(i.since / 1000),
  rate = i.rate, growth = i.growth, top_rate = i.top_rate, level = i.level, level_at = to_timestamp(i.level_at / 1000),
  cap = i.cap, hold_until = to_timestamp(i.hold_until / 1000), started = i.started,
  probe_at = to_timestamp(i.probe_at / 1000), max_calls = i.max_calls, memory = i.memory
FROM jsonb_to_recordset($1::jsonb) AS i (
  id uuid, phase text, generation int, reason text, since float8, rate float8, growth float8, top_rate float8,
  level float8, level_at float8, cap float8, hold_until float8, started bigint, probe_at float8, max_calls int,
  memory jsonb)
WHERE l.id = i.id`;

/** Forgets lanes that are locked. $1 ids */
export const DELETE_LANES = `DELETE FROM lanes WHERE id = ANY ($1::uuid[])`;

/** Notes which lanes are of their project's default provider. $1 project */
export const RENEW_DEFAULTS = `
UPDATE lanes l SET
  as_default = CASE WHEN c.project_id IS NOT NULL THEN hashtextextended('/' || l.model, 0) END
FROM provider_credentials c
WHERE c.id = l.provider_id AND l.project_id = $1::uuid AND (l.as_default IS NULL) = (c.project_id IS NOT NULL)`;

/** Ids of a provider's lanes. $1 provider */
export const FIND_LANES_OF = `SELECT l.id FROM lanes l WHERE l.provider_id = $1::uuid`;
