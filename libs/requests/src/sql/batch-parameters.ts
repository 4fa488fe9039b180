import { DatabaseError } from '@reqrun/platform/database';

/**
 * Grouping of rows that share a statement, alike for all statements. One statement of a kind runs at a time:
 * with two, groups would be half as large, and each costs PostgreSQL and its client as much again.
 */
export const STATEMENT_GROUPS = {
  maxItems: 256,
  maxBytes: 8 * 1024 * 1024,
  isItemError: (error: unknown): boolean => error instanceof DatabaseError && error.kind === 'data',
  isTransient: (error: unknown): boolean =>
    error instanceof DatabaseError && error.kind === 'conflict',
} as const;

/**
 * Returns an array literal of PostgreSQL, for values that never need quotes: UUIDs, numbers, enum values and
 * our own codes. The driver would quote every element of an array, which costs more than all its other work
 * for a group.
 *
 * @param values the elements, never text from outside
 */
export function pgArrayLiteral(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

/**
 * Compares UUIDs in the order of the database, which is that of their hexadecimal digits.
 *
 * @param a a UUID
 * @param b another UUID
 * @returns a negative number, 0 or a positive number, as for `sort`
 */
export const compareUuids = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Bytes of one blob, whole or in parts. */
export type BlobBytes = Buffer | readonly Buffer[];

/** Blobs of a group as one parameter. */
export interface BlobPack {
  all: Buffer;
  /** Offset of each blob, counted from 1 as in SQL's substring. */
  offsets: number[];
  /** Length of each blob, in bytes; 0 for none. */
  lengths: number[];
}

/**
 * Returns the length of a blob, in bytes.
 *
 * @param blob the blob, whole or in parts
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
  // A single blob, such as a large one, is not copied.
  const [first] = parts;
  const all = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, at - 1);
  return { all, offsets, lengths };
}
