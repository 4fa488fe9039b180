import fc from 'fast-check';

import { backoffBaseMs, jitterAbove, jitterAround } from './backoff.js';

const unitInterval = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const waits = fc.integer({ min: 0, max: 86_400_000 });

describe('the exponential wait', () => {
  it('is 1, 2, 4, 8 and 16 s', () => {
    expect([0, 1, 2, 3, 4].map(backoffBaseMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it('never falls from one retry to the next, and never passes 16 s', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), (retriesUsed) => {
        expect(backoffBaseMs(retriesUsed + 1)).toBeGreaterThanOrEqual(backoffBaseMs(retriesUsed));
        expect(backoffBaseMs(retriesUsed)).toBeLessThanOrEqual(16_000);
      }),
    );
  });

  it('is spread by up to a quarter both ways, evenly', () => {
    expect([0, 0.25, 0.5, 0.75].map((random) => jitterAround(4_000, random))).toEqual([
      3_000, 3_500, 4_000, 4_500,
    ]);
    expect(jitterAround(4_000, 0.999)).toBe(4_998);
  });

  it('stays within a quarter of the base and is whole milliseconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4 }), unitInterval, (retriesUsed, random) => {
        const base = backoffBaseMs(retriesUsed);
        const delay = jitterAround(base, random);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(base * 0.75);
        expect(delay).toBeLessThanOrEqual(base * 1.25);
      }),
    );
  });
});

describe('the spread of a wait that a header asks for', () => {
  it('goes upwards only, to a quarter more', () => {
    expect(jitterAbove(4_000, 0)).toBe(4_000);
    expect(jitterAbove(4_000, 0.5)).toBe(4_500);
    expect(jitterAbove(4_000, 0.999)).toBe(4_999);
  });

  it('never shortens a wait and never adds more than a quarter', () => {
    fc.assert(
      fc.property(waits, unitInterval, (base, random) => {
        const delay = jitterAbove(base, random);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(base);
        expect(delay).toBeLessThanOrEqual(base * 1.25);
      }),
    );
  });
});
