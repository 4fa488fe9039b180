import { createPool, toDatabaseError } from '@reqrun/platform/database';

import { answers } from './ports.js';
import { StartError } from './start-error.js';

/**
 * Makes sure that a PostgreSQL of the user's own is there, before anything is started on it.
 *
 * @param connectionString `DATABASE_URL`
 * @throws StartError when it doesn't answer, or doesn't let us in
 */
export async function checkDatabase(connectionString: string): Promise<void> {
  const pool = createPool({ connectionString, max: 1, applicationName: 'reqrun-launcher' });
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    const { sqlState } = toDatabaseError(error);
    throw new StartError(
      `The database at ${placeOf(connectionString)} can't be used (${sqlState ?? 'no answer'}). ` +
        'Start it or correct DATABASE_URL; without DATABASE_URL an embedded PostgreSQL is used.',
    );
  } finally {
    await pool.end().catch(() => undefined);
  }
}

/**
 * Whether a Redis answers; ReqRun works without it.
 *
 * @param url `REDIS_URL`
 * @returns null, or what to tell the user
 */
export async function checkRedis(url: string): Promise<string | null> {
  const { hostname, port } = new URL(url);
  return (await answers(hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', Number(port || 6379)))
    ? null
    : `Redis at ${placeOf(url)} doesn't answer: requests are accepted and run all the same, up to a second later.`;
}

/** Host, port and name, without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
