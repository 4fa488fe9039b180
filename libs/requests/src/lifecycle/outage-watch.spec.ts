import { outageLimits, OutageWatch } from './outage-watch.js';

const AT = Date.UTC(2026, 0, 1);
const after = (ms: number): Date => new Date(AT + ms);
const iso = (ms: number): string => after(ms).toISOString();

/** Range of a watch that has seen the database at these times, in ms. */
function windowAfter(...seen: number[]): { from: string; until: string } {
  const watch = new OutageWatch({ gapMs: 3_500, graceMs: 6_500 });
  seen.forEach((ms) => watch.seen(after(ms)));
  return watch.window;
}

describe('the watch for outages', () => {
  it('lets nothing be taken back before it has seen the database', () => {
    expect(windowAfter()).toEqual({ from: 'infinity', until: 'infinity' });
  });

  it('opens a grace after the first sight, and closes a gap after the last', () => {
    expect(windowAfter(0)).toEqual({ from: iso(6_500), until: iso(3_500) });
    expect(windowAfter(0, 3_500, 7_000)).toEqual({ from: iso(6_500), until: iso(10_500) });
  });

  it('begins anew after a gap, also one that the clock has jumped over', () => {
    expect(windowAfter(0, 1_000, 4_501)).toEqual({ from: iso(11_001), until: iso(8_001) });
  });

  it('goes on when the clock is set back', () => {
    expect(windowAfter(10_000, 9_000)).toEqual({ from: iso(16_500), until: iso(12_500) });
  });
});

describe('the limits', () => {
  it.each([
    [10_000, 3_000],
    [1_500, 300],
    [1_000, 500],
  ])('leave an owner time to renew (lease %i ms, heartbeat %i ms)', (lease, heartbeat) => {
    const { gapMs, graceMs } = outageLimits(lease, heartbeat);
    // The last renewal may be a heartbeat old when an outage begins.
    expect(heartbeat + gapMs + gapMs).toBeLessThanOrEqual(lease);
    expect(graceMs).toBe(heartbeat + gapMs);
  });
});
