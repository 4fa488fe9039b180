import fc from 'fast-check';

import { advance, isForgotten, settle } from './advance.js';
import { open, openingRun } from './breaker.js';
import type { CallReport } from './call-report.js';
import { type LaneState, newLane, refilled, roomOf } from './lane-state.js';

const T = 1_700_000_000_000;
const S = 1_000;

const report = (fields: Partial<CallReport> = {}): CallReport => ({
  ...{ verdict: 'success', generation: 0, code: null, waitMs: null, slowsDown: false },
  ...{ limits: undefined, begunSince: 0, tokens: null, hasFallback: false, failingForMs: 0 },
  ...fields,
});
const failure = (fields: Partial<CallReport> = {}): CallReport =>
  report({ verdict: 'failure', code: 'openai_http_503', ...fields });
const times = (count: number, one: CallReport): CallReport[] =>
  Array.from({ length: count }, () => one);

/** A lane that has opened at T + 5 s. */
const opened = (): LaneState => {
  const first = advance(newLane(T), [failure()], T, 0);
  return advance(first, times(9, failure()), T + 5 * S, 0);
};

describe('a run of failures', () => {
  it('opens the lane with its tenth, not before it has lasted five seconds, and under the error of the provider', () => {
    const nine = advance(newLane(T), times(9, failure()), T, 0);
    expect(advance(nine, [], T + 9 * S, 0).phase).toBe('clear');
    expect(advance(nine, times(30, failure()), T + 4.9 * S, 0).phase).toBe('clear');
    expect(advance(nine, [failure()], T + 5 * S, 0)).toMatchObject({
      ...{ phase: 'open', reason: 'openai_http_503', generation: 1, probeAtMs: T + 7 * S },
    });
  });

  it('opens the lane sooner where requests have a fallback', () => {
    const nine = advance(newLane(T), times(9, failure({ hasFallback: true })), T, 0);
    expect(advance(nine, [failure({ hasFallback: true })], T + 2.5 * S, 0).phase).toBe('open');
    expect(advance(nine, [failure()], T + 2.5 * S, 0).phase).toBe('clear');
  });

  it('counts from when a worker has seen its first failure', () => {
    const nine = advance(newLane(T), times(9, failure({ failingForMs: 4 * S })), T, 0);
    expect(advance(nine, [failure()], T + S, 0).phase).toBe('open');
  });

  it('is ended by one success, and not by refusals', () => {
    const nine = advance(newLane(T), times(9, failure()), T, 0);
    const mixed = advance(nine, [report({ verdict: 'refused' }), failure()], T + 6 * S, 0);
    expect(mixed.phase).toBe('open');
    expect(advance(nine, [report(), failure()], T + 6 * S, 0)).toMatchObject({
      ...{ phase: 'clear', failures: 1 },
    });
  });

  it.each([
    [0, 10],
    [0.4, 11],
    [0.6, 19],
    [0.8, 42],
    [0.95, 50],
    [1, 50],
  ])('is longer where a share of %d usually fails: %i', (usual, run) => {
    expect(openingRun(usual)).toBe(run);
  });

  it('does not open a lane of which 40 % fail at random', () => {
    // Deterministic noise: a linear congruential generator.
    let seed = 7;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    let lane = newLane(T);
    let opens = 0;
    for (let n = 0; n < 4_000; n += 1) {
      lane = advance(lane, [random() < 0.4 ? failure() : report()], T + n * 50, 0);
      opens += Number(lane.phase === 'open');
    }
    expect(opens).toBe(0);
    expect(lane.phase).toBe('clear');
  });
});

describe('an open lane', () => {
  it('lets one probe through when its time has come', () => {
    expect(roomOf(opened(), T + 6.9 * S)).toBe(0);
    expect(roomOf(opened(), T + 7 * S)).toBe(1);
  });

  it('ignores calls that began before it opened, and is closed by its probe, to a ramp', () => {
    const late = advance(opened(), [report({ generation: 0 })], T + 6 * S, 0);
    expect(late).toEqual(opened());
    const back = advance(opened(), [report({ generation: 1 })], T + 8 * S, 0);
    expect(back).toMatchObject({ phase: 'ramping', generation: 2, rate: 2 });
  });

  it('waits 4, 6, then 8 s after probes that fail', () => {
    let lane = opened();
    let now = T + 7 * S;
    const waits = Array.from({ length: 5 }, () => {
      lane = advance(lane, [failure({ generation: 1 })], now, 0);
      const wait = lane.probeAtMs! - now;
      now = lane.probeAtMs!;
      return wait / S;
    });
    expect(waits).toEqual([4, 6, 8, 8, 8]);
  });

  it('is probed again at once when a probe is given up', () => {
    const lane = advance(opened(), [report({ verdict: 'released', generation: 1 })], T + 8 * S, 0);
    expect(lane).toMatchObject({ phase: 'open', probeAtMs: T + 8 * S });
  });

  it('ramps up to any speed within ten seconds, and is clear then', () => {
    let lane = advance(opened(), [report({ generation: 1 })], T, 0);
    const begun: number[] = [];
    for (let second = 1; second <= 10; second += 1) {
      let count = 0;
      for (let tenth = 0; tenth < 10; tenth += 1) {
        const now = T + (second - 1) * S + tenth * 100;
        const room = roomOf(lane, now);
        lane = { ...refilled(lane, now), level: refilled(lane, now).level - room };
        count += room;
      }
      begun.push(count);
    }
    expect(begun[0]).toBeLessThanOrEqual(6);
    expect(begun[5]!).toBeGreaterThan(60);
    expect(settle(lane, T + 10 * S).phase).toBe('clear');
  });

  it('opens again, for longer, by three failures in a ramp', () => {
    const back = advance(opened(), [report({ generation: 1 })], T + 8 * S, 0);
    const again = advance(back, times(3, failure({ generation: 2 })), T + 9 * S, 0);
    expect(again).toMatchObject({ phase: 'open', generation: 3, cooldownMs: 4 * S });
  });

  it('that a person has opened waits for a person', () => {
    const lane = { ...open(newLane(T), T, 'by_hand'), probeAtMs: null };
    expect(roomOf(lane, T + 3_600 * S)).toBe(0);
    expect(advance(lane, [report({ generation: 1 })], T + 1, 0).phase).toBe('open');
  });
});

describe('pacing', () => {
  const limits = (limit: number, remaining: number, resetMs: number) => ({
    requests: { limit, remaining, resetMs },
  });

  it('begins when little is left, at the rate by which the limit fills up again', () => {
    const much = advance(newLane(T), [report({ limits: limits(60, 50, 10_000) })], T, 0);
    expect(much.phase).toBe('clear');
    const little = report({ limits: limits(60, 10, 50_000), begunSince: 4 });
    const lane = advance(newLane(T), [little], T, 0);
    expect(lane).toMatchObject({ phase: 'paced', reason: 'rate_limited', level: 6, cap: 60 });
    expect(lane.rate).toBeCloseTo(0.97);
    expect(roomOf(lane, T)).toBe(6);
  });

  it('takes the limit per day for what it is', () => {
    // Groq: 14,400 requests a day, 3 s for each to come back.
    const lane = advance(
      newLane(T),
      [report({ limits: limits(14_400, 100, 42_900_000) })],
      ...([T, 0] as const),
    );
    expect(lane.rate).toBeCloseTo((0.97 * 14_300) / 42_900);
  });

  it('takes the scarcer of requests and tokens, by the mean of tokens', () => {
    const both = {
      ...limits(1_000, 900, 6_000),
      tokens: { limit: 10_000, remaining: 1_000, resetMs: 60_000 },
    };
    const lane = advance(newLane(T), [report({ limits: both, tokens: 500 })], T, 0);
    expect(lane).toMatchObject({ phase: 'paced', level: 2, cap: 20 });
    expect(lane.rate).toBeCloseTo((0.97 * 9_000) / 500 / 60);
  });

  it('holds the whole lane as long as a refusal says, and lowers its rate once a second', () => {
    const refused = report({ verdict: 'limited', code: 'rate_limit_exceeded', waitMs: 3 * S });
    const first = advance(newLane(T - 60 * S), [refused], T, 0);
    expect(first).toMatchObject({ phase: 'paced', holdUntilMs: T + 3 * S });
    expect(roomOf(first, T + 2.9 * S)).toBe(0);
    expect(roomOf(first, T + 3 * S)).toBe(1);
    const rate = first.rate!;
    const same = advance(first, times(5, refused), T + 100, 0);
    expect(same.rate).toBe(rate);
    expect(advance(first, [refused], T + 4 * S, 0).rate).toBeLessThan(rate);
  });

  it('grows where no header tells a rate, and ends after a calm minute', () => {
    const lane = advance(newLane(T), [report({ verdict: 'limited' })], T, 0);
    expect(refilled(lane, T + 31 * S).rate).toBeGreaterThan(1.5 * lane.rate!);
    expect(settle(lane, T + 50 * S).phase).toBe('paced');
    expect(settle(lane, T + 120 * S).phase).toBe('clear');
  });
});

describe('a lane that mostly fails', () => {
  it('is slowed to 70 % of its speed, and again while it goes on, but not below one call a second', () => {
    let lane = newLane(T);
    // 10 calls a second, of which two thirds fail.
    for (let n = 0; n < 600; n += 1) {
      lane = advance(lane, [n % 3 === 0 ? report() : failure()], T + n * 100, 0);
    }
    expect(lane).toMatchObject({ phase: 'paced', isStrained: true, reason: 'openai_http_503' });
    expect(lane.rate).toBe(1);
  });

  it('gets its speed back when its calls succeed', () => {
    let lane = newLane(T);
    let now = T;
    for (let n = 0; n < 200; n += 1, now += 100) {
      lane = advance(lane, [n % 3 === 0 ? report() : failure()], now, 0);
    }
    expect(lane.phase).toBe('paced');
    for (let n = 0; n < 3_000 && lane.phase === 'paced'; n += 1, now += 100) {
      lane = advance(lane, [report()], now, 0);
    }
    expect(lane.phase).toBe('clear');
  });
});

describe('any course of calls', () => {
  const calls = fc.array(
    fc.record({
      afterMs: fc.nat({ max: 20_000 }),
      verdict: fc.constantFrom('success', 'failure', 'limited', 'refused', 'released'),
      isLate: fc.boolean(),
      waitMs: fc.option(fc.nat({ max: 100_000 })),
      slowsDown: fc.boolean(),
      remaining: fc.option(fc.nat({ max: 60 })),
      tokens: fc.option(fc.nat({ max: 100_000 })),
      hasFallback: fc.boolean(),
    }),
    { maxLength: 120 },
  );

  it('leaves numbers that the database takes, and a lane that is called again some day', () => {
    fc.assert(
      fc.property(calls, (course) => {
        let lane = newLane(T);
        let now = T;
        for (const { afterMs, isLate, remaining, ...one } of course) {
          now += afterMs;
          const before = lane.generation;
          lane = advance(
            lane,
            [
              report({
                ...one,
                generation: lane.generation - Number(isLate),
                limits: remaining === null ? undefined : limitsOf(remaining),
              }),
            ],
            ...([now, 0.5] as const),
          );
          expect(lane.generation - before).toBeGreaterThanOrEqual(0);
          for (const number of [lane.level, lane.cap, lane.topRate, lane.growth, lane.rate ?? 1]) {
            expect(Number.isFinite(number)).toBe(true);
          }
          expect((lane.rate === null) === (lane.phase === 'clear') || lane.phase === 'open').toBe(
            true,
          );
          expect(lane.rate ?? 1).toBeGreaterThan(0);
          // Whatever has happened: within a day there is room.
          expect(roomOf(settle(lane, now + 90_000_000), now + 90_000_000)).toBeGreaterThan(0);
        }
        expect(isForgotten(lane, now)).toBe(false);
      }),
    );
  });

  const limitsOf = (remaining: number) => ({
    requests: { limit: 60, remaining, resetMs: 1_000 + remaining },
  });
});
