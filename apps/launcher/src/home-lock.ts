import { link, readFile, rename, rm } from 'node:fs/promises';

import { describeProcess } from '@reqrun/platform/embedded-postgres';

import { writePrivateFile } from './private-file.js';
import { StartError } from './start-error.js';

/** How often the lock of a process that is gone may have to be taken away. */
const ATTEMPTS = 5;

/** Contents of the lock. */
interface Holder {
  readonly pid: number;
  /** Process ids are used again: whoever has this one now must have been started alike. */
  readonly script: string;
}

/**
 * Makes sure that one launcher at a time uses a home. The lock of one that was killed is taken over.
 *
 * @param path the lock's file
 * @returns releases the lock
 * @throws StartError when another launcher runs
 */
export async function lockHome(path: string): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, script: process.argv[1] ?? '' };
  const own = `${path}.${process.pid}`;
  await writePrivateFile(own, JSON.stringify(mine));
  try {
    for (let attempt = 1; ; attempt += 1) {
      // A link appears with its content, or not at all: nobody ever reads half a lock.
      const taken = await link(own, path).then(
        () => true,
        (error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
            throw error;
          }
          return false;
        },
      );
      if (taken) {
        return async () => await rm(path, { force: true });
      }
      const holder = await readHolder(path);
      if (attempt === ATTEMPTS || (holder !== null && (await isAlive(holder)))) {
        throw new StartError(
          `ReqRun already runs here${holder === null ? '' : ` (pid ${holder.pid})`}. ` +
            'Stop it first, or set REQRUN_HOME and REQRUN_API_PORT for a second one.',
        );
      }
      await takeAway(path);
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function isAlive({ pid, script }: Holder): Promise<boolean> {
  if (pid === process.pid) {
    return false;
  }
  const found = await describeProcess(pid);
  return found?.commandLine.includes(script.split('/').slice(-2).join('/')) === true;
}

/** Two that find the same stale lock both rename it; the slower one fails and looks again. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
