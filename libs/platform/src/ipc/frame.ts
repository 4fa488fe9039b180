/** Message of one process to another: something that JSON can say, and bytes that it can't. */
export interface Frame {
  message: unknown;
  blobs: readonly Buffer[];
}

/** Two lengths: of the JSON that tells message and blob lengths, of all blobs. */
const HEAD_BYTES = 8;
/** Beyond this a frame is written in parts instead of being copied together. */
const COPY_BELOW_BYTES = 64 * 1024;
/** Far more than any message is long, and less than the first bytes of other protocols make. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/**
 * A frame as bytes.
 *
 * @param frame what to tell
 * @returns parts to be written one after the other
 */
export function encodeFrame({ message, blobs }: Frame): readonly Buffer[] {
  const json = JSON.stringify([message, blobs.map((blob) => blob.length)]);
  const jsonBytes = Buffer.byteLength(json);
  const blobBytes = blobs.reduce((sum, blob) => sum + blob.length, 0);
  const head = Buffer.allocUnsafe(HEAD_BYTES + jsonBytes);
  head.writeUInt32BE(jsonBytes, 0);
  head.writeUInt32BE(blobBytes, 4);
  head.write(json, HEAD_BYTES);
  return head.length + blobBytes < COPY_BELOW_BYTES
    ? [Buffer.concat([head, ...blobs])]
    : [head, ...blobs];
}

/** Cuts a stream of bytes into the frames that it is made of. */
export class FrameReader {
  private parts: Buffer[] = [];
  private held = 0;
  /** Bytes that are needed before it is worth looking again. */
  private wanted = HEAD_BYTES;

  /**
   * Takes what has arrived.
   *
   * @param chunk the next bytes of the stream
   * @returns the frames that are complete now; their blobs are views on the bytes that arrived
   * @throws when the stream is not made of frames
   */
  push(chunk: Buffer): Frame[] {
    this.parts.push(chunk);
    this.held += chunk.length;
    if (this.held < this.wanted) {
      return [];
    }
    let bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts, this.held);
    const frames: Frame[] = [];
    this.wanted = HEAD_BYTES;
    while (bytes.length >= HEAD_BYTES) {
      const jsonBytes = bytes.readUInt32BE(0);
      if (jsonBytes > MAX_JSON_BYTES) {
        throw new RangeError('these are no frames');
      }
      const jsonEnd = HEAD_BYTES + jsonBytes;
      const end = jsonEnd + bytes.readUInt32BE(4);
      if (bytes.length < end) {
        this.wanted = end;
        break;
      }
      frames.push(decode(bytes, jsonEnd, end));
      bytes = bytes.subarray(end);
    }
    this.parts = bytes.length === 0 ? [] : [bytes];
    this.held = bytes.length;
    return frames;
  }
}

function decode(bytes: Buffer, jsonEnd: number, end: number): Frame {
  const [message, lengths] = JSON.parse(bytes.toString('utf8', HEAD_BYTES, jsonEnd)) as [
    unknown,
    readonly number[],
  ];
  let at = jsonEnd;
  const blobs = lengths.map((length) => bytes.subarray(at, (at += length)));
  if (at !== end) {
    throw new RangeError('these are no frames');
  }
  return { message, blobs };
}
