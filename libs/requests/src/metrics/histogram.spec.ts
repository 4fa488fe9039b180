import { addCounts, HISTOGRAM_BOUNDS_MS, percentileOf } from './histogram.js';

/** Bucket number as PostgreSQL's width_bucket computes it: the number of bounds not above the value. */
const bucketOf = (ms: number): number => HISTOGRAM_BOUNDS_MS.filter((bound) => bound <= ms).length;
const histogramOf = (values: readonly number[]) =>
  addCounts(values.map((ms) => ({ [bucketOf(ms)]: 1 })));

describe('a histogram of durations', () => {
  it('reaches from a millisecond to beyond the longest deadline’s scale', () => {
    expect(HISTOGRAM_BOUNDS_MS[0]).toBe(1);
    expect(HISTOGRAM_BOUNDS_MS.at(-1)).toBeGreaterThan(28 * 86_400_000);
  });

  it.each([0.5, 0.95, 0.99])('gives percentile %d within a fifth of the exact one', (share) => {
    const values = Array.from({ length: 5_000 }, (_, n) => 3 * 1.002 ** n);
    const exact = values[Math.ceil(share * values.length) - 1]!;
    const found = percentileOf(histogramOf(values), share)!;
    expect(Math.abs(found - exact) / exact).toBeLessThan(0.19);
  });

  it('has no percentile when it is empty, and one below the first and behind the last bound', () => {
    expect(percentileOf({}, 0.5)).toBeNull();
    expect(percentileOf(histogramOf([0.2]), 0.5)).toBeLessThanOrEqual(1);
    expect(percentileOf(histogramOf([1e12]), 0.5)).toBeGreaterThan(28 * 86_400_000);
  });

  it('adds up key by key', () => {
    expect(addCounts([{ 1: 2, 5: 1 }, { 5: 3 }])).toEqual({ 1: 2, 5: 4 });
  });
});
