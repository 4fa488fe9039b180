import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { SERVER_ENVIRONMENT } from './cluster.js';
import { EmbeddedPostgresError } from './error.js';
import type { Home } from './home.js';
import { disownPostmasterFile, ownerMark, readPostmasterFile } from './orphan.js';
import { lastLines, logEnd, openLog } from './server-log.js';
import type { ServerUser } from './server-user.js';
import { settingArguments } from './settings.js';

/** How a server process ended. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether `stop` was called before. */
  readonly expected: boolean;
}

/** One start of the server program. */
export interface LaunchOptions {
  readonly home: Home;
  readonly native: string;
  readonly user: ServerUser | undefined;
  readonly host: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** How long crash recovery and start may take, in milliseconds. */
  readonly readyTimeoutMs: number;
}

/**
 * For glibc's malloc, see mallopt(3): memory for a large value is kept for the next one instead of
 * being given back, for each of its pages would be a fault again.
 */
const KEEP_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(64 * 1024 * 1024),
};

/** How long each step of stopping may take, in milliseconds. */
const FAST_SHUTDOWN_MS = 15_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;
const POLL_MS = 15;

/** A `postgres` process that accepts connections, until it is stopped. */
export class Server {
  /** Fulfilled when the process has ended, for whatever reason; never rejected. */
  readonly exited: Promise<ServerExit>;
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly child: ChildProcess,
    private readonly cluster: string,
  ) {
    this.exited = new Promise((resolve) => {
      const settle = (code: number | null, signal: NodeJS.Signals | null): void =>
        resolve({ code, signal, expected: this.stopping !== undefined });
      child.once('exit', settle);
      child.once('error', () => settle(null, null));
    });
  }

  /**
   * Starts the program and waits until it says in its lock file that it is ready, which is what
   * `pg_ctl` waits for too.
   *
   * @throws {EmbeddedPostgresError} `start_failed` with its last log lines
   */
  static async launch(options: LaunchOptions): Promise<Server> {
    const { home } = options;
    await disownPostmasterFile(home.cluster);
    const from = await logEnd(home.logFile);
    const server = await spawnServer(options, (child) => new Server(child, home.cluster));
    const deadline = Date.now() + options.readyTimeoutMs;
    const ended = server.exited.then(() => 'ended' as const);
    while (!(await server.isReady())) {
      const state = await Promise.race([ended, delay(POLL_MS)]);
      if (state === 'ended' || Date.now() > deadline) {
        await server.stop();
        const said = await lastLines(home.logFile, from);
        throw new EmbeddedPostgresError(
          'start_failed',
          `PostgreSQL ${state === 'ended' ? 'did not start' : 'is not ready in time'} on ${home.cluster}.\n${said}`,
        );
      }
    }
    return server;
  }

  private async isReady(): Promise<boolean> {
    const file = await readPostmasterFile(this.cluster);
    return file !== undefined && file.pid === this.child.pid && file.status === 'ready';
  }

  /**
   * Fast shutdown: transactions in flight are rolled back, connections closed, a checkpoint is
   * written. If that takes too long, immediate shutdown, after which the next start recovers from
   * the write-ahead log.
   *
   * @throws {EmbeddedPostgresError} `stop_failed`
   */
  async stop(): Promise<void> {
    this.stopping ??= this.signalUntilGone();
    await this.stopping;
  }

  private async signalUntilGone(): Promise<void> {
    const steps: readonly (readonly [NodeJS.Signals, number])[] = [
      ['SIGINT', FAST_SHUTDOWN_MS],
      ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ];
    for (const [name, patienceMs] of steps) {
      this.child.kill(name);
      const waiting = new AbortController();
      const gone = await Promise.race([
        this.exited.then(() => true),
        delay(patienceMs, false, { signal: waiting.signal }).catch(() => false),
      ]);
      waiting.abort();
      if (gone) {
        return;
      }
    }
    throw new EmbeddedPostgresError('stop_failed', `PostgreSQL on ${this.cluster} does not stop.`);
  }
}

/** `attach` runs in the same turn as the spawn: a failed spawn is an event that needs its listener. */
async function spawnServer(
  options: LaunchOptions,
  attach: (child: ChildProcess) => Server,
): Promise<Server> {
  const { home, user } = options;
  const log = await openLog(home.logFile);
  try {
    const child = spawn(
      join(options.native, 'bin', 'postgres'),
      [
        '-D',
        home.cluster,
        '-c',
        ownerMark(process.pid),
        ...settingArguments(options.settings, {
          listen_addresses: options.host,
          port: String(options.port),
        }),
      ],
      {
        cwd: '/',
        env: { ...SERVER_ENVIRONMENT, ...KEEP_MEMORY },
        stdio: ['ignore', log.fd, log.fd],
        // A process group of its own: Ctrl-C in a terminal must reach the database's users first.
        detached: true,
        ...(user && { uid: user.uid, gid: user.gid }),
      },
    );
    return attach(child);
  } finally {
    await log.close();
  }
}
