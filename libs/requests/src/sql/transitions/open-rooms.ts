import { WAITING } from './parts.js';
import { AT_PLACES_OF, PLACE } from './turns.js';

/**
 * Room for requests of projects whose open requests are bounded, by project and mode. A transaction that accepts locks
 * the rows first, so whoever counts under that lock sees every request that was accepted before.
 */

/** Adds missing rows. $1 projects, $2 modes */
export const ADD_OPEN_ROOMS = `
INSERT INTO open_rooms (project_id, mode, bound, room, next_count_at)
SELECT i.project_id, i.mode, 0, 0, '-infinity'
FROM unnest($1::uuid[], $2::request_mode[]) AS i (project_id, mode)
ORDER BY i.project_id, i.mode ON CONFLICT DO NOTHING`;

/** Locks rows, in the order of their keys. $1 projects, $2 modes */
export const LOCK_OPEN_ROOMS = `
SELECT o.project_id, o.mode, o.bound, o.room, o.next_count_at <= clock_timestamp() AS may_count
FROM open_rooms o
WHERE (o.project_id, o.mode) IN (SELECT * FROM unnest($1::uuid[], $2::request_mode[]))
ORDER BY o.project_id, o.mode FOR UPDATE`;

/**
 * Counts open requests, up to the bound. What runs is counted with that of other projects, so that both queries read
 * an index of what is open, however large a project is.
 * $1 project, $2 mode, $3 bound
 */
export const COUNT_OPEN = `
SELECT ((SELECT count(*) FROM (
          SELECT FROM requests r
          WHERE r.status IN ${WAITING} AND ${AT_PLACES_OF('r', '$1::uuid', '$2::request_mode')}
          ORDER BY ${PLACE('r')} LIMIT $3::int) AS waiting)
      + (SELECT count(*) FILTER (WHERE p.project_id = $1::uuid AND p.mode = $2::request_mode) FROM (
          SELECT r.project_id, r.mode FROM requests r
          WHERE r.status = 'processing' AND r.lease_expires_at > '-infinity' OFFSET 0) AS p))::int AS open`;

/**
 * Writes rows that are locked.
 * $1 projects, $2 modes, $3 bounds, $4 rooms, $5 times until the next count (ms), null where they stay
 */
export const WRITE_OPEN_ROOMS = `
UPDATE open_rooms o SET
  bound = i.bound, room = i.room,
  next_count_at = coalesce(clock_timestamp() + i.wait_ms * interval '1 millisecond', o.next_count_at)
FROM unnest($1::uuid[], $2::request_mode[], $3::int[], $4::int[], $5::float8[])
  AS i (project_id, mode, bound, room, wait_ms)
WHERE o.project_id = i.project_id AND o.mode = i.mode`;

/** Gives back room that was not used, in the transaction that has taken it. $1 projects, $2 modes, $3 numbers */
export const GIVE_BACK_OPEN_ROOMS = `
UPDATE open_rooms o SET room = o.room + i.unused
FROM unnest($1::uuid[], $2::request_mode[], $3::int[]) AS i (project_id, mode, unused)
WHERE o.project_id = i.project_id AND o.mode = i.mode`;
