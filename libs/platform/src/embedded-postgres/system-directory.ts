import { chmod, lstat, mkdir } from 'node:fs/promises';

import { EmbeddedPostgresError } from './error.js';

/**
 * Folder into which root puts what an unprivileged server must be able to reach when the wanted place is closed
 * to it: the Filesystem Hierarchy Standard's home for state of programs.
 */
export const SYSTEM_DIRECTORY = '/var/lib/reqrun';

/**
 * Makes a folder that everybody can enter and only root can change.
 *
 * @throws {EmbeddedPostgresError} `placement_impossible` when it cannot be made, or somebody else
 *   owns it: what lies in it is executed
 */
export async function ensureSystemDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    const stats = await lstat(directory);
    if (stats.isDirectory() && stats.uid === process.getuid?.()) {
      await chmod(directory, 0o755);
      return;
    }
  } catch (error) {
    throw new EmbeddedPostgresError(
      'placement_impossible',
      `The database cannot run below the current folder, and ${directory} cannot be made for it.`,
      { cause: error },
    );
  }
  throw new EmbeddedPostgresError(
    'placement_impossible',
    `${directory} is not a folder of the user that starts the database.`,
  );
}
