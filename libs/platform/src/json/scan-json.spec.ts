import { isUtf8 } from 'node:buffer';

import fc from 'fast-check';

import { topLevelMembers } from './raw-json.js';
import { JsonScanner } from './scan-json.js';
import { spelled } from './testing/spelling.js';

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

  it('has the members that a parsed one has, at the same places', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()),
        fc.integer(),
        (value, seed) => {
          const text = spelled(value, seed);
          const bytes = Buffer.from(text);
          const found = scan(text, 5);
          const inBytes = (place: number) => Buffer.byteLength(text.slice(0, place));
          expect(found.isObject).toBe(true);
          expect(found.members).toEqual(
            topLevelMembers(text).map(({ name, start, valueStart, end }) => ({
              name,
              start: inBytes(start),
              valueStart: inBytes(valueStart),
              end: inBytes(end),
            })),
          );
          expect(bytes.length).toBeGreaterThan(0);
        },
      ),
    );
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
