import { statfs } from 'node:fs/promises';

import { EmbeddedPostgresError } from './error.js';
import { WRITE_AHEAD_LOG_MIB } from './settings.js';

const MIB = 1024 * 1024;
/** Room for what `initdb` makes (40 MiB), the tables, their first contents, and the server's own files, in MiB. */
const CLUSTER_MIB = 128;

/** Room that a new database needs, in MiB. */
export const NEW_DATABASE_MIB = WRITE_AHEAD_LOG_MIB + CLUSTER_MIB;

/** Says how many bytes the file system of a folder has for users other than root. */
export type FreeBytes = (directory: string) => Promise<number>;

/** As the operating system says; what it does not know counts as enough. */
export const freeBytesOf: FreeBytes = async (directory) =>
  await statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Infinity,
  );

/**
 * Makes sure that there is room for a new database, before any of it is made: a disk that runs full in the
 * middle leaves a database that must be made again, and says so in the words of whoever met it first.
 *
 * @param directory where it will lie; is there
 * @param durable whether its log is laid out
 * @param freeBytes looked up with this
 * @throws {EmbeddedPostgresError} `no_room`
 */
export async function ensureRoom(
  directory: string,
  durable: boolean,
  freeBytes: FreeBytes,
): Promise<void> {
  const needed = durable ? NEW_DATABASE_MIB : CLUSTER_MIB;
  const free = Math.floor((await freeBytes(directory)) / MIB);
  if (free < needed) {
    throw new EmbeddedPostgresError(
      'no_room',
      `A new database needs ${needed} MiB of disk, and ${directory} has ${free} MiB. Make room there, ` +
        'choose another data folder (REQRUN_HOME), or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}
