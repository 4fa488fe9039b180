import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase } from '@reqrun/platform/migrations';
import pg from 'pg';

import { countAsOwn } from './other-load.js';

/** A PostgreSQL server of the benchmark's own. */
export interface BenchPostgres {
  /** Connection URL of the superuser. */
  url: string;
  /** The postmaster. */
  pid: number;
  /** Transactions that the database has committed so far. */
  commits(): Promise<number>;
  /**
   * Asks for one number.
   *
   * @param text a statement that answers one row with a column `count` of type float8
   */
  count(text: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts an embedded PostgreSQL with the settings of the embedded default, and makes a database.
 *
 * @param dataDirectory the server's folder
 * @param database the database's name
 */
export async function startPostgres(
  dataDirectory: string,
  database: string,
): Promise<BenchPostgres> {
  const server = await startEmbeddedPostgres({ dataDirectory });
  const url = server.connectionString(database);
  await ensureDatabase(url);
  const pidFile = await readFile(join(server.directory, 'cluster', 'postmaster.pid'), 'utf8');
  const pid = Number(pidFile.split('\n')[0]);
  countAsOwn(pid);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // A server that is gone shows at the next statement; unheard, it would hide why the run ended.
  pool.on('error', () => undefined);
  const count = async (text: string): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(text);
    return rows[0]?.count ?? 0;
  };
  return {
    url,
    pid,
    count,
    commits: () =>
      count(
        'SELECT xact_commit::float8 AS count FROM pg_stat_database WHERE datname = current_database()',
      ),
    async stop() {
      await pool.end();
      await server.stop();
      // Where root runs it, it keeps its data outside the folder that it was given.
      await rm(server.directory, { recursive: true, force: true });
    },
  };
}
