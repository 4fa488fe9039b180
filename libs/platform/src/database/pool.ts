import pg from 'pg';

/** A pool of PostgreSQL connections. */
export type Pool = pg.Pool;

/** How a process connects. */
export interface PoolOptions {
  connectionString: string;
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
 * A client whose broken connection is an error for whoever has a statement on it, and for nobody
 * else. A pool listens to its idle connections only, and who borrows one may take all listeners off:
 * one that breaks meanwhile would raise an event that nobody handles, and that ends the process.
 */
class PooledClient extends pg.Client {
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    return (event !== 'error' || this.listenerCount(event) > 0) && super.emit(event, ...values);
  }
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
  const pool = new pg.Pool({
    Client: PooledClient,
    connectionString: withSettings(options.connectionString, {
      ...options.settings,
      ...(options.role === undefined ? {} : { role: options.role }),
    }),
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 2_000,
    idle_in_transaction_session_timeout: 10_000,
    lock_timeout: 5_000,
  });
  pool.on('error', (error) => options.onError?.(error));
  return pool;
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
