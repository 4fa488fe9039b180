import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { CliError, type ExitCode, UsageError } from '../exit-codes.js';

/**
 * Reads a request's body.
 *
 * @param path a file, or `-` for standard input
 * @param stdin standard input
 * @param signal ends the reading
 * @returns the JSON object
 * @throws UsageError when there is no such file, or it holds no JSON object; never with its content
 */
export async function readBody(
  path: string,
  stdin: Readable,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  return parseBody(await readText(path, stdin, signal), path);
}

/**
 * Reads a text.
 *
 * @param path a file, or `-` for standard input
 * @param stdin standard input
 * @param signal ends the reading
 * @throws UsageError when there is no such file
 */
export function readText(path: string, stdin: Readable, signal: AbortSignal): Promise<string> {
  return path === '-' ? readAll(stdin, signal) : readNamed(path);
}

/**
 * Parses a request's body.
 *
 * @param content what was read
 * @param path stands in the errors
 * @throws UsageError when it is no JSON object
 */
export function parseBody(content: string, path: string): Record<string, unknown> {
  const name = path === '-' ? 'Standard input' : path;
  let body: unknown;
  try {
    body = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The rest of the message repeats what was read, which is a prompt.
    const [position] = /at position \d+/.exec((error as Error).message) ?? [];
    throw new UsageError(`${name} is not valid JSON${position ? ` (${position})` : ''}.`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UsageError(`${name} must hold a JSON object: the body of a request.`);
  }
  return body as Record<string, unknown>;
}

async function readNamed(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT'
        ? `There is no file ${path}.`
        : `${path} can't be read (${code ?? 'unknown error'}).`,
    );
  }
}

async function readAll(stdin: Readable, signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, stdin));
  } catch (error) {
    if (signal.aborted) {
      throw new CliError(signal.reason as ExitCode, 'Interrupted; nothing was sent.');
    }
    throw error;
  }
}
