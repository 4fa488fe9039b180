import { countRun, probed, RAMP_MS } from './breaker.js';
import type { CallReport } from './call-report.js';
import { bounded, cleared } from './by-hand.js';
import { type LaneState, refilled } from './lane-state.js';
import { BY_HAND, learn, limited } from './pacing.js';
import { countStrain } from './strain.js';

/** Time without a refusal or a shortage after which a paced lane is clear again, in ms. */
const CALM_MS = 60_000;
/** Rate at which a lane that is slowed for its failures is clear again, in calls per second. */
const RELIEVED_RATE = 200;
/** Time after which a clear lane is forgotten, in ms. */
const FORGOTTEN_MS = 86_400_000;
/** Time without news after which a run of failures is over, in ms. */
const RUN_OVER_MS = 60_000;

/**
 * Advances a lane by calls that have ended, in their order, and by the time that has passed.
 *
 * @param lane the lane as it is stored
 * @param reports the calls; those that began before the lane last opened or closed change nothing
 * @param nowMs the time by the clock of the database, Unix ms
 * @param random number in [0, 1)
 */
export function advance(
  lane: LaneState,
  reports: readonly CallReport[],
  nowMs: number,
  random: number,
): LaneState {
  return settle(
    reports.reduce((state, report) => afterCall(state, report, nowMs, random), lane),
    nowMs,
  );
}

function afterCall(lane: LaneState, report: CallReport, nowMs: number, random: number): LaneState {
  if (report.generation !== lane.generation) {
    return lane;
  }
  if (lane.phase === 'open') {
    return probed(lane, report, nowMs, random);
  }
  switch (report.verdict) {
    case 'released':
      return lane;
    case 'refused':
      return learn(lane, report, nowMs);
    case 'limited':
      return limited(learn(lane, report, nowMs), report, nowMs);
    case 'success':
    case 'failure': {
      const counted = countRun(learn(lane, report, nowMs), report, nowMs);
      return counted.phase === 'open' ? counted : countStrain(counted, report, nowMs);
    }
  }
}

/**
 * Applies what time alone changes.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export function settle(lane: LaneState, nowMs: number): LaneState {
  return bounded(settled(lane, nowMs), nowMs);
}

function settled(lane: LaneState, nowMs: number): LaneState {
  const ageMs = nowMs - lane.sinceMs;
  switch (lane.phase) {
    case 'open':
      return lane;
    case 'ramping':
      return ageMs >= RAMP_MS ? cleared(lane, nowMs) : lane;
    case 'paced':
      return lane.reason !== BY_HAND && isCalm(lane, nowMs) ? cleared(lane, nowMs) : lane;
    case 'clear':
      return lane.failingSinceMs !== null &&
        nowMs - lane.failingSinceMs > RUN_OVER_MS &&
        lane.failures < 3
        ? { ...lane, failures: 0, failingSinceMs: null }
        : lane;
  }
}

/** Tells whether a paced lane has had room for a minute, or has outgrown its strain. */
function isCalm(lane: LaneState, nowMs: number): boolean {
  const now = refilled(lane, nowMs);
  if (lane.isStrained) {
    return lane.growth > 1 && (now.rate ?? 0) >= Math.min(RELIEVED_RATE, lane.topRate);
  }
  const quietMs = nowMs - Math.max(lane.sinceMs, lane.limitedAtMs ?? 0, lane.holdUntilMs ?? 0);
  return quietMs >= CALM_MS && now.level >= now.cap / 2;
}

/**
 * Tells whether nothing needs to be kept of a lane.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export const isForgotten = (lane: LaneState, nowMs: number): boolean =>
  lane.phase === 'clear' && lane.setLimits === null && nowMs - lane.sinceMs >= FORGOTTEN_MS;
