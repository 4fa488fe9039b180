import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run } from '@reqrun/platform/database';

/** A key that somebody should look at. */
export interface WatchedKey {
  id: string;
  name: string;
  /** Seconds since it was last used, or refused. */
  seconds: number;
}

/** Rows that are read. */
const MOST_KEYS = 100;

const UNUSED = {
  name: 'keys-unused',
  text: `SELECT id, name, extract(epoch FROM now() - coalesce(last_used_at, created_at))::float8 AS seconds
         FROM api_keys
         WHERE project_id = $1::uuid AND mode = $2::request_mode AND revoked_at IS NULL
           AND (expires_at IS NULL OR expires_at > now())
           AND coalesce(last_used_at, created_at) <= now() - $3::float8 * interval '1 day'
         ORDER BY coalesce(last_used_at, created_at), id LIMIT ${MOST_KEYS}`,
};

const MISUSED = {
  name: 'keys-misused',
  text: `SELECT id, name, extract(epoch FROM now() - last_refused_at)::float8 AS seconds
         FROM api_keys
         WHERE project_id = $1::uuid AND mode = $2::request_mode
           AND last_refused_at > now() - $3::float8 * interval '1 minute'
         ORDER BY last_refused_at DESC, id LIMIT ${MOST_KEYS}`,
};

/**
 * Working keys that were not used for a time, the longest unused first. A key that was never used counts from its
 * creation.
 *
 * @param pool the database
 * @param projectId UUID of the project
 * @param mode mode of the keys
 * @param days days without a use
 * @throws DatabaseError
 */
export async function unusedKeys(
  pool: Pool,
  projectId: string,
  mode: RequestMode,
  days: number,
): Promise<WatchedKey[]> {
  return run<WatchedKey & Record<string, unknown>>(pool, UNUSED, [projectId, mode, days]);
}

/**
 * Keys with which calls were refused because they were revoked or expired, the latest first.
 *
 * @param pool the database
 * @param projectId UUID of the project
 * @param mode mode of the keys
 * @param minutes minutes to look back
 * @throws DatabaseError
 */
export async function misusedKeys(
  pool: Pool,
  projectId: string,
  mode: RequestMode,
  minutes: number,
): Promise<WatchedKey[]> {
  return run<WatchedKey & Record<string, unknown>>(pool, MISUSED, [projectId, mode, minutes]);
}
