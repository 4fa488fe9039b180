/** A body that costs far more than its length suggests, if it is not checked with care. */
export interface Shape {
  readonly name: string;
  /** Returns the body. */
  make(): Buffer;
}

const MIB = 1024 * 1024;
/** Size of a large body in bytes, just below the default limit. */
const LARGE = 31 * MIB;
const HEAD = '{"model":"bench","messages":[{"role":"user","content":"hi"}]';

/** Returns a body of about 31 MiB: a beginning, one part repeated, an end. */
const repeated = (begin: string, part: string, end: string): Buffer =>
  Buffer.concat([
    Buffer.from(begin),
    Buffer.alloc(Math.floor(LARGE / part.length) * part.length, part),
    Buffer.from(end),
  ]);

const members = (count: number): string =>
  Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',');

/** Shapes that once blocked the process for seconds, and large bodies that are valid. */
export const SHAPES: readonly Shape[] = [
  {
    name: '80,000 unknown fields in orq, 0.8 MiB',
    make: () => Buffer.from(`${HEAD},"orq":{${members(80_000)}}}`),
  },
  {
    name: 'a number of 100,000 digits, 0.1 MiB',
    make: () => Buffer.from(`${HEAD},"seed":1${'0'.repeat(99_998)}1}`),
  },
  {
    name: 'members beside wait',
    make: () => Buffer.from(`${HEAD},"wait":true,${members(2_300_000)}}`),
  },
  {
    name: 'lists, 100 deep',
    make: () => repeated(`${HEAD},"a":[0`, `,${'['.repeat(100)}${']'.repeat(100)}`, ']}'),
  },
  { name: 'lists in wait', make: () => repeated(`${HEAD},"wait":[[1]`, ',[1]', ']}') },
  {
    name: 'numbers in on_codes',
    make: () => repeated(`${HEAD},"retry":{"on_codes":[1`, ',1', ']}}'),
  },
  { name: 'empty messages', make: () => repeated('{"model":"bench","messages":[{}', ',{}', ']}') },
  { name: 'a model', make: () => repeated('{"messages":[1],"model":"', 'm', '"}') },
  { name: 'one prompt', make: () => prompt('x') },
  { name: 'one prompt of escapes', make: () => prompt('\\n') },
  { name: 'one prompt of umlauts', make: () => prompt('ä') },
];

const prompt = (part: string): Buffer => {
  const bytes = Buffer.from(part);
  return Buffer.concat([
    Buffer.from('{"model":"bench","messages":[{"role":"user","content":"'),
    Buffer.alloc(Math.floor(LARGE / bytes.length) * bytes.length, bytes),
    Buffer.from('"}]}'),
  ]);
};
