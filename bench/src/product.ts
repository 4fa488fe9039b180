import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startLauncher } from './children.js';
import type { Watched } from './measure.js';
import { startPostgres } from './postgres.js';
import { usageOf } from './processes.js';

/** The product under test. */
export interface Product extends Watched {
  /** URL of chat completions. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** URL of its database, with the superuser. */
  databaseUrl: string;
  /** Process id of the launcher, the parent of the API and the worker. */
  launcherPid: number;
  /** Process ids of its topmost processes, the database's included. */
  roots: readonly number[];
  commits(): Promise<number>;
  /** Returns the number of requests that have not ended. */
  openRequests(): Promise<number>;
  /** Returns the number of accepted requests. */
  records(): Promise<number>;
  /** Returns the number of attempts: provider calls, including those that were never sent. */
  attempts(): Promise<number>;
  /** Returns the number of completed requests. */
  completed(): Promise<number>;
  /** Returns how much its table of frames takes on disk, with its indexes, and how many frames there are. */
  frames(): Promise<{ bytes: number; count: number }>;
  stop(): Promise<void>;
}

/** Configuration of the product under test. */
export interface ProductOptions {
  providerUrl: string;
  redis?: RedisServer | undefined;
  /** Settings beside those of the benchmark. */
  settings?: Readonly<Record<string, string>>;
  /** The built checkout whose product it is; this one when absent. */
  checkout?: string | undefined;
}

/** A Redis server of the benchmark. */
export interface RedisServer {
  readonly url: string;
  readonly pid: number;
}

/**
 * Starts the product as it ships: the launcher with API and worker, and an embedded PostgreSQL with the
 * settings of the embedded default. All files are in a folder that is removed afterwards.
 *
 * @param options the provider, and Redis if there is one
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const home = await mkdtemp(join(tmpdir(), 'reqrun-bench-'));
  const postgres = await startPostgres(join(home, 'postgresql'), 'reqrun');
  const launcher = await startLauncher(
    {
      REQRUN_HOME: join(home, 'home'),
      REQRUN_API_PORT: '0',
      REQRUN_DASHBOARD_PORT: '0',
      DATABASE_URL: postgres.url,
      OPENAI_BASE_URL: options.providerUrl,
      OPENAI_API_KEY: 'bench',
      // Each load sets `wait` itself.
      REQRUN_DEFAULT_WAIT: 'false',
      ...(options.redis === undefined ? {} : { REDIS_URL: options.redis.url }),
      ...options.settings,
    },
    (line) => line.startsWith('ReqRun is ready'),
    options.checkout,
  );
  const env = await readFile(join(home, 'home', 'local.env'), 'utf8');
  const setting = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\n]+)`, 'm').exec(env)?.[1] ?? '';
  const roots = [launcher.pid, postgres.pid, ...(options.redis ? [options.redis.pid] : [])];
  return {
    url: `${setting('REQRUN_BASE_URL')}/v1/chat/completions`,
    headers: { authorization: `Bearer ${setting('REQRUN_API_KEY')}` },
    databaseUrl: postgres.url,
    launcherPid: launcher.pid,
    roots,
    usage: () => usageOf(...roots),
    commits: () => postgres.commits(),
    openRequests: () =>
      postgres.count(
        `SELECT count(*)::float8 AS count FROM requests WHERE status IN ('queued', 'retrying', 'processing')`,
      ),
    records: () => postgres.count('SELECT count(*)::float8 AS count FROM requests'),
    attempts: () => postgres.count('SELECT count(*)::float8 AS count FROM attempts'),
    completed: () =>
      postgres.count(`SELECT count(*)::float8 AS count FROM requests WHERE status = 'completed'`),
    async frames() {
      return {
        bytes: await postgres.count(
          `SELECT pg_total_relation_size('stream_batches')::float8 AS count`,
        ),
        count: await postgres.count(
          'SELECT coalesce(sum(frames), 0)::float8 AS count FROM stream_batches',
        ),
      };
    },
    async stop() {
      await launcher.stop();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
