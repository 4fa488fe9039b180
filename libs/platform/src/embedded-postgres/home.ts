import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { EmbeddedPostgresError, hasErrno } from './error.js';
import { canEnter, type ServerUser } from './server-user.js';
import { ensureSystemDirectory } from './system-directory.js';

/** Folders and files of one embedded server. */
export interface Home {
  /** The folder itself, free of symbolic links. */
  readonly directory: string;
  /** PostgreSQL's own data directory ("PGDATA"), owned by the user that runs the server. */
  readonly cluster: string;
  /** The superuser's password, for the owner of the home alone. */
  readonly passwordFile: string;
  /** The port of the last start. */
  readonly portFile: string;
  /** Log of what the server writes to its standard error. */
  readonly logFile: string;
}

/** Names the files of a home. */
export function homeAt(directory: string): Home {
  return {
    directory,
    cluster: join(directory, 'cluster'),
    passwordFile: join(directory, 'password'),
    portFile: join(directory, 'port'),
    logFile: join(directory, 'server.log'),
  };
}

/**
 * Makes the home, or finds it. Where the server's user cannot enter the wanted folder (root below
 * /root, say), the home lies in the system directory and the wanted path is a symbolic link to it.
 *
 * @throws {EmbeddedPostgresError} `placement_impossible` when neither place will do
 */
export async function ensureHome(
  wantedDirectory: string,
  user: ServerUser | undefined,
  systemDirectory: string,
  onLog: (line: string) => void,
): Promise<Home> {
  const wanted = resolve(wantedDirectory);
  await mkdir(dirname(wanted), { recursive: true });
  if (await isDanglingLink(wanted)) {
    // The data was removed behind the link: begin anew at the same place.
    await mkdir(await readlink(wanted), { recursive: true });
  }
  if (!(await exists(wanted)) && !(await canEnter(user, dirname(wanted)))) {
    await linkToSystemDirectory(wanted, systemDirectory, onLog);
  }
  await mkdir(wanted, { recursive: true });
  if (await canEnterHome(wanted, user)) {
    return homeAt(await realpath(wanted));
  }
  // An empty folder made beforehand can give way to a link; one with data is not ours to move.
  await rmdir(wanted).catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      'placement_impossible',
      `The user that runs PostgreSQL (${user?.name ?? 'the current one'}) cannot enter ${wanted}. ` +
        'Let it enter the folders above, or choose another data folder.',
      { cause: error },
    );
  });
  await linkToSystemDirectory(wanted, systemDirectory, onLog);
  return homeAt(await realpath(wanted));
}

/** A home of root's is passable for the server's user; what is secret in it has modes of its own. */
async function canEnterHome(directory: string, user: ServerUser | undefined): Promise<boolean> {
  const path = await realpath(directory);
  if (user !== undefined && (await lstat(path)).uid === process.getuid?.()) {
    await chmod(path, 0o755);
  }
  return await canEnter(user, path);
}

async function linkToSystemDirectory(
  wanted: string,
  systemDirectory: string,
  onLog: (line: string) => void,
): Promise<void> {
  await ensureSystemDirectory(systemDirectory);
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  // Who removed the link wanted to begin anew: data that is still there is kept, but not taken up.
  for (let attempt = 1; ; attempt += 1) {
    const target = join(systemDirectory, attempt === 1 ? name : `${name}-${attempt}`);
    await ensureSystemDirectory(target);
    if ((await readdir(target)).length === 0) {
      await symlink(target, wanted);
      onLog(`The database's user cannot enter ${dirname(wanted)}: its data lies in ${target}.`);
      return;
    }
    onLog(`${target} holds the data of an earlier ${wanted}, which is left alone.`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

async function isDanglingLink(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return (
    stats?.isSymbolicLink() === true &&
    !(await exists(resolve(dirname(path), await readlink(path))))
  );
}

/**
 * The superuser's password, made at the first call.
 *
 * @throws {EmbeddedPostgresError} `data_directory_unusable` when it is lost or may not be read
 */
export async function ensurePassword(home: Home, clusterExists: boolean): Promise<string> {
  try {
    return (await readFile(home.passwordFile, 'utf8')).trim();
  } catch (error) {
    if (clusterExists || !hasErrno(error, 'ENOENT')) {
      throw new EmbeddedPostgresError(
        'data_directory_unusable',
        `The database in ${home.cluster} exists, but its password in ${home.passwordFile} cannot be read.`,
        { cause: error },
      );
    }
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(home.passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}
