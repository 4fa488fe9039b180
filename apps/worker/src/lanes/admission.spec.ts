import { Admission } from './admission.js';

const SUCCESS = { verdict: 'success', limits: undefined, tokens: null };

/** Number of calls that may be begun at once. */
function roomOf(admission: Admission, now: number): number {
  let begun = 0;
  while (begun < 1_000 && admission.allows(now, begun)) {
    admission.begun();
    begun += 1;
  }
  return begun;
}

const limited = (remaining: number) => ({
  ...SUCCESS,
  limits: { requests: { limit: 60, remaining, resetMs: 8_000 } },
});

describe('a lane that nobody has called', () => {
  it('gets eight calls at once, and twice as many each second', () => {
    expect(roomOf(new Admission(500), 500)).toBe(8);
    expect(roomOf(new Admission(500), 1_499)).toBe(8);
    expect(roomOf(new Admission(500), 1_500)).toBe(16);
    expect(roomOf(new Admission(500), 3_500)).toBe(64);
  });

  it('is free after its first success, and cold again ten minutes after the last one', () => {
    const admission = new Admission(0);
    admission.ended({ ...SUCCESS, verdict: 'failure' }, 0, 10);
    expect(admission.allows(10, 8)).toBe(false);
    admission.ended(SUCCESS, 0, 20);
    expect(admission.isWarm(20)).toBe(true);
    expect(admission.allows(20, 500)).toBe(true);
    expect(admission.isWarm(600_020)).toBe(false);
  });
});

describe('a lane whose answers tell of a limit', () => {
  it('gets a quarter of what is left, less what has begun since', () => {
    const admission = new Admission(0);
    admission.ended(limited(40), 3, 10);
    expect(roomOf(admission, 10)).toBe(7);
    expect(admission.isSpent(10)).toBe(true);
    admission.ended(limited(39), 0, 11);
    expect(roomOf(admission, 11)).toBe(9);
  });

  it('counts tokens by those of the answer', () => {
    const admission = new Admission(0);
    const tokens = { limit: 10_000, remaining: 8_000, resetMs: 8_000 };
    admission.ended({ ...SUCCESS, limits: { tokens }, tokens: 200 }, 0, 10);
    expect(roomOf(admission, 10)).toBe(10);
  });

  it('is free when the limit is whole again, and when answers tell of none any more', () => {
    const admission = new Admission(0);
    admission.ended(limited(0), 0, 10);
    expect(admission.allows(8_009, 0)).toBe(false);
    expect(admission.allows(8_010, 0)).toBe(true);
    admission.ended(limited(0), 0, 8_011);
    admission.ended(SUCCESS, 0, 8_012);
    expect(admission.allows(8_012, 100)).toBe(true);
  });

  it('asks with what has come back meanwhile', () => {
    const admission = new Admission(0);
    expect(admission.limitsNow(10)).toBeUndefined();
    admission.ended(limited(20), 0, 0);
    expect(admission.limitsNow(2_000)).toEqual({
      requests: { limit: 60, remaining: 30, resetMs: 6_000 },
    });
  });
});
