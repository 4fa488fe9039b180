import { open, ramp } from './breaker.js';
import { type LaneState, refilled, type SetLimits, UNLIMITED } from './lane-state.js';
import { BY_HAND } from './pacing.js';

/** Part of a minute's limit that may begin at once. The rate is less by it, so that no minute goes beyond the limit. */
const BURST_SHARE = 1 / 20;
/** Tokens of a call while none is known. */
const USUAL_TOKENS = 1_000;

/**
 * Applies the limits that a person has set: a lane with such limits is never faster.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export function bounded(lane: LaneState, nowMs: number): LaneState {
  if (lane.setLimits === null || lane.phase === 'open') {
    return lane;
  }
  const { rate, cap } = allowanceOf(lane.setLimits, lane.tokensPerCall);
  const now = refilled(lane, nowMs);
  const isByHand = now.rate === null || now.reason === BY_HAND;
  const fits = isByHand
    ? now.rate === rate && now.topRate === rate && now.cap === cap
    : now.rate <= rate && now.topRate <= rate && now.cap <= cap;
  if (fits) {
    return lane;
  }
  return {
    ...now,
    ...(now.phase === 'clear' && { phase: 'paced', reason: BY_HAND, sinceMs: nowMs }),
    rate: isByHand ? rate : Math.min(now.rate, rate),
    topRate: isByHand ? rate : Math.min(now.topRate, rate),
    cap: isByHand ? cap : Math.min(now.cap, cap),
    level: Math.min(now.level, cap),
    levelAtMs: nowMs,
  };
}

/** Calls per second, and calls at once, that limits allow: in no minute more than they say. */
function allowanceOf(
  { requestsPerMinute, tokensPerMinute }: SetLimits,
  tokensPerCall: number | null,
): { rate: number; cap: number } {
  const perMinute = Math.min(
    requestsPerMinute ?? Infinity,
    tokensPerMinute === null ? Infinity : tokensPerMinute / (tokensPerCall ?? USUAL_TOKENS),
  );
  if (perMinute === Infinity) {
    return { rate: UNLIMITED, cap: UNLIMITED };
  }
  const cap = Math.max(1, Math.floor(perMinute * BURST_SHARE));
  return { rate: Math.min(perMinute, perMinute + 1 - cap) / 60, cap };
}

/**
 * Returns a lane that is at full speed, or at the speed that a person has set.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export function cleared(lane: LaneState, nowMs: number): LaneState {
  return bounded(
    {
      ...refilled(lane, nowMs),
      ...{ phase: 'clear', reason: null, sinceMs: nowMs, isStrained: false },
      ...{ rate: null, growth: 1, topRate: UNLIMITED, holdUntilMs: null, cooldownMs: 0 },
    },
    nowMs,
  );
}

/**
 * Sets the limits of a lane in place of those that it has. What was learned of the provider stays.
 *
 * @param lane the lane
 * @param limits the limits; null for none
 * @param nowMs the time
 */
export function setLimits(lane: LaneState, limits: SetLimits | null, nowMs: number): LaneState {
  const isLearned = lane.rate !== null && lane.reason !== BY_HAND;
  const now = refilled(lane, nowMs);
  const set = {
    ...now,
    setLimits: limits,
    // A rate that no header tells may grow beyond the old limit.
    topRate: lane.growth > 1 ? UNLIMITED : now.topRate,
    level: isLearned ? now.level : UNLIMITED,
    levelAtMs: nowMs,
  };
  return lane.phase === 'clear' || (lane.phase === 'paced' && !isLearned)
    ? cleared({ ...set, rate: null }, nowMs)
    : bounded(set, nowMs);
}

/**
 * Stops the calls of a lane until a person lets them go on.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export const stopByHand = (lane: LaneState, nowMs: number): LaneState => ({
  ...open(lane, nowMs, BY_HAND),
  probeAtMs: null,
});

/**
 * Lets the calls of a lane go on: of an open one by a ramp, of a slowed one at full speed. Limits that a person has set
 * stay.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export function startByHand(lane: LaneState, nowMs: number): LaneState {
  switch (lane.phase) {
    case 'open':
      return bounded(ramp(lane, nowMs), nowMs);
    case 'paced':
      return lane.reason === BY_HAND ? lane : cleared(lane, nowMs);
    case 'ramping':
    case 'clear':
      return lane;
  }
}

/**
 * Makes the probe of an open lane due. Where a person has stopped the lane, its end decides as that of any probe.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export const probeByHand = (lane: LaneState, nowMs: number): LaneState =>
  lane.phase === 'open' ? { ...lane, probeAtMs: nowMs } : lane;
