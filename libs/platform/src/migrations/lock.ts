import { withClient } from './databases.js';
import { MigrationError } from './error.js';

/** An arbitrary number that nobody else locks: "reqrun" in ASCII. */
const LOCK_KEY = 0x72_65_71_72_75_6e;
/** PostgreSQL's `lock_not_available`. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Lets one process at a time do its work on a database. The lock belongs to a connection, so that it
 * falls when the process dies.
 *
 * @param waitMs how long to wait for another process, in milliseconds
 * @throws {MigrationError} `locked`, `database_unavailable`
 */
export async function withMigrationLock<T>(
  connectionString: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  return await withClient(connectionString, async (client) => {
    try {
      await client.query(`SET lock_timeout = ${Math.ceil(waitMs)}`);
      await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) {
        throw error;
      }
      throw new MigrationError(
        'locked',
        'Another process has been migrating the database for too long.',
        {
          cause: error,
        },
      );
    }
    return await work();
  });
}
