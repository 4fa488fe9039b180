import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';

import { PooledClient } from '../database/index.js';

/** Where delayed jobs lie. */
export interface BackoffTimerOptions {
  redisUrl: string | undefined;
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
const CLOSE_LIMIT_MS = 300;
const OPEN_AGAIN_MS = 1_000;

type Timer = Pick<Queue, 'add' | 'close' | 'disconnect' | 'on' | 'waitUntilReady'>;
type Alarm = Pick<Worker, 'close' | 'on' | 'waitUntilReady'>;

// Nobody reads the events that BullMQ writes for every job.
const queueOptions = { prefix: PREFIX, streams: { events: { maxLen: 100 } } };
const workerOptions = {
  prefix: PREFIX,
  concurrency: 50,
  // Stalled and repeated jobs only ring once more, so the cheapest settings serve.
  drainDelay: 2,
  maxStalledCount: 10,
};

/**
 * Wakes some worker when a retry is due, by a BullMQ delayed job that holds the request's id and
 * nothing else: on Redis, or on PostgreSQL where there is no Redis. It decides nothing and may
 * forget everything, for the row is due all the same and every worker looks each second.
 */
export class BackoffTimer {
  private queue: Timer | null = null;
  private worker: Alarm | null = null;
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
    const onError = (): void => this.options.onError?.();
    const { queue, worker } =
      this.options.redisUrl === undefined ? this.onPostgres() : this.onRedis();
    this.queue = queue;
    this.worker = worker;
    queue.on('error', onError);
    worker.on('error', onError);
    // BullMQ remembers a first connection that failed and then never tries again.
    Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]).catch(() => {
      onError();
      if (this.queue === queue) {
        this.queue = null;
        this.worker = null;
        this.retry = setTimeout(() => this.start(), OPEN_AGAIN_MS);
        void closeBoth(worker, queue);
      }
    });
  }

  private onPostgres(): { queue: Timer; worker: Alarm } {
    const connection = {
      connectionString: this.options.connectionString,
      application_name: this.options.applicationName,
      // BullMQ works on checked-out connections without listening to them.
      Client: PooledClient,
      max: 2,
      connectionTimeoutMillis: 3_000,
      migrate: true,
    };
    const backend = withBackend(createPostgresBackend);
    return {
      queue: new backend.Queue(QUEUE, { ...queueOptions, connection }) as unknown as Timer,
      worker: new backend.Worker(QUEUE, this.process, {
        ...workerOptions,
        connection,
      }) as unknown as Alarm,
    };
  }

  private onRedis(): { queue: Timer; worker: Alarm } {
    const shared = {
      url: this.options.redisUrl ?? '',
      retryStrategy: (times: number) => Math.min(times * 200, 2_000),
    };
    return {
      queue: new Queue(QUEUE, {
        ...queueOptions,
        connection: {
          ...shared,
          maxRetriesPerRequest: 0,
          commandTimeout: 1_000,
        },
        skipWaitingForReady: true,
        // A version that can't be asked for because Redis is away would fail the queue for good.
        skipVersionCheck: true,
      }),
      worker: new Worker(QUEUE, this.process, {
        ...workerOptions,
        connection: { ...shared, maxRetriesPerRequest: null },
      }),
    };
  }

  private readonly process = (): Promise<void> => {
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
    if (this.queue === null || this.pending >= MAX_PENDING) {
      return;
    }
    this.pending += 1;
    this.queue
      .add(
        QUEUE,
        { id: requestId },
        {
          delay: Math.ceil(delayMs) + FIRE_AFTER_DUE_MS,
          attempts: 1,
          removeOnComplete: true,
          removeOnFail: true,
        },
      )
      .catch(() => this.options.onError?.())
      .finally(() => {
        this.pending -= 1;
      });
  }

  /** Stops waking and setting; returns within a second even when the queue's server is away. */
  async stop(): Promise<void> {
    const { worker, queue } = this;
    clearTimeout(this.retry);
    this.worker = null;
    this.queue = null;
    await closeBoth(worker, queue);
  }
}

async function closeBoth(worker: Alarm | null, queue: Timer | null): Promise<void> {
  await within(CLOSE_LIMIT_MS, worker?.close(true));
  await within(CLOSE_LIMIT_MS, queue?.close());
  // Where its server is away, close() gives up and leaves a connection that tries for ever.
  await within(CLOSE_LIMIT_MS, queue?.disconnect());
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
