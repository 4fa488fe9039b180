import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

import { UsageError } from '../exit-codes.js';
import type { Output } from '../output/output.js';

/** Outcome of a line. */
export interface BatchResult {
  /** The number of the line, from 1. */
  readonly line: number;
  readonly custom_id: string | null;
  readonly idempotency_key: string;
  /** `rr_…`; null for a line that was refused. */
  readonly id: string | null;
  /** `refused`: it was not accepted, and can be sent again as soon as it is right. */
  readonly status: 'completed' | 'failed' | 'canceled' | 'refused';
  /** The provider's answer; null where there is none. */
  readonly result: unknown;
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

/** Destination of results, one a line, each whole as soon as it is there. */
export interface BatchResults {
  /** The results that were there before, by key. */
  readonly known: ReadonlyMap<string, BatchResult>;
  /** Writes a result. */
  write(result: BatchResult): void;
  close(): void;
}

/**
 * Results to standard output.
 *
 * @param output of the program
 */
export const toOutput = (output: Output): BatchResults => ({
  known: new Map(),
  write: (result) => output.result(JSON.stringify(result)),
  close: () => undefined,
});

/**
 * Results in a file, which is gone on with: those that are there stay, but for a line that was cut by a kill, and lines
 * that were refused.
 *
 * @param path the file
 * @throws UsageError when it can't be read or written, or holds something else
 */
export function toFile(path: string): BatchResults {
  try {
    const known = new Map(
      readKnown(path).map((result) => [result.idempotency_key, result] as const),
    );
    const next = `${path}.part`;
    writeFileSync(
      next,
      [...known.values()].map((result) => `${JSON.stringify(result)}\n`).join(''),
    );
    renameSync(next, path);
    const file = openSync(path, 'a');
    return {
      known,
      write: (result) => void writeSync(file, `${JSON.stringify(result)}\n`),
      close: () => closeSync(file),
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw error instanceof UsageError
      ? error
      : new UsageError(`${path} can't be written (${code ?? 'unknown error'}).`);
  }
}

function readKnown(path: string): BatchResult[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  // What follows the last line feed was cut.
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line, index) => {
    const result = parse(line);
    if (typeof result?.idempotency_key !== 'string' || typeof result.line !== 'number') {
      throw new UsageError(`${path} holds no results of a batch: line ${index + 1} is none.`);
    }
    return result.id === null ? [] : [result as BatchResult];
  });
}

function parse(line: string): Partial<BatchResult> | null {
  try {
    return JSON.parse(line) as Partial<BatchResult> | null;
  } catch {
    return null;
  }
}
