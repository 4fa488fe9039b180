import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';

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
const CLOSE_LIMIT_MS = 500;

type Timer = Pick<Queue, 'add' | 'close' | 'on'>;
type Alarm = Pick<Worker, 'close' | 'on' | 'pause'>;

/**
 * Wakes some worker when a retry is due, by a BullMQ delayed job that holds the request's id and
 * nothing else: on Redis, or on PostgreSQL where there is no Redis. It decides nothing and may
 * forget everything, for the row is due all the same and every worker looks each second.
 */
export class BackoffTimer {
  private queue: Timer | null = null;
  private worker: Alarm | null = null;
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
    const process = (): Promise<void> => {
      this.onDue();
      return Promise.resolve();
    };
    const { redisUrl } = this.options;
    const shared = { prefix: PREFIX };
    // Stalled and repeated jobs only ring once more, so the cheapest settings serve.
    const workerOptions = { ...shared, concurrency: 50, drainDelay: 2, maxStalledCount: 10 };
    if (redisUrl === undefined) {
      const connection = {
        connectionString: this.options.connectionString,
        application_name: this.options.applicationName,
        max: 2,
        connectionTimeoutMillis: 3_000,
        migrate: true,
      };
      const backend = withBackend(createPostgresBackend);
      this.queue = new backend.Queue(QUEUE, { ...shared, connection }) as unknown as Timer;
      this.worker = new backend.Worker(QUEUE, process, {
        ...workerOptions,
        connection,
      }) as unknown as Alarm;
    } else {
      const retryStrategy = (times: number): number => Math.min(times * 200, 2_000);
      this.queue = new Queue(QUEUE, {
        ...shared,
        connection: {
          url: redisUrl,
          enableOfflineQueue: false,
          maxRetriesPerRequest: 0,
          commandTimeout: 1_000,
          retryStrategy,
        },
        skipWaitingForReady: true,
      });
      this.worker = new Worker(QUEUE, process, {
        ...workerOptions,
        connection: { url: redisUrl, maxRetriesPerRequest: null, retryStrategy },
      });
    }
    this.queue.on('error', onError);
    this.worker.on('error', onError);
  }

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
    this.worker = null;
    this.queue = null;
    await within(CLOSE_LIMIT_MS, worker?.close(true));
    await within(CLOSE_LIMIT_MS, queue?.close());
  }
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
