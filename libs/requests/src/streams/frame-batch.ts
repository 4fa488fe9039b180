import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';

import type { AnsweredBy } from '../lifecycle/dispatch.js';

/** A frame as a log keeps it. */
export interface StoredFrame {
  /** Bytes of the event, without its `id:` line. */
  readonly bytes: Buffer;
  /** Whether it has the usage and nothing else: it is left out for a reader who did not ask for that. */
  readonly usageOnly: boolean;
}

/** The beginning of a stream: headers, and who speaks. */
export interface LogHead {
  /** The provider's headers, as they reach a caller. */
  readonly headers: Readonly<Record<string, string>>;
  /** The model and the provider that it is from; absent in logs of an earlier version. */
  readonly answeredBy?: AnsweredBy;
}

/** Content of one batch. */
export interface FrameBatch {
  /** The head of the log; only its first batch has one. */
  readonly head: LogHead | null;
  readonly frames: readonly StoredFrame[];
}

/** Frames of one stream differ in a few bytes: a small window finds all that repeats. */
const WINDOW_BITS = 12;
const DEFLATE = { level: 1, windowBits: WINDOW_BITS, memLevel: 5 };
/** Size from which a batch is compressed on another thread, in bytes. */
const LARGE_BYTES = 64 * 1024;
const CONTINUES = 0x80;
const LOW_BITS = 0x7f;

const deflateOnThread = promisify(deflateRaw);
const inflateOnThread = promisify(inflateRaw);

/**
 * The dictionary that the later batches of a log are compressed with: its first frame, of which each other one
 * repeats most.
 *
 * @param firstFrame bytes of frame 0
 */
export const dictionaryOf = (firstFrame: Buffer): Buffer =>
  firstFrame.subarray(0, 1 << WINDOW_BITS);

/**
 * Packs a batch, compressed.
 *
 * @param batch the content
 * @param dictionary that of the log; null for its first batch
 */
export async function packBatch(batch: FrameBatch, dictionary: Buffer | null): Promise<Buffer> {
  const head = batch.head === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(batch.head));
  const numbers = [head.length, batch.frames.length];
  for (const { bytes, usageOnly } of batch.frames) {
    numbers.push(bytes.length * 2 + (usageOnly ? 1 : 0));
  }
  const plain = Buffer.concat([
    encodeNumbers(numbers),
    head,
    ...batch.frames.map(({ bytes }) => bytes),
  ]);
  const options = dictionary === null ? DEFLATE : { ...DEFLATE, dictionary };
  return plain.length < LARGE_BYTES
    ? deflateRawSync(plain, options)
    : deflateOnThread(plain, options);
}

/**
 * Unpacks what `packBatch` returned.
 *
 * @param packed the compressed batch
 * @param dictionary that of the log; null for its first batch
 */
export async function unpackBatch(packed: Buffer, dictionary: Buffer | null): Promise<FrameBatch> {
  const options = {
    windowBits: WINDOW_BITS,
    ...(dictionary !== null && { dictionary }),
  };
  const plain =
    packed.length < LARGE_BYTES
      ? inflateRawSync(packed, options)
      : await inflateOnThread(packed, options);
  const numbers = new NumberReader(plain);
  const headBytes = numbers.next();
  const lengths = Array.from({ length: numbers.next() }, () => numbers.next());
  const headEnd = numbers.at + headBytes;
  const head =
    headBytes === 0 ? null : (JSON.parse(plain.toString('utf8', numbers.at, headEnd)) as LogHead);
  let at = headEnd;
  const frames = lengths.map((length) => ({
    bytes: plain.subarray(at, (at += length >> 1)),
    usageOnly: (length & 1) === 1,
  }));
  if (at !== plain.length) {
    throw new RangeError('this is no batch of frames');
  }
  return { head, frames };
}

/** Encodes numbers of 0 to 2^31-1, seven bits to a byte, the low ones first. */
function encodeNumbers(numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let number of numbers) {
    while (number > LOW_BITS) {
      bytes.push((number & LOW_BITS) | CONTINUES);
      number >>>= 7;
    }
    bytes.push(number);
  }
  return Buffer.from(bytes);
}

/** Reads what `encodeNumbers` wrote. */
class NumberReader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  next(): number {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at);
      this.at += 1;
      number |= (byte & LOW_BITS) << shift;
      if ((byte & CONTINUES) === 0) {
        return number >>> 0;
      }
    }
  }
}
