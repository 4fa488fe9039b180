import { quantile, quantilesOf, ratio } from './statistics.js';

describe('quantile', () => {
  it('is the nearest rank: the smallest value that the share of all values does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.95)).toBe(95);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 1)).toBe(100);
    expect(quantile(hundred, 0)).toBe(1);
  });

  it('is the value itself when there is one, and 0 when there is none', () => {
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBe(0);
  });
});

describe('quantilesOf', () => {
  it('sorts by number, not by text, and leaves the values as they were', () => {
    const values = [100, 9, 20];
    expect(quantilesOf(values)).toEqual({ p50: 20, p95: 100, p99: 100 });
    expect(values).toEqual([100, 9, 20]);
  });
});

describe('ratio', () => {
  it('divides, and says nothing where there is nothing to compare with', () => {
    expect(ratio(3, 2)).toBe(1.5);
    expect(ratio(3, 0)).toBeNull();
  });
});
