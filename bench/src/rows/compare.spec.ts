import { compare, verdict } from './compare.js';

describe('compare', () => {
  it('puts the full database over the empty one, p50 and p95 apart', () => {
    const empty = Array.from({ length: 100 }, (_, n) => n + 1);
    const full = empty.map((ms) => (ms > 90 ? ms * 3 : ms));
    expect(compare('accept', empty, full)).toEqual({
      operation: 'accept',
      empty: { p50: 50, p95: 95 },
      full: { p50: 50, p95: 285 },
      p50Ratio: 1,
      p95Ratio: 3,
    });
  });

  it('has no ratio where nothing was timed', () => {
    expect(compare('accept', [], [1]).p50Ratio).toBeNull();
  });
});

describe('verdict', () => {
  it('takes the goal itself as reached', () => {
    expect([verdict(1.2, 1.2), verdict(1.21, 1.2), verdict(null, 1.2)]).toEqual(['yes', 'no', '']);
  });
});
