import { advance, isForgotten, settle } from './advance.js';
import { probeByHand, setLimits, startByHand, stopByHand } from './by-hand.js';
import type { CallReport } from './call-report.js';
import { type LaneState, newLane, refilled, roomOf, type SetLimits } from './lane-state.js';

const T = 1_700_000_000_000;
const S = 1_000;
const MINUTE = 60 * S;

const report = (fields: Partial<CallReport> = {}): CallReport => ({
  ...{ verdict: 'success', generation: 0, code: null, waitMs: null, slowsDown: false },
  ...{ limits: undefined, begunSince: 0, tokens: null, hasFallback: false, failingForMs: 0 },
  ...fields,
});
const limitsOf = (fields: Partial<SetLimits>): SetLimits => ({
  ...{ requestsPerMinute: null, tokensPerMinute: null, callsAtOnce: null },
  ...fields,
});
const limitedBy = (fields: Partial<SetLimits>, lane = newLane(T)): LaneState =>
  setLimits(lane, limitsOf(fields), T);

/** Makes every call that may begin, each tenth of a second, and says when each has begun. */
function begunIn(lane: LaneState, ms: number, after: (at: LaneState) => LaneState = (l) => l) {
  const begun: number[] = [];
  let now = lane;
  for (let at = T; at < T + ms; at += 100) {
    const room = roomOf(now, at);
    const level = refilled(now, at);
    now = after({ ...level, level: level.level - room });
    begun.push(...Array.from({ length: room }, () => at));
  }
  return { begun, lane: now };
}

const mostInAMinute = (begun: readonly number[]): number =>
  Math.max(...begun.map((from) => begun.filter((at) => at >= from && at < from + MINUTE).length));

describe('a limit by hand', () => {
  it.each([1, 2, 7, 19, 60, 100, 600, 12_000])(
    'of %i requests lets no minute have more, and no five minutes less than nine tenths of it',
    (requestsPerMinute) => {
      const { begun } = begunIn(limitedBy({ requestsPerMinute }), 5 * MINUTE);
      expect(mostInAMinute(begun)).toBeLessThanOrEqual(requestsPerMinute);
      expect(begun.length).toBeGreaterThanOrEqual(Math.floor(0.9 * 5 * requestsPerMinute));
    },
  );

  it('of tokens follows the mean of the calls, down and up', () => {
    const lane = limitedBy({ tokensPerMinute: 60_000 });
    expect(lane.rate! * 60).toBeCloseTo(58);
    const long = advance(lane, [report({ tokens: 60_000 })], T + S, 0);
    expect(long.rate! * 60).toBeCloseTo(1);
    const short = Array.from({ length: 60 }, () => report({ tokens: 100 }));
    expect(advance(long, short, T + 2 * S, 0).rate! * 60).toBeGreaterThan(500);
  });

  it('holds although the provider tells of far more', () => {
    const lane = limitedBy({ requestsPerMinute: 60 });
    const limits = { requests: { limit: 10_000, remaining: 9_990, resetMs: 60 } };
    const { begun, lane: after } = begunIn(lane, 3 * MINUTE, (now) =>
      advance(now, [report({ limits })], now.levelAtMs, 0),
    );
    expect(mostInAMinute(begun)).toBeLessThanOrEqual(60);
    expect(after).toMatchObject({ phase: 'paced', reason: 'by_hand' });
  });

  it('gives way to a lower one of the provider, and comes back', () => {
    const lane = limitedBy({ requestsPerMinute: 600 });
    const low = { requests: { limit: 60, remaining: 5, resetMs: 55 * S } };
    const learned = advance(lane, [report({ limits: low })], T + S, 0);
    expect(learned).toMatchObject({ phase: 'paced', reason: 'rate_limited', level: 5 });
    expect(learned.rate).toBeCloseTo(0.97);
    const refused = advance(lane, [report({ verdict: 'limited', waitMs: 3 * S })], T + S, 0);
    expect(refused).toMatchObject({ reason: 'rate_limited', holdUntilMs: T + 4 * S });
    expect(refused.rate).toBeLessThan(10);
    const calm = settle(refused, T + 10 * MINUTE);
    expect(calm).toMatchObject({ phase: 'paced', reason: 'by_hand', rate: lane.rate });
  });

  it('of calls at once does not slow a lane by itself, and a refusal does', () => {
    const lane = limitedBy({ callsAtOnce: 4 });
    expect(roomOf(lane, T)).toBe(1e6);
    expect(lane).toMatchObject({ phase: 'paced', reason: 'by_hand' });
    const refused = advance(lane, [report({ verdict: 'limited', waitMs: S })], T + S, 0);
    expect(refused.rate).toBeLessThanOrEqual(1);
  });

  it('slows the ramp after an outage, too', () => {
    const stopped = stopByHand(limitedBy({ requestsPerMinute: 60 }), T);
    const ramping = startByHand(stopped, T);
    expect(ramping).toMatchObject({ phase: 'ramping', topRate: 58 / 60 });
    expect(settle(ramping, T + 10 * S)).toMatchObject({ phase: 'paced', reason: 'by_hand' });
  });

  it('is kept until a person takes it away, and then the lane is clear', () => {
    const lane = limitedBy({ requestsPerMinute: 60 });
    expect(isForgotten(settle(lane, T + 48 * 60 * MINUTE), T + 48 * 60 * MINUTE)).toBe(false);
    expect(setLimits(lane, null, T + S)).toMatchObject({ phase: 'clear', rate: null });
  });

  it('leaves what was learned of the provider when it changes', () => {
    const low = { requests: { limit: 60, remaining: 5, resetMs: 55 * S } };
    const learned = advance(newLane(T), [report({ limits: low })], T, 0);
    const limited = setLimits(learned, limitsOf({ requestsPerMinute: 600 }), T);
    expect(limited).toMatchObject({ reason: 'rate_limited', rate: learned.rate, level: 5 });
    expect(setLimits(limited, null, T)).toMatchObject({ rate: learned.rate });
  });
});

describe('a lane that a person stops', () => {
  it('stays so whatever time passes and whatever calls end, and is not forgotten', () => {
    const stopped = stopByHand(newLane(T), T);
    const later = advance(stopped, [report({ generation: 1 })], T + 100 * 60 * MINUTE, 0);
    expect(later).toMatchObject({ phase: 'open', reason: 'by_hand', probeAtMs: null });
    expect(roomOf(later, T + 100 * 60 * MINUTE)).toBe(0);
    expect(isForgotten(later, T + 100 * 60 * MINUTE)).toBe(false);
  });

  it('goes on by a ramp when a person starts it', () => {
    expect(startByHand(stopByHand(newLane(T), T), T)).toMatchObject({
      ...{ phase: 'ramping', generation: 2 },
    });
  });

  it('is tried by one call when a person asks for a probe, which then decides', () => {
    const probing = probeByHand(stopByHand(newLane(T), T), T + S);
    expect(roomOf(probing, T + S)).toBe(1);
    const failed = { ...report({ verdict: 'failure', code: 'timeout' }), generation: 1 };
    expect(advance(probing, [failed], T + S, 0)).toMatchObject({
      ...{ phase: 'open', reason: 'timeout', probeAtMs: T + 5 * S },
    });
    expect(advance(probing, [report({ generation: 1 })], T + S, 0).phase).toBe('ramping');
  });
});

describe('a lane that is slowed', () => {
  it('is at full speed when a person starts it', () => {
    const slowed = advance(newLane(T), [report({ verdict: 'limited', waitMs: 60 * S })], T, 0);
    expect(startByHand(slowed, T + S)).toMatchObject({ phase: 'clear', holdUntilMs: null });
  });
});
