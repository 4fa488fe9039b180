import { type BlobBytes, bytesOf } from '../sql/batch-parameters.js';

/** Frames of a log that are to be committed as one row, sealed. */
export interface SealedBatch {
  /** Number of the first frame. */
  readonly from: number;
  /** Number of frames. */
  readonly frames: number;
  readonly blob: BlobBytes;
}

/**
 * Returns the length of a sealed batch, in bytes.
 *
 * @param batch the batch
 */
export const sealedBytes = ({ blob }: SealedBatch): number => bytesOf(blob);
