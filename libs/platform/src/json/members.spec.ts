import fc from 'fast-check';

import { type RawMember, removeMembers } from './members.js';
import { JsonScanner } from './scan-json.js';
import { type Member, spelledObject } from './testing/spelling.js';

const seeds = fc.integer();
/** Few names, so that they repeat; `__proto__` for the object that a plain loop would build. */
const names = fc.oneof(
  fc.constantFrom('', 'a', 'wait', 'wa"it', '\\', '{', 'é', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const members: fc.Arbitrary<Member[]> = fc.array(fc.tuple(names, fc.jsonValue()), { maxLength: 6 });
const none = (): boolean => false;

function membersOf(bytes: Buffer): readonly RawMember[] {
  const scanner = new JsonScanner(bytes, { depth: 1_000, structure: Infinity });
  scanner.read();
  return scanner.members;
}

const without = (text: string, isRemoved: (name: string) => boolean): string => {
  const bytes = Buffer.from(text);
  return removeMembers(bytes, membersOf(bytes), isRemoved).toString();
};

const piecesOf = (text: string): [string, string][] => {
  const bytes = Buffer.from(text);
  return membersOf(bytes).map(({ name, start, end }) => [name, bytes.toString('utf8', start, end)]);
};

describe('a JSON object without some of its members', () => {
  it('parses to what deleting them after parsing leaves, and the bytes of the others stay', () => {
    fc.assert(
      fc.property(members, seeds, fc.func(fc.boolean()), (given, seed, isRemoved) => {
        const text = spelledObject(given, seed);
        fc.pre(text.isWellFormed());
        const less = without(text, isRemoved);
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

  it('is the very same memory when there is nothing to remove', () => {
    fc.assert(
      fc.property(members, seeds, (given, seed) => {
        const bytes = Buffer.from(spelledObject(given, seed));
        expect(removeMembers(bytes, membersOf(bytes), none)).toBe(bytes);
      }),
    );
  });

  it('lies in the memory of the whole one', () => {
    const bytes = Buffer.from('{"wait":true,"a":1}');
    const less = removeMembers(bytes, membersOf(bytes), (name) => name === 'wait');
    expect(less.toString()).toBe('{"a":1}');
    expect([less.buffer, less.byteOffset]).toEqual([bytes.buffer, bytes.byteOffset]);
  });

  it('keeps digits that parsing would lose', () => {
    const text = String.raw`{ "seed" : 9007199254740993,"wait":true,"\u006d":"\u0061","x":1e400}`;
    expect(without(text, (name) => name === 'wait')).toBe(
      String.raw`{ "seed" : 9007199254740993,"\u006d":"\u0061","x":1e400}`,
    );
  });

  it('loses a member under every spelling of its name and every time it occurs', () => {
    const text = String.raw`{"wait":1,"a":2,"w\u0061it":3}`;
    expect(without(text, (name) => name === 'wait')).toBe('{"a":2}');
  });

  it('is an empty object when all go', () => {
    expect(without('{"a":1,"b":{"c":[2]}}', () => true)).toBe('{}');
  });
});
