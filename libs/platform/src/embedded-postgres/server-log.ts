import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises';

/** Above this size in bytes a log starts anew; one older log is kept. */
const LIMIT_BYTES = 5 * 1024 * 1024;
/** How often a running server's log is measured, in milliseconds. */
const INTERVAL_MS = 10 * 60_000;

/**
 * Copies a log aside and empties it once it is too large. The server holds the file open for
 * appending, so it goes on at the new end; renaming would leave it writing to the old file.
 */
export async function rotateLog(path: string, limitBytes = LIMIT_BYTES): Promise<void> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > limitBytes) {
    await copyFile(path, `${path}.1`);
    await truncate(path);
  }
}

/** Keeps the log of a running server small until the returned function is called. */
export function keepLogSmall(path: string): () => void {
  // A full disk must not end the process over a log.
  const timer = setInterval(() => void rotateLog(path).catch(() => undefined), INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** How long a log is at the moment, in bytes: what a later start writes comes after this. */
export async function logEnd(path: string): Promise<number> {
  return await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}

/** The last lines that were written behind `from`, for an error message. */
export async function lastLines(path: string, from: number, count = 12): Promise<string> {
  const text = await readFile(path).catch(() => Buffer.alloc(0));
  const lines = text.subarray(from).toString('utf8').trim().split('\n');
  return lines.slice(-count).join('\n');
}

/** Opens a log for a child process to append to; only its owner may read it. */
export async function openLog(path: string): Promise<{ fd: number; close: () => Promise<void> }> {
  const file = await open(path, 'a', 0o600);
  return { fd: file.fd, close: () => file.close() };
}
