import fc from 'fast-check';

import { canonicalString } from './canonical-string.js';

/** Parts of strings as JSON writes them: escapes of every kind, halves of pairs, pairs in both forms. */
const parts = fc.constantFrom(
  ...['a', 'é', '😀', '\\n', '\\/', '\\"', '\\\\', '\\u0061', '\\u000a', '\\u0000', '\u2028'],
  ...['\\ud83d', '\\ude00', '\\ud83d\\ude00', '\\uD83D\\uDE00', '\ud83d', '\ude00', '\\udbff'],
);

describe('the canonical spelling of a string', () => {
  it('is the same in pieces of any length as in one', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        (made, pieceLength) => {
          const raw = `"${made.join('')}"`;
          const whole = raw.includes('\\') ? JSON.stringify(JSON.parse(raw)) : raw;
          expect(canonicalString(raw, pieceLength).join('')).toBe(whole);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('is made in pieces where it is long', () => {
    expect(canonicalString(`"${'\\n'.repeat(1_000)}"`, 100).length).toBeGreaterThan(10);
  });
});
