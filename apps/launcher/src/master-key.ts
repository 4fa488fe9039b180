import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';

import { writePrivateFile } from './private-file.js';
import { StartError } from './start-error.js';

/** 32 bytes as hexadecimal digits. */
const FORMAT = /^[0-9a-f]{64}$/;

/**
 * The master key: the one that was given, else the one in the home, else a new one that is kept
 * there. One that was given is never written down: who gives it keeps it.
 *
 * @param given `REQRUN_MASTER_KEY`, 32 bytes
 * @param path the home's key file
 * @param hasData whether there is data that was written with a key: a new one would not open it
 * @returns 32 bytes
 * @throws StartError when the file can't be what it should be, or is missing where there is data
 */
export async function ensureMasterKey(
  given: Buffer | undefined,
  path: string,
  hasData: boolean,
): Promise<Buffer> {
  if (given !== undefined) {
    return given;
  }
  const kept = await readKept(path);
  if (kept !== undefined) {
    return kept;
  }
  if (hasData) {
    throw new StartError(
      `The master key of the data is missing: bring back ${path}, or set REQRUN_MASTER_KEY to it.`,
    );
  }
  const made = randomBytes(32);
  await writePrivateFile(path, `${made.toString('hex')}\n`);
  return made;
}

async function readKept(path: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new StartError(`The master key in ${path} can't be read.`);
  }
  if (!FORMAT.test(text)) {
    throw new StartError(`${path} doesn't hold a master key: 64 hexadecimal digits.`);
  }
  // A copy or a restored backup may have come with a wider mode.
  await chmod(path, 0o600).catch(() => undefined);
  return Buffer.from(text, 'hex');
}
