import fc from 'fast-check';

import { jsonSize, topLevelMembers, withoutMembers } from './raw-json.js';
import { type Member, spelled, spelledObject } from './testing/spelling.js';

const seeds = fc.integer();
/** Few names, so that they repeat; `__proto__` for the object that a plain loop would build. */
const names = fc.oneof(
  fc.constantFrom('', 'a', 'wait', 'wa"it', '\\', '{', 'é', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const members: fc.Arbitrary<Member[]> = fc.array(fc.tuple(names, fc.jsonValue()), { maxLength: 6 });

const trueDepth = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map(trueDepth))
    : 0;

const depthOf = (text: string): number => jsonSize(text).depth;

const trueStructure = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) {
    return 0;
  }
  const items = Object.values(value);
  const colons = Array.isArray(value) ? 0 : items.length;
  return items.reduce<number>(
    (sum, item) => sum + trueStructure(item),
    1 + colons + Math.max(0, items.length - 1),
  );
};

const piecesOf = (text: string): [string, string][] =>
  topLevelMembers(text).map(({ name, start, end }) => [name, text.slice(start, end)]);

describe('the depth of a JSON text', () => {
  it('is the depth of its value, however it is spelled', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), seeds, (value, seed) => {
        expect(depthOf(spelled(value, seed))).toBe(trueDepth(value));
      }),
    );
  });

  it.each([
    ['1', 0],
    ['"[[["', 0],
    [String.raw`"\"[\\"`, 0],
    ['{}', 1],
    [String.raw`{"[\"[":"]"}`, 1],
    ['[[],[[]]]', 3],
  ])('of %s is %d', (text, depth) => {
    expect(depthOf(text)).toBe(depth);
  });

  it('of a hundred thousand brackets is found without recursion', () => {
    expect(depthOf('['.repeat(100_000))).toBe(100_000);
  });

  it('is asked before parsing, so texts that are no JSON come to an end too', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', 'a') }), (text) => {
        expect(depthOf(text)).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('the structure of a JSON text', () => {
  it('is what opens, separates and names its values, however it is spelled', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), seeds, (value, seed) => {
        expect(jsonSize(spelled(value, seed)).structure).toBe(trueStructure(value));
      }),
    );
  });

  it('is counted no further than asked', () => {
    expect(jsonSize('[]'.repeat(1_000), 10).structure).toBe(11);
  });
});

describe('the members of a JSON object', () => {
  it('are found in order with their names and values, duplicates included', () => {
    fc.assert(
      fc.property(members, seeds, (given, seed) => {
        const text = spelledObject(given, seed);
        expect(
          topLevelMembers(text).map(({ name, start, valueStart, end }) => [
            name,
            text[start],
            JSON.parse(text.slice(valueStart, end)) as unknown,
          ]),
        ).toEqual(
          given.map(([name, value]) => [name, '"', JSON.parse(JSON.stringify(value)) as unknown]),
        );
      }),
    );
  });
});

describe('a JSON object without some of its members', () => {
  it('parses to what deleting them after parsing leaves, and the bytes of the others stay', () => {
    fc.assert(
      fc.property(members, seeds, fc.func(fc.boolean()), (given, seed, isRemoved) => {
        const text = spelledObject(given, seed);
        const less = withoutMembers(text, topLevelMembers(text), isRemoved);
        expect(JSON.parse(less)).toEqual(
          JSON.parse(
            spelledObject(
              given.filter(([name]) => !isRemoved(name)),
              0,
            ),
          ),
        );
        expect(piecesOf(less)).toEqual(piecesOf(text).filter(([name]) => !isRemoved(name)));
      }),
    );
  });

  it('is the very same text when there is nothing to remove', () => {
    fc.assert(
      fc.property(members, seeds, (given, seed) => {
        const text = spelledObject(given, seed);
        expect(withoutMembers(text, topLevelMembers(text), () => false)).toBe(text);
      }),
    );
  });

  it('keeps digits that parsing would lose', () => {
    const text = String.raw`{ "seed" : 9007199254740993,"wait":true,"\u006d":"\u0061","x":1e400}`;
    expect(withoutMembers(text, topLevelMembers(text), (name) => name === 'wait')).toBe(
      String.raw`{ "seed" : 9007199254740993,"\u006d":"\u0061","x":1e400}`,
    );
  });

  it('loses a member under every spelling of its name and every time it occurs', () => {
    const text = String.raw`{"wait":1,"a":2,"w\u0061it":3}`;
    expect(withoutMembers(text, topLevelMembers(text), (name) => name === 'wait')).toBe('{"a":2}');
  });

  it('is an empty object when all go', () => {
    const text = '{"a":1,"b":{"c":[2]}}';
    expect(withoutMembers(text, topLevelMembers(text), () => true)).toBe('{}');
  });
});
