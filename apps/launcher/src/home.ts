import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `apps`, `libs` and `prisma`. */
export const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Folders and files of one installation. */
export interface Home {
  /** The folder itself, absolute. */
  readonly directory: string;
  /** The embedded database's folder. */
  readonly database: string;
  readonly logs: string;
  /** The sockets by which API and workers find each other. */
  readonly links: string;
  /** Base URL and API keys of the first project. */
  readonly localEnv: string;
  readonly masterKey: string;
  /** Held while ReqRun runs. */
  readonly lock: string;
  /** The processes that were started last. */
  readonly processes: string;
}

/**
 * Names the files of a home.
 *
 * @param setting `REQRUN_HOME`; a relative one is meant from the checkout, wherever the start came from
 */
export function homeAt(setting: string): Home {
  const directory = resolve(CHECKOUT, setting);
  return {
    directory,
    database: join(directory, 'postgresql'),
    logs: join(directory, 'logs'),
    links: join(directory, 'links'),
    localEnv: join(directory, 'local.env'),
    masterKey: join(directory, 'master.key'),
    lock: join(directory, 'launcher.lock'),
    processes: join(directory, 'processes.json'),
  };
}

/**
 * Makes the home. It holds keys, so nobody but its owner may look into it; where root starts, the
 * database runs as another user, who must be able to pass through to its own folder.
 *
 * @param home where
 */
export async function ensureHome(home: Home): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const made = await mkdir(home.directory, { recursive: true, mode: 0o700 });
  if (!isRoot) {
    await chmod(home.directory, 0o700);
  } else if (made !== undefined) {
    // One that root made beforehand keeps the mode that root gave it.
    await chmod(home.directory, 0o711);
  }
  await mkdir(home.logs, { recursive: true, mode: 0o700 });
}
