import { isUtf8 } from 'node:buffer';

import fc from 'fast-check';

import { JsonScanner } from './scan-json.js';
import { type Member, spelled, spelledObject } from './testing/spelling.js';

const UNBOUND = { depth: 1_000, structure: Infinity };

function scan(text: string, slice = Infinity, limits = UNBOUND): JsonScanner {
  const scanner = new JsonScanner(Buffer.from(text), limits);
  while (!scanner.read(slice)) {
    // Reads on.
  }
  return scanner;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Texts that are nearly JSON: a valid one with a piece cut out, put in or doubled. */
const nearly = fc
  .tuple(
    fc.jsonValue(),
    fc.integer(),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.string({
      unit: fc.constantFrom(...Array.from('{}[],:"\\u0e.-+1 \n\ttrfalsn\u0001é😀')),
      maxLength: 3,
    }),
  )
  .map(([value, seed, at, cut, put]) => {
    const text = spelled(value, seed);
    const place = at % (text.length + 1);
    return text.slice(0, place) + put + text.slice(place + cut);
  });

/** Few names, so that they repeat; some that need escapes, or that objects have by themselves. */
const names = fc.oneof(
  fc.constantFrom('', 'a', 'wait', 'wa"it', '\\', '{', 'é', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const members: fc.Arbitrary<Member[]> = fc.array(fc.tuple(names, fc.jsonValue()), { maxLength: 6 });

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
    : 0;

const structureOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) {
    return 0;
  }
  const items = Object.values(value);
  const colons = Array.isArray(value) ? 0 : items.length;
  return items.reduce<number>(
    (sum, item) => sum + structureOf(item),
    1 + colons + Math.max(0, items.length - 1),
  );
};

describe('a JSON text that is judged in slices', () => {
  it('is taken when JSON.parse takes it, and refused when that does', () => {
    fc.assert(
      fc.property(nearly, fc.integer({ min: 1, max: 40 }), (text, slice) => {
        fc.pre(text.isWellFormed());
        expect(scan(text, slice).fault).toBe(parses(text) ? null : 'invalid');
      }),
      { numRuns: 5_000 },
    );
  });

  it('is taken in every spelling of every value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer(), (value, seed) => {
        const text = spelled(value, seed);
        fc.pre(isUtf8(Buffer.from(text)) && text.isWellFormed());
        expect(scan(text, 7).fault).toBeNull();
      }),
    );
  });

  it('has its members in order with their names and values, duplicates included', () => {
    fc.assert(
      fc.property(members, fc.integer(), (given, seed) => {
        const text = spelledObject(given, seed);
        fc.pre(text.isWellFormed());
        const bytes = Buffer.from(text);
        const found = scan(text, 5);
        expect(found.isObject).toBe(true);
        expect(
          found.members.map(({ name, start, valueStart, end }) => [
            name,
            bytes.toString('utf8', start, start + 1),
            JSON.parse(bytes.toString('utf8', valueStart, end)) as unknown,
          ]),
        ).toEqual(
          given.map(([name, value]) => [name, '"', JSON.parse(JSON.stringify(value)) as unknown]),
        );
      }),
    );
  });

  it('has the depth and the structure of its value, however it is spelled', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer(), (value, seed) => {
        const text = spelled(value, seed);
        fc.pre(text.isWellFormed());
        const exact = { depth: depthOf(value), structure: structureOf(value) };
        expect(scan(text, 9, exact).fault).toBeNull();
        if (exact.depth > 0) {
          expect(scan(text, 9, { ...exact, depth: exact.depth - 1 }).fault).toBe('too_deep');
          expect(scan(text, 9, { ...exact, structure: exact.structure - 1 }).fault).toBe(
            'too_complex',
          );
        }
      }),
    );
  });

  it('of a hundred thousand brackets is read without recursion', () => {
    const deep = { depth: 100_000, structure: Infinity };
    expect(scan('['.repeat(100_000) + ']'.repeat(100_000), Infinity, deep).fault).toBeNull();
  });

  it.each(['01', '-', '1.', '.5', '1e', '+1', 'nul', 'truee', '"\\x"', '"\\u12g4"', '"\t"', ''])(
    '%p is refused',
    (text) => {
      expect(scan(text).fault).toBe('invalid');
    },
  );

  it('is refused where it is too deep or has too many parts, wherever that is known first', () => {
    expect(scan('[[[[', 2, { depth: 3, structure: 100 }).fault).toBe('too_deep');
    expect(scan('[[[]]]', 2, { depth: 3, structure: 100 }).fault).toBeNull();
    expect(scan('[1,2,3,4', 2, { depth: 3, structure: 3 }).fault).toBe('too_complex');
    expect(scan('{"a":1}', 2, { depth: 3, structure: 2 }).fault).toBeNull();
  });
});
