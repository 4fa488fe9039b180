import {
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type PgPool,
  Queue,
  runMigrations,
  withBackend,
  Worker,
} from 'bullmq';

import { createPool, type Pool } from '../database/index.js';
import { openRedis, redisOptions, type RedisPlace } from '../redis/index.js';

/** Store in which delayed jobs lie. */
export interface BackoffTimerOptions {
  redis: RedisPlace | undefined;
  connectionString: string;
  applicationName: string;
  /** Told, without details, that a timer could not be set or served. */
  onError?: () => void;
}

const QUEUE = 'backoff';
const PREFIX = '{reqrun}';
/** A delayed job that fires before its row is due finds nothing to claim. */
const FIRE_AFTER_DUE_MS = 5;
/** Timers under way at once; beyond that the worker's own beat does it. */
const MAX_PENDING = 500;
/** One to listen on, one to look for jobs, one to set timers, and one to spare. */
const POSTGRES_CONNECTIONS = 4;
const CLOSE_LIMIT_MS = 300;
const OPEN_AGAIN_MS = 1_000;

type Timer = Pick<Queue, 'add' | 'close' | 'disconnect' | 'on' | 'waitUntilReady'>;
type BackoffWorker = Pick<Worker, 'close' | 'on' | 'waitUntilReady'>;

/** Parts that are open at one time: where timers are set, and what serves them. */
interface BackoffBackend {
  readonly queue: Timer;
  readonly worker: BackoffWorker;
  readonly pool?: Pool;
  /** Connections to a Cluster, which BullMQ was given and does not close. */
  readonly connections?: readonly { disconnect(): void }[];
}

// Nobody reads the events that BullMQ writes for every job.
const queueOptions = { prefix: PREFIX, streams: { events: { maxLen: 100 } } };
const workerOptions = {
  prefix: PREFIX,
  concurrency: 50,
  // Stalled and repeated jobs only notify once more, so the cheapest settings serve.
  drainDelay: 2,
  maxStalledCount: 10,
};

/**
 * Wakes some worker when a retry is due, by a BullMQ delayed job that holds the request's id and
 * nothing else: on Redis, or on PostgreSQL where there is no Redis. It decides nothing and may
 * forget everything, for the row is due all the same and every worker looks each second.
 */
export class BackoffTimer {
  private open: Promise<BackoffBackend> | null = null;
  private retry: NodeJS.Timeout | undefined;
  private pending = 0;

  /**
   * @param options where the jobs lie
   * @param onDue called when a retry is due
   */
  constructor(
    private readonly options: BackoffTimerOptions,
    private readonly onDue: () => void,
  ) {}

  /** Connects in the background; retries until it can. */
  start(): void {
    const { redis } = this.options;
    const open =
      redis === undefined
        ? openOnPostgres(this.options, this.notify)
        : Promise.resolve(openOnRedis(redis, this.notify));
    this.open = open;
    open.then((clockwork) => this.untilReady(clockwork)).catch(() => this.openAgain(open));
  }

  private async untilReady({ queue, worker }: BackoffBackend): Promise<void> {
    const onError = (): void => this.options.onError?.();
    queue.on('error', onError);
    worker.on('error', onError);
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  }

  /** BullMQ remembers a first connection that failed and then never tries again. */
  private openAgain(failed: Promise<BackoffBackend>): void {
    this.options.onError?.();
    if (this.open === failed) {
      this.open = null;
      this.retry = setTimeout(() => this.start(), OPEN_AGAIN_MS);
      void close(failed);
    }
  }

  private readonly notify = (): Promise<void> => {
    this.onDue();
    return Promise.resolve();
  };

  /**
   * Sets a timer for a retry. Returns at once and never fails.
   *
   * @param requestId goes into the job as its only data
   * @param delayMs until the row is due
   */
  set(requestId: string, delayMs: number): void {
    if (this.open === null || this.pending >= MAX_PENDING) {
      return;
    }
    this.pending += 1;
    this.open
      .then(({ queue }) =>
        queue.add(
          QUEUE,
          { id: requestId },
          {
            delay: Math.ceil(delayMs) + FIRE_AFTER_DUE_MS,
            attempts: 1,
            removeOnComplete: true,
            removeOnFail: true,
          },
        ),
      )
      .catch(() => this.options.onError?.())
      .finally(() => {
        this.pending -= 1;
      });
  }

  /** Stops waking and setting; returns within a second even when the queue's server is away. */
  async stop(): Promise<void> {
    const { open } = this;
    clearTimeout(this.retry);
    this.open = null;
    await close(open);
  }
}

/**
 * BullMQ would open connections of its own, and for a moment nobody listens to the one that it LISTENs
 * on: cut in that moment, it would end the process. On a pool of ours that can't happen.
 */
async function openOnPostgres(
  options: BackoffTimerOptions,
  notify: () => Promise<void>,
): Promise<BackoffBackend> {
  const pool = createPool({
    connectionString: options.connectionString,
    applicationName: options.applicationName,
    max: POSTGRES_CONNECTIONS,
    settings: { search_path: DEFAULT_SCHEMA },
  });
  try {
    await makeTables(pool);
  } catch (error) {
    await within(CLOSE_LIMIT_MS, pool.end());
    throw error;
  }
  const backend = withBackend(createPostgresBackend);
  return {
    queue: new backend.Queue(QUEUE, {
      ...queueOptions,
      connection: pool as object as PgPool,
    }) as unknown as Timer,
    worker: new backend.Worker(QUEUE, notify, {
      ...workerOptions,
      connection: pool as object as PgPool,
    }) as unknown as BackoffWorker,
    pool,
  };
}

async function makeTables(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

function openOnRedis(place: RedisPlace, notify: () => Promise<void>): BackoffBackend {
  const retryStrategy = (times: number): number => Math.min(times * 200, 2_000);
  const setting = { retryStrategy, maxRetriesPerRequest: 0, commandTimeout: 1_000 };
  const serving = { retryStrategy, maxRetriesPerRequest: null };
  // BullMQ makes its own connections from options, but can't make those to a Cluster.
  const clusters =
    place.clusterNodes === undefined
      ? undefined
      : { setting: openRedis(place, setting), serving: openRedis(place, serving) };
  for (const cluster of Object.values(clusters ?? {})) {
    cluster.on('error', () => undefined);
  }
  return {
    queue: new Queue(QUEUE, {
      ...queueOptions,
      connection: clusters?.setting ?? { ...redisOptions(place, setting) },
      skipWaitingForReady: true,
      // A version that can't be asked for because Redis is away would fail the queue for good.
      skipVersionCheck: true,
    }),
    worker: new Worker(QUEUE, notify, {
      ...workerOptions,
      connection: clusters?.serving ?? { ...redisOptions(place, serving) },
    }),
    connections: Object.values(clusters ?? {}),
  };
}

/** Closes what is not open yet as soon as it is. */
function close(open: Promise<BackoffBackend> | null): Promise<void> {
  return within(4 * CLOSE_LIMIT_MS, open?.then(closeAll));
}

async function closeAll({ worker, queue, pool, connections }: BackoffBackend): Promise<void> {
  await within(CLOSE_LIMIT_MS, worker.close(true));
  await within(CLOSE_LIMIT_MS, queue.close());
  // Where its server is away, close() gives up and leaves a connection that tries for ever.
  await within(CLOSE_LIMIT_MS, queue.disconnect());
  connections?.forEach((connection) => connection.disconnect());
  await within(CLOSE_LIMIT_MS, pool?.end());
}

async function within(limitMs: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work?.catch(() => undefined),
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    }),
  ]);
  clearTimeout(timer);
}
