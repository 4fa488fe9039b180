import fc from 'fast-check';

import { deathsInARow, restartDelayMs } from './restart-delay.js';

describe('the wait before a restart', () => {
  it('doubles from 250 ms to 15 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(restartDelayMs)).toEqual([
      250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  it('never shrinks and never exceeds 15 s', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (deaths) => {
        expect(restartDelayMs(deaths + 1)).toBeGreaterThanOrEqual(restartDelayMs(deaths));
        expect(restartDelayMs(deaths)).toBeLessThanOrEqual(15_000);
      }),
    );
  });

  it('begins anew for a process that was well for a minute', () => {
    expect(deathsInARow(5, 59_999)).toBe(6);
    expect(deathsInARow(5, 60_000)).toBe(0);
  });
});
