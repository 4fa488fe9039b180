import { promisify } from 'node:util';
import zlib from 'node:zlib';

import { Decompress } from 'fzstd';

/** Reason for which a body stays closed. */
export type DecodeProblem = 'bad_encoding' | 'too_large';

type Decoder = (body: Buffer, maxBytes: number) => Promise<Buffer>;

/** The most codings that one answer may have been through. */
const MAX_CODINGS = 3;
/** RFC 9659: the window of the content coding zstd is at most 8 MiB. */
const MAX_ZSTD_WINDOW = 8 * 1024 * 1024;
/** `{` */
const BRACE = 0x7b;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Slices in which zstd is read, so that a small input can't unfold to gigabytes unseen. */
const ZSTD_SLICE_BYTES = 4 * 1024;

/** The code of zlib's own error. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const brotli = promisify(zlib.brotliDecompress);

const gzip: Decoder = (body, maxOutputLength) => gunzip(body, { maxOutputLength });
const DECODERS: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['br', (body, maxOutputLength) => brotli(body, { maxOutputLength })],
  [
    'deflate',
    async (body, maxOutputLength) => {
      try {
        return await inflate(body, { maxOutputLength });
      } catch (error) {
        // RFC 9110, 8.4.1.2: some send the data without the zlib format around it.
        if (isTooLarge(error)) {
          throw error;
        }
        return inflateRaw(body, { maxOutputLength });
      }
    },
  ],
  ['zstd', (body, maxBytes) => Promise.resolve(unzstd(body, maxBytes))],
]);

/**
 * Names the content codings of a body, in the order in which they were applied.
 *
 * @param header the value of `content-encoding`, null where there was none
 * @param body the bytes as they came
 * @returns an empty list where the bytes are the content itself
 */
export function codingsOf(header: string | null, body: Buffer): readonly string[] {
  const named = (header ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (named.length === 0) {
    // No JSON begins so: a proxy took the header away and left the bytes.
    return startsWith(body, GZIP_MAGIC) ? ['gzip'] : [];
  }
  return named;
}

/**
 * Undoes content codings. A coding that was declined comes all the same from some servers and proxies.
 *
 * @param body the bytes as they came
 * @param codings names of codings in the order in which they were applied
 * @param maxBytes the most that any step may unfold to, in bytes
 * @returns the content, or what is wrong with it; never rejects
 */
export async function decodeBody(
  body: Buffer,
  codings: readonly string[],
  maxBytes: number,
): Promise<Buffer | DecodeProblem> {
  if (codings.length > MAX_CODINGS) {
    return 'bad_encoding';
  }
  let content = body;
  for (const coding of codings.toReversed()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) {
      return 'bad_encoding';
    }
    try {
      content = await decode(content, maxBytes);
    } catch (error) {
      if (isTooLarge(error)) {
        return 'too_large';
      }
      // A header that was copied from elsewhere beside a plain body.
      return content === body && body[0] === BRACE ? body : 'bad_encoding';
    }
  }
  return content;
}

/** Decodes zstd in JavaScript: Node has it of its own from 22.15 on only. */
function unzstd(body: Buffer, maxBytes: number): Buffer {
  if (!startsWith(body, ZSTD_MAGIC) || zstdWindow(body) > MAX_ZSTD_WINDOW) {
    throw new Error('This is no zstd that may be decoded.');
  }
  const parts: Uint8Array[] = [];
  const state = { bytes: 0, isWhole: false };
  const stream = new Decompress((part, last) => {
    state.bytes += part.length;
    if (state.bytes > maxBytes) {
      throw Object.assign(new Error('The content is too large.'), { code: TOO_LARGE });
    }
    parts.push(part);
    state.isWhole ||= last === true;
  });
  for (let at = 0; at < body.length; at += ZSTD_SLICE_BYTES) {
    stream.push(body.subarray(at, at + ZSTD_SLICE_BYTES), at + ZSTD_SLICE_BYTES >= body.length);
  }
  if (!state.isWhole) {
    throw new Error('The content is cut.');
  }
  return Buffer.concat(parts, state.bytes);
}

/** Length of a frame's dictionary id, by the descriptor's last two bits. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];

/**
 * The window that the first frame asks for, in bytes (RFC 8878, 3.1.1.1). A frame of a single segment
 * has its content's size for a window.
 */
function zstdWindow(body: Buffer): number {
  const descriptor = body[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const window = body[5] ?? 0;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const at = 5 + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0);
  const size = 2 ** (descriptor >> 6);
  if (body.length < at + size) {
    return Infinity;
  }
  return size === 8 ? Number(body.readBigUInt64LE(at)) : body.readUIntLE(at, size);
}

function startsWith(body: Buffer, magic: Buffer): boolean {
  return body.subarray(0, magic.length).equals(magic);
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === TOO_LARGE;
}
