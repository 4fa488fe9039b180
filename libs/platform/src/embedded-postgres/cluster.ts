import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EmbeddedPostgresError, hasErrno } from './error.js';
import type { Home } from './home.js';
import { describeProcess } from './processes.js';
import { lastLines, logEnd, openLog } from './server-log.js';
import type { ServerUser } from './server-user.js';
import { WRITE_AHEAD_LOG_MIB } from './settings.js';
import { layOutWriteAheadLog } from './write-ahead-log.js';

/** The superuser that `initdb` makes. */
export const SUPERUSER = 'postgres';

/**
 * All that a PostgreSQL program gets to see of our environment: nothing, for ours holds keys and
 * the server's user could read them in /proc. The locale also keeps macOS from starting threads in
 * the postmaster, which then would refuse to run.
 */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

const TEMPORARY_PREFIX = 'cluster.initializing-';
const PASSWORD_PREFIX = 'password.initializing-';

/** Whether there is a PostgreSQL data directory in the home. */
export async function clusterExists(home: Home): Promise<boolean> {
  return await stat(join(home.cluster, 'PG_VERSION')).then(
    () => true,
    (error: unknown) => {
      if (hasErrno(error, 'ENOENT')) {
        return false;
      }
      throw new EmbeddedPostgresError(
        'data_directory_unusable',
        `The database in ${home.cluster} cannot be read. Start it as the user that made it.`,
        { cause: error },
      );
    },
  );
}

/**
 * Refuses a data directory of another major version, whose format the server cannot read.
 *
 * @throws {EmbeddedPostgresError} `data_directory_unusable`
 */
export async function checkVersion(home: Home, native: string): Promise<void> {
  const found = (await readFile(join(home.cluster, 'PG_VERSION'), 'utf8')).trim();
  const wanted = await majorVersion(native);
  if (wanted !== undefined && found !== wanted) {
    throw new EmbeddedPostgresError(
      'data_directory_unusable',
      `The database in ${home.cluster} was made by PostgreSQL ${found}, but this is PostgreSQL ` +
        `${wanted}. Dump it with the old version and restore it, or choose another data folder.`,
    );
  }
}

async function majorVersion(native: string): Promise<string | undefined> {
  const template = await readFile(join(native, 'share', 'postgresql', 'postgres.bki'), 'utf8');
  return /^# PostgreSQL (\d+)/.exec(template)?.[1];
}

/** How `initializeCluster` is to go about it. */
export interface InitializeOptions {
  readonly home: Home;
  readonly native: string;
  readonly user: ServerUser | undefined;
  readonly password: string;
  /** Whether the new files are forced to the disk, and the log is laid out. */
  readonly durable: boolean;
}

/**
 * Makes a new cluster. It is made under another name and renamed when it is whole, so that a killed
 * `initdb` leaves nothing that could be taken for a database.
 *
 * @throws {EmbeddedPostgresError} `initialization_failed` with the last lines of `initdb`
 */
export async function initializeCluster(options: InitializeOptions): Promise<void> {
  const { home, user } = options;
  await removeLeftovers(home.directory);
  const temporary = join(home.directory, `${TEMPORARY_PREFIX}${process.pid}`);
  const passwordFile = join(home.directory, `${PASSWORD_PREFIX}${process.pid}`);
  await mkdir(temporary, { mode: 0o700 });
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  try {
    if (user !== undefined) {
      await chown(temporary, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    await runInitdb(options, temporary, passwordFile);
    if (options.durable) {
      await layOutWriteAheadLog(temporary, WRITE_AHEAD_LOG_MIB, user).catch((error: unknown) => {
        throw new EmbeddedPostgresError(
          'initialization_failed',
          `The log of the database in ${home.directory}, ${WRITE_AHEAD_LOG_MIB} MiB, could not be made: ` +
            (error instanceof Error ? error.message : String(error)),
          { cause: error },
        );
      });
    }
    await rename(temporary, home.cluster).catch((error: unknown) => {
      // Another starter was faster: its cluster has the same password.
      if (!hasErrno(error, 'ENOTEMPTY') && !hasErrno(error, 'EEXIST')) {
        throw error;
      }
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runInitdb(
  { home, native, user, durable }: InitializeOptions,
  directory: string,
  passwordFile: string,
): Promise<void> {
  const from = await logEnd(home.logFile);
  const log = await openLog(home.logFile);
  const commandArguments = [
    `--pgdata=${directory}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorting by code point needs no ICU, equals that of the ids, and never changes with the system.
    '--locale=C',
    // Known since PostgreSQL 17; an older one has only the letters of ASCII.
    ...(Number(await majorVersion(native)) >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : []),
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    const outcome = await new Promise<string>((resolve) => {
      const child = spawn(join(native, 'bin', 'initdb'), commandArguments, {
        cwd: '/',
        env: SERVER_ENVIRONMENT,
        stdio: ['ignore', log.fd, log.fd],
        ...(user && { uid: user.uid, gid: user.gid }),
      });
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, killedBy) => resolve(killedBy ?? String(code)));
    });
    if (outcome !== '0') {
      const said = await lastLines(home.logFile, from);
      throw new EmbeddedPostgresError(
        'initialization_failed',
        `The database in ${home.directory} could not be made (initdb: ${outcome}).\n${said}`,
      );
    }
  } finally {
    await log.close();
  }
}

/** Removes what killed starters left of their attempts. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const prefix = [TEMPORARY_PREFIX, PASSWORD_PREFIX].find((each) => name.startsWith(each));
    if (prefix === undefined) {
      continue;
    }
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || (await describeProcess(pid)) === undefined) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}
