import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { freePort } from '../embedded-postgres/index.js';
import { programAvailable } from './describe-with-program.js';
import { makeRunFolder, REDIS_PID_FILE } from './run-folders.js';

/** Program of a Redis server. */
export const REDIS_PROGRAM = 'redis-server';
const HOST = '127.0.0.1';
/** How long a Redis may take to answer or to end, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How a test's Redis is started. */
export interface TestRedisOptions {
  /** Default: a free one. Kept over restarts. */
  readonly port?: number;
  /** Its working folder; default: a temporary one that goes with it. */
  readonly dir?: string;
}

/** A real Redis that a test may treat as badly as it likes. */
export interface TestRedis {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** The process that runs at present; 0 when it is stopped. */
  readonly pid: number;
  /** Shuts it down without saving: it forgets everything, and refuses connections. */
  stop(): Promise<void>;
  /** Starts it again on the same port, empty; stops it first where needed. */
  restart(): Promise<void>;
  /** Kills it with SIGKILL: clients see a reset connection. */
  kill(): Promise<void>;
  /** Removes all keys at once, with no connection cut. */
  flush(): Promise<void>;
  /** Stops the process in its tracks (SIGSTOP): connections stay open and nothing answers. */
  freeze(): void;
  /** Lets a frozen one go on. */
  thaw(): void;
  /** Ends it for good and removes its folder. */
  close(): Promise<void>;
}

/** Whether there is a `redis-server` on the PATH. */
export function redisAvailable(): boolean {
  return programAvailable(REDIS_PROGRAM);
}

/**
 * Starts a `redis-server` that keeps nothing on the disk.
 *
 * @throws Error when there is none on the PATH, or it does not answer
 */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const port = options.port ?? (await freePort(HOST));
  const directory = options.dir ?? (await makeRunFolder('redis'));
  const url = `redis://${HOST}:${port}`;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = spawn(
      REDIS_PROGRAM,
      [
        ...['--port', String(port), '--bind', HOST, '--dir', directory],
        ...['--pidfile', join(directory, REDIS_PID_FILE), '--save', '', '--appendonly', 'no'],
      ],
      { stdio: 'ignore' },
    );
    await answers(child, url);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running !== undefined) {
      await gone(running, signal);
    }
  };

  // A test process that exits with its Redis running would leave it behind.
  const killAtExit = (): void => void child?.kill('SIGKILL');
  process.once('exit', killAtExit);
  await start();
  return {
    url,
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      await start();
    },
    flush: async () => {
      await withClient(url, async (client) => {
        await client.flushall();
      });
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    close: async () => {
      process.removeListener('exit', killAtExit);
      await end('SIGKILL');
      if (options.dir === undefined) {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', () => reject(new Error(`There is no ${REDIS_PROGRAM} on the PATH.`)));
    child.once('exit', () =>
      reject(new Error(`${REDIS_PROGRAM} ended while it was being started.`)),
    );
  });
  ended.catch(() => undefined);
  await Promise.race([
    ended,
    withClient(url, async (client) => {
      await client.ping();
    }),
  ]);
}

async function withClient(url: string, work: (client: Redis) => Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const client = new Redis(url, {
    // Until it listens, connections are refused: try again at once, but not for ever.
    retryStrategy: () => (Date.now() < deadline ? 20 : null),
    maxRetriesPerRequest: null,
  });
  client.on('error', () => undefined);
  try {
    await work(client);
  } finally {
    client.disconnect();
  }
}

async function gone(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const exited = new Promise((resolve) => child.once('exit', resolve));
  // A frozen process takes no other signal.
  child.kill('SIGCONT');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(timer);
}
