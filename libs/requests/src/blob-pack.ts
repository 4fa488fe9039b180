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
