import { DatabaseError } from '@reqrun/platform/database';

/**
 * How what shares a statement is grouped, whatever the statement does. One of a kind is under way at a
 * time: with two, groups are half as large, and each costs PostgreSQL and its client as much again.
 */
export const STATEMENT_GROUPS = {
  maxItems: 256,
  maxBytes: 8 * 1024 * 1024,
  isItemError: (error: unknown): boolean => error instanceof DatabaseError && error.kind === 'data',
  isTransient: (error: unknown): boolean =>
    error instanceof DatabaseError && error.kind === 'conflict',
} as const;

/**
 * An array as a literal of PostgreSQL, for values that never need quotes: UUIDs, numbers, words of
 * enums, codes of our own. The driver quotes every element of an array it is given, which costs more than all else that
 * it does for a group.
 *
 * @param values no text from outside
 */
export function pgArrayLiteral(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/**
 * The order of UUIDs in the database: that of their hexadecimal digits.
 *
 * @param a one text
 * @param b another
 * @returns below 0, 0 or above, as `sort` takes it
 */
export const compareUuids = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Bytes, whole or in parts that belong together. */
export type BlobBytes = Buffer | readonly Buffer[];

/** The blobs of a group as one parameter. */
export interface BlobPack {
  all: Buffer;
  /** Where each begins, counted from 1 as SQL's substring does. */
  offsets: number[];
  /** How long each is; 0 for none. */
  lengths: number[];
}

/**
 * How long a blob is, in bytes.
 *
 * @param blob whole or in parts
 */
export function bytesOf(blob: BlobBytes): number {
  return Buffer.isBuffer(blob) ? blob.length : blob.reduce((sum, { length }) => sum + length, 0);
}

/**
 * Joins blobs, because an array of bytea would be sent as hexadecimal text.
 *
 * @param blobs one per item; null for none
 */
export function packBlobs(blobs: readonly (BlobBytes | null)[]): BlobPack {
  const offsets: number[] = [];
  const lengths: number[] = [];
  const parts: Buffer[] = [];
  let at = 1;
  for (const blob of blobs) {
    const length = blob === null ? 0 : bytesOf(blob);
    offsets.push(at);
    lengths.push(length);
    at += length;
    if (Buffer.isBuffer(blob)) {
      parts.push(blob);
    } else if (blob !== null) {
      parts.push(...blob);
    }
  }
  // One alone, such as a large one, is not copied.
  const [first] = parts;
  const all = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, at - 1);
  return { all, offsets, lengths };
}
