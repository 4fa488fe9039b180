import fc from 'fast-check';

import { canonicalJson, canonicalPiecesOf } from './canonical-json.js';
import { spelled, spelledObject } from './testing/spelling.js';

const seeds = fc.integer();

/** The same value with the members of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reordered);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, item]) => [name, reordered(item)]),
      )
    : value;
}

/** JSON knows no -0 beside 0. */
const sameJson = (a: unknown, b: unknown): boolean => {
  const canonical = (value: unknown): string =>
    JSON.stringify(value, (_name, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1)))
        : item,
    );
  return canonical(a) === canonical(b);
};

describe('the canonical spelling of JSON', () => {
  it('is the same for every spelling and every order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), seeds, seeds, (value, one, other) => {
        expect(canonicalJson(spelled(value, one))).toBe(
          canonicalJson(spelled(reordered(value), other)),
        );
      }),
    );
  });

  it('is the same for two texts only if they mean the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
        expect(canonicalJson(spelled(a, 1)) === canonicalJson(spelled(b, 2))).toBe(sameJson(a, b));
      }),
    );
  });

  it('differs when any one value changes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
        fc.nat(),
        fc.jsonValue(),
        (object, which, replacement) => {
          const names = Object.keys(object);
          const name = names[which % names.length] ?? '';
          fc.pre(!sameJson(object[name], replacement));
          const changed = Object.entries(object).map(
            ([key, value]) => [key, key === name ? replacement : value] as const,
          );
          expect(canonicalJson(spelledObject(changed, 1))).not.toBe(
            canonicalJson(spelledObject(Object.entries(object), 2)),
          );
        },
      ),
    );
  });

  it('is its own canonical spelling, and still JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), seeds, (value, seed) => {
        const canonical = canonicalJson(spelled(value, seed));
        expect(canonicalJson(canonical)).toBe(canonical);
        expect(sameJson(JSON.parse(canonical), value)).toBe(true);
      }),
    );
  });

  it.each([
    ['1', '1.0', '1e0', '10e-1', '0.1E+1', '100e-2'],
    ['0', '-0', '0.0', '-0.00', '0e999', '-0E-5'],
    ['120', '1.2e2', '12E1', '1200e-1', '120.000'],
    ['-0.5', '-5e-1', '-0.50'],
    ['1e400', '10e399', '0.1e401'],
  ])('writes %s and its other spellings alike', (first, ...others) => {
    for (const other of others) {
      expect(canonicalJson(other)).toBe(canonicalJson(first));
    }
  });

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['0.1', '0.10000000000000000001'],
    ['1e400', '1e401'],
    ['1', '-1'],
    ['1', '"1"'],
    ['null', '"null"'],
    ['[1,2]', '[2,1]'],
    ['[1]', '[[1]]'],
    ['[]', '{}'],
    ['""', 'null'],
    ['{"a":1}', '{"a":1,"b":null}'],
    ['"\\u0000"', '"0"'],
    ['"e\\u0301"', '"\\u00e9"'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  it('is the same of bytes as of a text, however often it is read', () => {
    const long = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((part) => ({
      [part]: part.repeat(Math.ceil(5_000 / part.length)),
    }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(long)), seeds, (value, seed) => {
        const text = spelled(value, seed);
        fc.pre(text.isWellFormed());
        const pieces = canonicalPiecesOf(Buffer.from(text));
        const read = (): string =>
          Buffer.concat([...pieces].map((one) => Buffer.from(one))).toString();
        expect(read()).toBe(canonicalJson(text));
        expect(read()).toBe(canonicalJson(text));
      }),
    );
  });

  it('does not write out the zeros of a huge exponent', () => {
    expect(canonicalJson('1e999999999')).toHaveLength('1e999999999'.length);
  });

  it('takes a slash and a lone surrogate however they are written', () => {
    expect(canonicalJson(String.raw`"\/"`)).toBe(canonicalJson('"/"'));
    expect(canonicalJson(String.raw`"\ud83d\ude00"`)).toBe(canonicalJson('"😀"'));
    expect(canonicalJson(String.raw`"\uD800"`)).toBe(canonicalJson(String.raw`"\ud800"`));
  });

  it('takes the last of members that share a name, as JSON.parse does', () => {
    expect(canonicalJson(String.raw`{"a":1,"b":2,"\u0061":3}`)).toBe(
      canonicalJson('{"b":2,"a":3}'),
    );
  });
});
