import type { CallReport } from './call-report.js';
import { type LaneState, refilled, UNLIMITED } from './lane-state.js';
import type { Limit } from './limits.js';

/** Reason of a lane that is as a person has set it. */
export const BY_HAND = 'by_hand';

/** Part of a learned rate that is used: the rest makes up for calls that others make under the same key. */
const USED_SHARE = 0.97;
/** Part of a limit below which a lane is paced. */
const LOW_SHARE = 1 / 4;
/** Factor by which a refusal lowers the rate, at most once a second. */
const LOWERED = 0.7;
const LOWERED_EVERY_MS = 1_000;
/** Growth of a rate that no header tells, per second. */
const GROWTH = 1.02;
/** OpenAI asks for at most half more in 15 minutes after `slow_down`: https://platform.openai.com/docs/guides/error-codes */
const SLOW_GROWTH = 1.00045;
const SLOWED = 0.5;
/** Lowest rate, in calls per second, and the first one where nothing is known. */
const LOWEST_RATE = 1 / 60;
const FIRST_RATE = 1;
const DEFAULT_HOLD_MS = 1_000;
/** Longest wait that holds the whole lane, in ms: a longer one is a request's own matter. */
const LONGEST_HOLD_MS = 300_000;
/** Part of the newest call in the mean of tokens. */
const NEWEST_SHARE = 0.2;

/** Rate and level that a limit allows, in calls. */
interface Allowance {
  rate: number;
  level: number;
  cap: number;
  isLow: boolean;
}

/**
 * Notes what a call has used and what its answer tells of the provider's limits.
 *
 * @param lane the lane
 * @param report the call
 * @param nowMs the time
 */
export function learn(lane: LaneState, report: CallReport, nowMs: number): LaneState {
  const { tokens, limits, started } = report;
  // What other workers have begun since counts too, as far as it was claimed from the lane.
  const begunSince = Math.max(
    report.begunSince,
    started === undefined ? 0 : lane.started - started,
  );
  const tokensPerCall =
    tokens === null || tokens <= 0
      ? lane.tokensPerCall
      : lane.tokensPerCall === null
        ? tokens
        : lane.tokensPerCall + NEWEST_SHARE * (tokens - lane.tokensPerCall);
  const known = { ...lane, tokensPerCall };
  if (limits === undefined || lane.phase === 'ramping') {
    return known;
  }
  const allowances = [
    ...(limits.requests === undefined ? [] : [allowanceOf(limits.requests, 1, begunSince)]),
    ...(limits.tokens === undefined || tokensPerCall === null
      ? []
      : [allowanceOf(limits.tokens, tokensPerCall, begunSince)]),
  ].filter((one) => one !== null);
  const [first, ...others] = allowances;
  if (first === undefined) {
    return known;
  }
  // The scarcer is the one that allows fewer calls in the next ten seconds.
  const scarcer = others.reduce(
    (a, b) => (a.level + 10 * a.rate <= b.level + 10 * b.rate ? a : b),
    first,
  );
  const isPaced = lane.phase === 'paced' && lane.reason !== BY_HAND;
  const needsPace = report.needsPace === true || scarcer.isLow || report.verdict === 'limited';
  if (!isPaced && !needsPace) {
    return known;
  }
  // What the provider has left does not raise what a person allows.
  const most = lane.setLimits === null ? Infinity : refilled(lane, nowMs).level;
  return {
    ...paced(known, nowMs, 'rate_limited'),
    ...{ rate: scarcer.rate, topRate: scarcer.rate, growth: 1 },
    ...{ level: Math.min(most, scarcer.level), levelAtMs: nowMs, cap: scarcer.cap },
  };
}

/** The calls that a limit allows; null where it is whole, and says nothing of its refill. */
function allowanceOf(
  { limit, remaining, resetMs }: Limit,
  perCall: number,
  begunSince: number,
): Allowance | null {
  const used = limit - remaining;
  const level = remaining / perCall - begunSince;
  return used <= 0
    ? null
    : {
        rate: Math.max(LOWEST_RATE / 24, (USED_SHARE * used) / perCall / (resetMs / 1_000)),
        level,
        cap: Math.max(1, limit / perCall),
        isLow: level < (limit / perCall) * LOW_SHARE,
      };
}

/**
 * Paces a lane after a refusal for its limit: all of it waits as long as the provider asks, and its rate falls.
 *
 * @param lane the lane
 * @param report the refused call; its headers have been learned from
 * @param nowMs the time
 */
export function limited(lane: LaneState, report: CallReport, nowMs: number): LaneState {
  const isByHand = lane.reason === BY_HAND;
  const hasHeaders =
    lane.phase === 'paced' && !isByHand && lane.growth === 1 && report.limits !== undefined;
  const now = refilled(lane, nowMs);
  const isFirst = now.rate === null || isByHand;
  const rate = isFirst ? Math.min(now.rate ?? Infinity, seenRate(lane, nowMs)) : now.rate;
  const lowers = !isFirst && !hasHeaders && nowMs - (lane.loweredAtMs ?? 0) >= LOWERED_EVERY_MS;
  const factor = report.slowsDown && lowers ? SLOWED : lowers ? LOWERED : 1;
  const lowered = Math.max(LOWEST_RATE, rate * factor);
  const holdMs = Math.min(
    LONGEST_HOLD_MS,
    report.waitMs ?? Math.max(DEFAULT_HOLD_MS, hasHeaders ? 0 : 1_000 / lowered),
  );
  const holdUntilMs = Math.max(lane.holdUntilMs ?? 0, nowMs + holdMs);
  return {
    ...(lane.phase === 'ramping' ? now : paced(now, nowMs, 'rate_limited')),
    ...(hasHeaders
      ? {}
      : {
          growth: report.slowsDown ? SLOW_GROWTH : GROWTH,
          topRate: UNLIMITED,
          cap: Math.max(1, lowered),
        }),
    rate: hasHeaders ? now.rate : lowered,
    level: hasHeaders ? now.level : 1,
    // Nothing comes in while all wait.
    levelAtMs: hasHeaders ? now.levelAtMs : holdUntilMs,
    holdUntilMs,
    limitedAtMs: nowMs,
    loweredAtMs: isFirst || lowers ? nowMs : lane.loweredAtMs,
  };
}

/** Calls per second that have succeeded lately. */
function seenRate({ window }: LaneState, nowMs: number): number {
  const seconds = Math.max(1, (nowMs - window.sinceMs) / 1_000);
  const rate = (window.calls - window.failures) / Math.max(seconds, 10);
  return rate > 0 ? rate : FIRST_RATE;
}

/**
 * Puts a lane into the phase `paced`.
 *
 * @param lane the lane
 * @param nowMs the time
 * @param reason the reason, where it is not paced yet
 */
export function paced(lane: LaneState, nowMs: number, reason: string): LaneState {
  return lane.phase === 'paced' && lane.reason !== BY_HAND
    ? lane
    : { ...lane, phase: 'paced', reason, sinceMs: nowMs };
}
