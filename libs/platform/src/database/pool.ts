import pg from 'pg';

import { DatabaseClient, serversOf, UnpreparedClient } from './client.js';
import { READ_ONLY } from './errors.js';

/** A pool of PostgreSQL connections. */
export type Pool = pg.Pool;

/** A connection of the pool. */
export type PoolClient = pg.PoolClient;

/** How a process connects. */
export interface PoolOptions {
  /** Names one or more servers; of several, the one that can be written to is used. */
  connectionString: string;
  /**
   * Whether the connection string leads through a pooler that gives a connection out for one transaction.
   * Then statements are not prepared, and the server has to have the settings of its sessions.
   */
  throughPooler?: boolean;
  /** Connections at most. */
  max: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** A role that every connection takes before its first statement; its login must be a member. */
  role?: string;
  /** Settings of the server that hold for every connection, such as {@link HOT_PATH_PLANS}. */
  settings?: Readonly<Record<string, string>>;
  /** Time that a statement may run, in milliseconds; default 10,000. */
  statementTimeoutMs?: number;
  /** Told of a connection that broke while idle; the pool replaces it by itself. */
  onError?: (error: Error) => void;
}

/**
 * How the statements of the hot path are planned: once for all parameters, and by index. A plan that
 * PostgreSQL makes while the tables are young reads them whole, and is kept until the statistics are
 * renewed, thousands of requests later; and with many requests waiting it would plan each claim anew,
 * which takes longer than to run it.
 */
export const HOT_PATH_PLANS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
} as const;

/** A statement that hangs is worse than one that fails: everything that runs here is short. */
const STATEMENT_TIMEOUT_MS = 10_000;

/**
 * Opens the pool that raw statements and Prisma share. No connection is made yet. `pg` waits for a
 * free connection for ever unless it is told otherwise, so every wait here has a limit.
 *
 * @param options where to and how many
 */
export function createPool(options: PoolOptions): Pool {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const { connectionString, primary } = serversOf(options.connectionString);
  const throughPooler = options.throughPooler ?? false;
  // Options that the pool does not know go to its clients.
  const clients = { Client: throughPooler ? UnpreparedClient : DatabaseClient, primary };
  const pool = new pg.Pool({
    ...clients,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    query_timeout: statementTimeoutMs + 2_000,
    ...(throughPooler
      ? // A pooler refuses settings at the start of a connection, and would give them to whoever comes next.
        { connectionString }
      : {
          connectionString: withSettings(connectionString, {
            ...options.settings,
            ...(options.role === undefined ? {} : { role: options.role }),
          }),
          statement_timeout: statementTimeoutMs,
          idle_in_transaction_session_timeout: 10_000,
          lock_timeout: 5_000,
        }),
  });
  pool.on('error', (error) => options.onError?.(error));
  throwAwaySpent(pool);
  return pool;
}

/** How often the idle connections of a server that can only be read are thrown away at most, in ms. */
const THROW_AWAY_EVERY_MS = 1_000;

/**
 * Throws connections away whose server has said that they are of no use any more. Where the server can only
 * be read, that holds for the idle ones too: each would refuse one more statement.
 */
function throwAwaySpent(pool: Pool): void {
  const idle = new Set<pg.Client>();
  let thrownAwayAt = -Infinity;
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('remove', (client) => idle.delete(client));
  pool.on('release', (_error, client) => {
    const { spent } = client as pg.Client as DatabaseClient;
    if (spent === null) {
      idle.add(client);
      return;
    }
    // The pool looks at this next, and has no public name for it.
    Object.assign(client, { _queryable: false });
    if (spent === READ_ONLY && performance.now() - thrownAwayAt >= THROW_AWAY_EVERY_MS) {
      thrownAwayAt = performance.now();
      // What a pool does with an idle connection that breaks.
      idle.forEach((other) => other.emit('error', new Error('the server can only be read')));
    }
  });
}

/**
 * The server makes the settings while it lets the connection in: there is no moment without them, and
 * RESET leads back to them. What else the URL asks for is kept.
 */
function withSettings(
  connectionString: string,
  settings: Readonly<Record<string, string>>,
): string {
  const wanted = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  if (wanted.length === 0) {
    return connectionString;
  }
  const url = new URL(connectionString);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', [...(given === null ? [] : [given]), ...wanted].join(' '));
  return url.href;
}
