import fc from 'fast-check';

import { readLimits } from './limits.js';

const of = (limit: string, remaining: string, reset?: string) =>
  readLimits({
    'x-ratelimit-limit-requests': limit,
    'x-ratelimit-remaining-requests': remaining,
    ...(reset !== undefined && { 'x-ratelimit-reset-requests': reset }),
  });

describe('limits in headers', () => {
  it.each([
    ['60', '59', '1s', 1_000],
    ['14400', '14370', '2m59.56s', 179_560],
    ['200', '0', '6m0s', 360_000],
    ['500', '499', '120ms', 120],
    ['10', '2', '60', 60_000],
    // Mistral says no time.
    ['10', '2', undefined, 60_000],
  ])('%s, of which %s are left for %s', (limit, remaining, reset, resetMs) => {
    expect(of(limit, remaining, reset)).toEqual({
      requests: { limit: Number(limit), remaining: Number(remaining), resetMs },
    });
  });

  it.each([
    ['0', '0', '1s'],
    ['60', '-1', '1s'],
    ['-1', '5', '1s'],
    ['60', '61', '1s'],
    ['60', '1e308', '1s'],
    ['60', '5', '0s'],
    ['60', '5', 'soon'],
    ['', '5', '1s'],
    ['60, 60', '5', '1s'],
  ])('%j, %j, %j say nothing', (limit, remaining, reset) => {
    expect(of(limit, remaining, reset)).toBeUndefined();
  });

  it('are numbers that can be reckoned with, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (limit, remaining, reset) => {
        const requests = of(limit, remaining, reset)?.requests;
        if (requests !== undefined) {
          expect(requests.limit).toBeGreaterThan(0);
          expect(requests.remaining).toBeLessThanOrEqual(requests.limit);
          expect(Number.isFinite(requests.resetMs) && requests.resetMs > 0).toBe(true);
        }
      }),
    );
  });
});
