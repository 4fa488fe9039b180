import type { CallReport } from './call-report.js';
import { type LaneState, refilled, UNLIMITED } from './lane-state.js';
import { paced } from './pacing.js';

/** A lane of which more than this share of calls fails is slowed: the retry budget of all its requests. */
const STRAINED_SHARE = 0.6;
/** Share of failures below which it is faster again. */
const RELIEVED_SHARE = 0.3;
/** Calls and time by which a share is judged at first, and the time between two judgments then, in ms. */
const FEWEST_CALLS = 20;
const FIRST_WINDOW_MS = 15_000;
const WINDOW_MS = 2_000;
/** Calls in a window of a slowed lane, at least: it may make one call a second. */
const FEWEST_CALLS_SLOWED = 2;
const LONGEST_WINDOW_MS = 30_000;
const SLOWED = 0.7;
const FASTER_PER_SECOND = 1.15;
const LOWEST_RATE = 1;

/**
 * Counts a call in the lane's window, and judges the window when it is full: a lane that mostly fails is slowed, one
 * that mostly succeeds again gets faster.
 *
 * @param lane a lane that is not open
 * @param report a call that has succeeded or failed
 * @param nowMs the time
 */
export function countStrain(lane: LaneState, report: CallReport, nowMs: number): LaneState {
  const window = {
    sinceMs: lane.window.sinceMs,
    calls: lane.window.calls + 1,
    failures: lane.window.failures + Number(report.verdict === 'failure'),
  };
  const seconds = (nowMs - window.sinceMs) / 1_000;
  const isFull =
    seconds * 1_000 >= (lane.isStrained ? WINDOW_MS : FIRST_WINDOW_MS) &&
    window.calls >= (lane.isStrained ? FEWEST_CALLS_SLOWED : FEWEST_CALLS);
  if (!isFull) {
    // An old window says nothing of today.
    const isOld = seconds * 1_000 > LONGEST_WINDOW_MS;
    return {
      ...lane,
      window: isOld
        ? { sinceMs: nowMs, calls: 1, failures: Number(report.verdict === 'failure') }
        : window,
    };
  }
  const share = window.failures / window.calls;
  const counted = { ...lane, window: { sinceMs: nowMs, calls: 0, failures: 0 } };
  if (lane.phase === 'ramping') {
    return counted;
  }
  if (share > STRAINED_SHARE) {
    const now = refilled(counted, nowMs);
    const rate = Math.max(
      LOWEST_RATE,
      SLOWED * Math.min(now.rate ?? Infinity, window.calls / seconds),
    );
    return {
      ...paced(now, nowMs, lane.lastError ?? 'provider_error'),
      ...{ isStrained: true, rate, growth: 1, topRate: rate, cap: Math.max(1, rate) },
      ...{
        level: Math.min(now.rate === null ? 1 : now.level, Math.max(1, rate)),
        levelAtMs: nowMs,
      },
    };
  }
  return lane.isStrained && share < RELIEVED_SHARE
    ? {
        ...refilled(counted, nowMs),
        growth: FASTER_PER_SECOND,
        topRate: UNLIMITED,
        cap: Math.max(2, lane.rate ?? 2),
      }
    : counted;
}
