import { chmod, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeProcess, stopOrphan } from '../embedded-postgres/index.js';

const PREFIX = 'reqrun-jest-';
/** In such a folder: the data folder of an embedded PostgreSQL. */
const POSTGRES = 'postgres';
/** In such a folder: the lock of a Redis. */
export const REDIS_PID_FILE = 'redis.pid';

/**
 * Makes a temporary folder for one service of this test process. Its name says whose it is, so that
 * what a killed run leaves behind can be found and ended; other users may enter it, for a database
 * that root starts runs as one of them.
 *
 * @param kind goes into the name, e.g. `redis`
 */
export async function makeRunFolder(kind: string): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `${PREFIX}${process.pid}-${kind}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** The data folder of the PostgreSQL that has a run folder to itself. */
export function postgresIn(runFolder: string): string {
  return join(runFolder, POSTGRES);
}

/** Ends the servers and removes the folders of test processes that were killed. */
export async function removeLeftovers(): Promise<void> {
  const parent = await realpath(tmpdir());
  for (const name of await readdir(parent)) {
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!(owner > 0) || owner === process.pid || (await describeProcess(owner)) !== undefined) {
      continue;
    }
    const folder = join(parent, name);
    // Another user's leftovers are not ours to remove, and no reason to fail.
    await endServersIn(folder)
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch(() => undefined);
  }
}

async function endServersIn(folder: string): Promise<void> {
  await stopOrphan(postgresIn(folder));
  const pid = Number(await readFile(join(folder, REDIS_PID_FILE), 'utf8').catch(() => ''));
  if (pid > 0 && (await describeProcess(pid))?.commandLine.includes('redis-server') === true) {
    process.kill(pid, 'SIGKILL');
  }
}
