import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase } from '@reqrun/platform/migrations';
import pg from 'pg';

import { countAsOwn } from './other-load.js';

/** A PostgreSQL server of the benchmark. */
export interface BenchPostgres {
  /** Connection URL of the superuser. */
  url: string;
  /** Process id of the postmaster. */
  pid: number;
  /** Returns the number of transactions that the database has committed so far. */
  commits(): Promise<number>;
  /**
   * Runs a query for one number.
   *
   * @param text statement that returns one row with a column `count` of type float8
   */
  count(text: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts an embedded PostgreSQL with the settings of the embedded default, and creates a database.
 *
 * @param dataDirectory folder of the server
 * @param database name of the database
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
  // The next statement reports a lost server. An error without a handler would hide why the run ended.
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
      // When root runs the server, its data is outside the given folder.
      await rm(server.directory, { recursive: true, force: true });
    },
  };
}
