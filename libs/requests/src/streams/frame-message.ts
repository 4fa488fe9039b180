import type { LogHead, StoredFrame } from './frame-batch.js';

/** Frames of one log that follow each other, as a worker shows them. */
export interface ShownFrames {
  /** UUID of the request. */
  readonly id: string;
  readonly log: number;
  /** Number of the first frame. */
  readonly from: number;
  readonly frames: readonly StoredFrame[];
  /** Head of the log, with its first frame alone. */
  readonly head: LogHead | null;
}

/** Frames as the message between processes names them; their bytes are its blob. */
export interface WireFrames extends Omit<ShownFrames, 'frames'> {
  /** Twice the length of each frame in bytes, one more where it has the usage alone. */
  readonly lengths: readonly number[];
}

/**
 * Encodes frames.
 *
 * @param shown the frames
 * @returns the message, and its blob
 */
export function toWireFrames({ frames, ...rest }: ShownFrames): [WireFrames, Buffer] {
  const lengths = frames.map(({ bytes, usageOnly }) => bytes.length * 2 + (usageOnly ? 1 : 0));
  const [only] = frames;
  const blob =
    frames.length === 1 && only !== undefined
      ? only.bytes
      : Buffer.concat(frames.map(({ bytes }) => bytes));
  return [{ ...rest, lengths }, blob];
}

/**
 * Decodes frames.
 *
 * @param wire the message
 * @param blob its blob
 */
export function fromWireFrames({ lengths, ...rest }: WireFrames, blob: Buffer): ShownFrames {
  let at = 0;
  const frames = lengths.map((length) => ({
    bytes: blob.subarray(at, (at += length >> 1)),
    usageOnly: (length & 1) === 1,
  }));
  return { ...rest, frames };
}
