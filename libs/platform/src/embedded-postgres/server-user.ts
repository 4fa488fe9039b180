import { execFile, spawn } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { promisify } from 'node:util';

import { EmbeddedPostgresError } from './error.js';

const run = promisify(execFile);

/** User whose rights a program gets; for the `uid` and `gid` options of `child_process.spawn`. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The account created where root has none to drop to. */
const CREATED_USER = 'reqrun-postgres';

/**
 * The user under whom the server must run: `undefined` means "as whoever we are". PostgreSQL refuses
 * to run as root, so root drops to the owner of an existing cluster, else to `postgres`, else to a
 * system account made for the purpose, else to `nobody`.
 *
 * @param clusterDirectory an existing PostgreSQL data directory keeps its owner, whichever accounts
 *   have come or gone since it was made
 * @throws {EmbeddedPostgresError} `placement_impossible` when there is no such user at all
 */
export async function serverUser(clusterDirectory?: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const owner = clusterDirectory === undefined ? undefined : await ownerOf(clusterDirectory);
  if (owner !== undefined) {
    return owner;
  }
  const existing = (await lookUp('postgres')) ?? (await lookUp(CREATED_USER));
  if (existing !== undefined) {
    return existing;
  }
  // Not every system has useradd (macOS) or lets it write (a read-only root file system).
  await run('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    CREATED_USER,
  ]).catch(() => undefined);
  const created = (await lookUp(CREATED_USER)) ?? (await lookUp('nobody'));
  if (created === undefined) {
    throw new EmbeddedPostgresError(
      'placement_impossible',
      'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
    );
  }
  return created;
}

async function ownerOf(directory: string): Promise<ServerUser | undefined> {
  const stats = await lstat(directory).catch(() => undefined);
  return stats === undefined || stats.uid === 0
    ? undefined
    : { name: `uid ${stats.uid}`, uid: stats.uid, gid: stats.gid };
}

/** `id` and not /etc/passwd: accounts may come from a directory service. */
async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * Runs a short program with the user's rights and an empty environment: whether it could be started
 * and ended with 0 is the one answer that knows of modes, access lists and mount options alike.
 */
export async function succeedsAs(
  user: ServerUser | undefined,
  command: string,
  commandArguments: readonly string[],
): Promise<boolean> {
  return await new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd: '/',
      env: {},
      stdio: 'ignore',
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** Whether the user can enter a folder, through all of its parents. */
export async function canEnter(user: ServerUser | undefined, directory: string): Promise<boolean> {
  return await succeedsAs(user, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory]);
}
