import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { codingsOf, decodeBody } from './decode-body.js';
import { COMPLETION } from './testing/calls.js';

const MAX = 64 * 1024;
const CONTENT = Buffer.from(COMPLETION);
/** `COMPLETION` as the reference encoder writes it: one frame that holds a single raw block. */
const zstd = (content: Buffer): Buffer => {
  // RFC 8878: magic; single segment, content size in 4 bytes; last block, raw, with its size.
  const head = Buffer.alloc(12);
  head.set([0x28, 0xb5, 0x2f, 0xfd, 0xa0]);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
};

describe('a body that was encoded', () => {
  it.each([
    ['gzip', gzipSync(CONTENT)],
    ['x-gzip', gzipSync(CONTENT)],
    ['GZIP', gzipSync(CONTENT)],
    ['br', brotliCompressSync(CONTENT)],
    ['deflate', deflateSync(CONTENT)],
    ['deflate', deflateRawSync(CONTENT)],
    ['zstd', zstd(CONTENT)],
    ['identity, gzip', gzipSync(CONTENT)],
    ['gzip, br', brotliCompressSync(gzipSync(CONTENT))],
    [null, gzipSync(CONTENT)],
    ['gzip', CONTENT],
  ])('with %s is decoded', async (header, body) => {
    expect(await decodeBody(body, codingsOf(header, body), MAX)).toEqual(CONTENT);
  });

  it.each([
    ['an unknown coding', ['pack200'], Buffer.from('x')],
    ['noise', ['gzip'], Buffer.from('noise')],
    ['gzip that is cut', ['gzip'], gzipSync(CONTENT).subarray(0, 30)],
    ['br that is cut', ['br'], brotliCompressSync(CONTENT).subarray(0, 30)],
    ['deflate that is cut', ['deflate'], deflateSync(CONTENT).subarray(0, 30)],
    ['zstd that is cut', ['zstd'], zstd(CONTENT).subarray(0, 30)],
    ['zstd with a window of gigabytes', ['zstd'], Buffer.from('28b52ffd00f8', 'hex')],
    ['nothing as gzip', ['gzip'], Buffer.alloc(0)],
    ['too many codings', ['gzip', 'gzip', 'gzip', 'gzip'], gzipSync(CONTENT)],
  ])('is refused where it is %s', async (_name, codings, body) => {
    expect(await decodeBody(body, codings, MAX)).toBe('bad_encoding');
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(8 * MAX))],
    ['br', brotliCompressSync(Buffer.alloc(8 * MAX))],
    ['deflate', deflateSync(Buffer.alloc(8 * MAX))],
    ['zstd', zstd(Buffer.alloc(2 * MAX))],
  ])('as %s is bounded by what it unfolds to', async (coding, body) => {
    expect(await decodeBody(body, [coding], MAX)).toBe('too_large');
  });

  it('is left alone where it is none', () => {
    expect(codingsOf(null, CONTENT)).toEqual([]);
    expect(codingsOf('identity', CONTENT)).toEqual([]);
    expect(codingsOf('', CONTENT)).toEqual([]);
  });
});
