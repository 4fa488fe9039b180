import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that only its owner can read, whole or not at all: a crash in the middle leaves the
 * old one.
 *
 * @param path where
 * @param text its whole content
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
