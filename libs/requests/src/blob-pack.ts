/** The blobs of a group as one parameter. */
export interface BlobPack {
  all: Buffer;
  /** Where each begins, counted from 1 as SQL's substring does. */
  offsets: number[];
  /** How long each is; 0 for none. */
  lengths: number[];
}

/**
 * Joins blobs, because an array of bytea would be sent as hexadecimal text.
 *
 * @param blobs one per item; null for none
 */
export function packBlobs(blobs: readonly (Buffer | null)[]): BlobPack {
  const offsets: number[] = [];
  const lengths: number[] = [];
  const parts: Buffer[] = [];
  let at = 1;
  for (const blob of blobs) {
    offsets.push(at);
    lengths.push(blob?.length ?? 0);
    if (blob !== null) {
      parts.push(blob);
      at += blob.length;
    }
  }
  return { all: Buffer.concat(parts), offsets, lengths };
}
