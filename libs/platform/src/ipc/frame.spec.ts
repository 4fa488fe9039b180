import { encodeFrame, type Frame, FrameReader } from './frame.js';

/** From here on a frame's blobs are written as they are instead of being copied. */
const COPY_LIMIT = 64 * 1024;

const bytesOf = (frames: readonly Frame[]): Buffer => Buffer.concat(frames.flatMap(encodeFrame));

/** The frames that come out of a stream that arrives in chunks of one size. */
function readInChunks(bytes: Buffer, size: number): Frame[] {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    frames.push(...reader.push(bytes.subarray(at, at + size)));
  }
  return frames;
}

/** Bytes of which no two neighbours are alike, so that a blob cut at the wrong place differs. */
const blob = (length: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, n) => (n * 31 + seed * 101 + (n >> 8)) & 0xff));

const SMALL: readonly Frame[] = [
  { message: { kind: 'start', text: 'ü ключ \u0000 "' }, blobs: [blob(5, 1), blob(0, 2)] },
  { message: null, blobs: [] },
  { message: [1, 'two'], blobs: [Buffer.alloc(0)] },
  { message: {}, blobs: [blob(40, 3), blob(1, 4), blob(0, 5), blob(7, 6)] },
];

describe('frames', () => {
  it('that are cut at any byte boundary come out whole and in order', () => {
    const bytes = bytesOf(SMALL);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const reader = new FrameReader();
      const frames = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) =>
        reader.push(chunk),
      );
      expect(frames).toEqual(SMALL);
    }
  });

  it('that arrive in chunks of any size come out whole and in order', () => {
    const bytes = bytesOf(SMALL);
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(readInChunks(bytes, size)).toEqual(SMALL);
    }
  });

  it('that arrive together in one chunk come out one by one', () => {
    expect(new FrameReader().push(bytesOf([...SMALL, ...SMALL]))).toEqual([...SMALL, ...SMALL]);
  });

  it('come out as soon as their last byte is there, and not before', () => {
    const reader = new FrameReader();
    const bytes = bytesOf(SMALL.slice(0, 1));
    expect(reader.push(bytes.subarray(0, -1))).toEqual([]);
    expect(reader.push(bytes.subarray(-1))).toEqual(SMALL.slice(0, 1));
  });

  it.each([COPY_LIMIT - 1_000, COPY_LIMIT, 3 * COPY_LIMIT + 1])(
    'with large blobs (%i bytes) come out whole, between small ones',
    (length) => {
      const large = { message: 'large', blobs: [blob(length, 7), blob(0, 8), blob(length, 9)] };
      const frames = [SMALL[0]!, large, SMALL[3]!, large];
      const bytes = bytesOf(frames);
      for (const size of [1_000, COPY_LIMIT, 100_003, bytes.length]) {
        const read = readInChunks(bytes, size);
        expect(read.map(({ message }) => message)).toEqual(frames.map(({ message }) => message));
        const blobs = read.map(({ blobs }) => blobs);
        expect(Buffer.concat(blobs.flat()).equals(bytesOfBlobs(frames))).toBe(true);
        expect(blobs.map((some) => some.map(({ length }) => length))).toEqual(
          frames.map(({ blobs }) => blobs.map(({ length }) => length)),
        );
      }
    },
  );

  it('copy no large blob on their way out', () => {
    const large = blob(COPY_LIMIT, 10);
    expect(encodeFrame({ message: 'large', blobs: [large] })).toContain(large);
  });
});

describe('what is made of no frames', () => {
  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')],
    ['a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex')],
    ['zeros', Buffer.alloc(64)],
    ['no JSON', Buffer.concat([Buffer.from([0, 0, 0, 3, 0, 0, 0, 0]), Buffer.from('abc')])],
    ['other JSON', Buffer.concat([Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]), Buffer.from('null')])],
    [
      'wrong lengths',
      Buffer.concat([Buffer.from([0, 0, 0, 7, 0, 0, 0, 1]), Buffer.from('[1,[2]]x')]),
    ],
  ])('is refused at once: %s', (_what, bytes) => {
    expect(() => new FrameReader().push(bytes)).toThrow();
  });
});

const bytesOfBlobs = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.flatMap(({ blobs }) => [...blobs]));
