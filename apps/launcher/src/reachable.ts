import { createPool, placeOf, toDatabaseError } from '@reqrun/platform/database';
import { entriesOf, type RedisPlace } from '@reqrun/platform/redis';

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
 * Asks whether a Redis answers; ReqRun works without it.
 *
 * @param place where it is
 * @returns null, or what to tell the user
 */
export async function checkRedis(place: RedisPlace): Promise<string | null> {
  const entries = entriesOf(place);
  const found = await Promise.all(entries.map(({ host, port }) => answers(host, port)));
  const places = entries.map(({ host, port }) => `${host}:${port}`).join(', ');
  return found.includes(true)
    ? null
    : `Redis at ${places} doesn't answer: requests are accepted and run all the same, up to a second later.`;
}
