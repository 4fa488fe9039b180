import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { binariesDirectory } from './binaries.js';
import { checkVersion, clusterExists, initializeCluster, SUPERUSER } from './cluster.js';
import { EmbeddedPostgresError } from './error.js';
import { ensureHome, ensurePassword, homeAt, type Home } from './home.js';
import { stopOrphanOf } from './orphan.js';
import { freePort, portIsFree } from './ports.js';
import { ensureRoom, freeBytesOf, type FreeBytes } from './room.js';
import { keepLogSmall, rotateLog } from './server-log.js';
import { serverUser } from './server-user.js';
import { Server, type LaunchOptions, type ServerExit } from './server.js';
import { SYSTEM_DIRECTORY } from './system-directory.js';

/** Options of `startEmbeddedPostgres`. */
export interface EmbeddedPostgresOptions {
  /** The folder of this server: its data, its password, its log. Made when missing. */
  readonly dataDirectory: string;
  /** Default: the one of the last start if it is free, else any free one. */
  readonly port?: number | undefined;
  /** The address to listen on; default `127.0.0.1`. */
  readonly host?: string;
  /** PostgreSQL settings on top of the defaults, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told in one line what is unusual about this start. */
  readonly onLog?: (line: string) => void;
  /** Root folder of a package with binaries of another version; default: the one that is installed. */
  readonly packageDirectory?: string | undefined;
  /** Folder for data and binaries when the server's user cannot enter their own folders (root only). */
  readonly systemDirectory?: string;
  /** Tells the room on a disk; the operating system's word by default. */
  readonly freeBytes?: FreeBytes;
  /** How long recovery and start may take, in milliseconds; default 60,000. */
  readonly readyTimeoutMs?: number;
}

/** A running server. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  /** The folder of the server, free of symbolic links. */
  readonly directory: string;
  /** A connection URL, password included, of the superuser on a database (default `postgres`). */
  connectionString(database?: string): string;
  /** Stops the server with its connections; may be called again. */
  stop(): Promise<void>;
  /** Fulfilled when the server has ended, whether asked to or not; never rejected. */
  readonly exited: Promise<ServerExit>;
}

/** How often, and for how long in milliseconds, a start is tried again beside dying backends. */
const START_ATTEMPTS = 20;
const START_RETRY_MS = 400;
/** Words of the server when it may work a moment later, or on another port. */
const TRANSIENT = /shared memory block|lock file "postmaster\.pid"/;
const PORT_TAKEN = /Address already in use|could not create any TCP\/IP sockets/;

/**
 * Starts the PostgreSQL that npm installed and waits until it accepts connections. A server that a
 * killed process left behind on the same data is stopped first. The server outlives this process
 * when that is killed with SIGKILL, and nothing else stops it but `stop`: who starts it decides when
 * its last user is gone.
 *
 * @throws {EmbeddedPostgresError} see its codes
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { host = '127.0.0.1', settings = {}, onLog = () => undefined } = options;
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'binaries_unavailable',
      'The embedded PostgreSQL runs on Linux and macOS. Set DATABASE_URL to use one of your own.',
    );
  }
  const user = await serverUser(homeAt(options.dataDirectory).cluster);
  const isRoot = user !== undefined;
  const home = await ensureHome(
    options.dataDirectory,
    user,
    options.systemDirectory ?? SYSTEM_DIRECTORY,
    onLog,
  );
  const existed = await clusterExists(home);
  const durable = settings['fsync'] !== 'off';
  if (!existed) {
    await ensureRoom(home.directory, durable, options.freeBytes ?? freeBytesOf);
  }
  const { packageDirectory } = options;
  const native = await binariesDirectory({
    user,
    ...(packageDirectory !== undefined && { packageDirectory }),
    systemDirectory:
      options.systemDirectory ?? (isRoot ? SYSTEM_DIRECTORY : join(home.directory, 'binaries')),
    onLog,
  });
  if (
    (await stopOrphanOf(home.cluster).then((outcome) => report(outcome, home, onLog))) === 'in_use'
  ) {
    throw new EmbeddedPostgresError(
      'in_use',
      `Another process runs the database in ${home.cluster}.`,
    );
  }
  await rotateLog(home.logFile);
  const password = await ensurePassword(home, existed);
  if (!existed) {
    await initializeCluster({ home, native, user, password, durable });
  }
  await checkVersion(home, native);
  const { server, port } = await launch(
    { home, native, user, host, settings, readyTimeoutMs: options.readyTimeoutMs ?? 60_000 },
    options.port,
  );
  const stopRotation = keepLogSmall(home.logFile);
  void server.exited.then(stopRotation);
  return {
    host,
    port,
    directory: home.directory,
    exited: server.exited,
    connectionString: (database = 'postgres') =>
      `postgresql://${SUPERUSER}:${password}@${host}:${port}/${encodeURIComponent(database)}`,
    stop: () => server.stop(),
  };
}

function report<T extends string>(outcome: T, home: Home, onLog: (line: string) => void): T {
  if (outcome === 'stopped') {
    onLog(`Stopped a database server that a killed process had left behind on ${home.cluster}.`);
  }
  return outcome;
}

/**
 * Launches, and again where the reason passes: backends of a killed server die within seconds but
 * hold its shared memory until then, and a port that was free can be taken a moment later.
 */
async function launch(
  options: Omit<LaunchOptions, 'port'>,
  fixedPort: number | undefined,
): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await choosePort(options.home, options.host));
    try {
      const server = await Server.launch({ ...options, port });
      await writeFile(options.home.portFile, `${port}\n`);
      return { server, port };
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      const passes =
        TRANSIENT.test(message) || (PORT_TAKEN.test(message) && fixedPort === undefined);
      if (!passes || attempt === START_ATTEMPTS) {
        throw error;
      }
      await delay(START_RETRY_MS);
    }
  }
}

async function choosePort(home: Home, host: string): Promise<number> {
  const last = Number(await readFile(home.portFile, 'utf8').catch(() => ''));
  return last > 0 && (await portIsFree(last, host)) ? last : await freePort(host);
}
