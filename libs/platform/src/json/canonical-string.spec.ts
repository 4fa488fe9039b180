import fc from 'fast-check';

import { canonicalString, canonicalStringPieces } from './canonical-string.js';

/** Parts of strings as JSON writes them: escapes of every kind, halves of pairs, pairs in both forms. */
const parts = fc.constantFrom(
  ...['a', 'é', '😀', '\\n', '\\/', '\\"', '\\\\', '\\u0061', '\\u000a', '\\u0000', '\u2028'],
  ...['\\ud83d', '\\ude00', '\\ud83d\\ude00', '\\uD83D\\uDE00', '\\udbff', '\\udbff\\udbff'],
);

describe('the canonical spelling of a string', () => {
  it('is the same in pieces of any length as in one', () => {
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 30 }),
        fc.integer({ min: 18, max: 40 }),
        (made, pieceBytes) => {
          const raw = `"${made.join('')}"`;
          fc.pre(raw.isWellFormed());
          const pieces = [...canonicalStringPieces(Buffer.from(raw), pieceBytes)];
          expect(pieces.join('')).toBe(JSON.stringify(JSON.parse(raw)));
          expect(canonicalString(raw)).toBe(raw.includes('\\') ? pieces.join('') : raw);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('is made in pieces where it is long', () => {
    const raw = Buffer.from(`"${'\\n'.repeat(1_000)}"`);
    expect([...canonicalStringPieces(raw, 100)].length).toBeGreaterThan(10);
  });
});
