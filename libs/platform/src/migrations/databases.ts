import pg from 'pg';

import { hostUrls, onDatabase, primaryUrl } from '../database/index.js';
import { MigrationError } from './error.js';

/** PostgreSQL's `duplicate_database`, and `unique_violation` when two make it at the same instant. */
const ALREADY_MADE = ['42P04', '23505'];

/** The cause names host and user, which the caller knows; the message may go to a log. */
export function databaseUnavailable(cause: unknown): MigrationError {
  const code = (cause as { code?: string }).code ?? 'no answer';
  return new MigrationError('database_unavailable', `The database cannot be reached (${code}).`, {
    cause,
  });
}

/**
 * Connects for one piece of work, to the server that can be written to.
 *
 * @throws {MigrationError} `database_unavailable` when there is no connection to be had
 */
export async function withClient<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: await primaryUrl(connectionString).catch((error: unknown) => {
      throw databaseUnavailable(error);
    }),
    connectionTimeoutMillis: 10_000,
  });
  // A client without a listener ends the process when its connection is lost.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw databaseUnavailable(error);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Makes the database that a connection URL names, if it does not exist. The user must be allowed to
 * create databases and to connect to `postgres`.
 *
 * @returns whether it was made
 */
export async function ensureDatabase(connectionString: string): Promise<boolean> {
  const [url = ''] = hostUrls(connectionString);
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  return await withClient(onDatabase(connectionString, 'postgres'), async (client) => {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) {
      return false;
    }
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      return true;
    } catch (error) {
      if (ALREADY_MADE.includes((error as { code?: string }).code ?? '')) {
        return false;
      }
      throw error;
    }
  });
}
