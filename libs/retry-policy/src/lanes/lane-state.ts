/**
 * State of a lane: `clear` calls at full speed, `paced` at its rate, `open` not at all but for probes, `ramping` at a
 * rate that doubles each second after an outage.
 */
export type LanePhase = 'clear' | 'paced' | 'open' | 'ramping';

/** Limits that a person has set for a lane; null for none. */
export interface SetLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** Calls that may be under way at once, of all workers together. The claim counts them. */
  readonly callsAtOnce: number | null;
}

/** Calls and failures since a time. */
export interface LaneWindow {
  readonly sinceMs: number;
  readonly calls: number;
  readonly failures: number;
}

/** Knowledge about a lane in trouble. Times are Unix ms by the clock of the database. */
export interface LaneState {
  readonly phase: LanePhase;
  /** Error code of the provider that brought it there, `rate_limited`, or `by_hand`; null while it is clear. */
  readonly reason: string | null;
  /** Rises whenever the lane opens or closes: calls that began under an older one count for nothing. */
  readonly generation: number;
  /** Since when it is in its phase. */
  readonly sinceMs: number;

  /** Calls per second at `levelAtMs`; null where it is not paced. */
  readonly rate: number | null;
  /** Factor by which the rate grows each second; 1 for none. */
  readonly growth: number;
  /** Rate up to which it grows. */
  readonly topRate: number;
  /** Calls that may begin at `levelAtMs`; below 0 when too many have begun. */
  readonly level: number;
  readonly levelAtMs: number;
  /** Calls that may begin at once, at most. */
  readonly cap: number;
  /** Time before which no call begins; null for none. */
  readonly holdUntilMs: number | null;
  /** Calls that were claimed while the lane was in trouble. */
  readonly started: number;

  /** Time of the next probe of an open lane; null where a person keeps it open. */
  readonly probeAtMs: number | null;
  /** Wait between the latest two probes, in ms. */
  readonly cooldownMs: number;

  /** Failures in a row, and when the first of them was seen. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  /** Share of its calls that usually fail, 0 to 1. */
  readonly usualFailures: number;
  readonly window: LaneWindow;
  /** Time at which the provider last refused a call for its limit. */
  readonly limitedAtMs: number | null;
  /** Time at which its rate was last lowered. */
  readonly loweredAtMs: number | null;
  /** True when it is paced because most of its calls fail. */
  readonly isStrained: boolean;
  /** Error code of the latest failure; null for none. */
  readonly lastError: string | null;
  /** Mean tokens of a call; null while unknown. */
  readonly tokensPerCall: number | null;
  readonly setLimits: SetLimits | null;
}

/** Rate that stands for no limit, in calls per second. */
export const UNLIMITED = 1e6;

/**
 * Returns a lane of which nothing is known.
 *
 * @param nowMs the time
 */
export function newLane(nowMs: number): LaneState {
  return {
    phase: 'clear',
    reason: null,
    generation: 0,
    sinceMs: nowMs,
    rate: null,
    growth: 1,
    topRate: UNLIMITED,
    level: 0,
    levelAtMs: nowMs,
    cap: 1,
    holdUntilMs: null,
    started: 0,
    probeAtMs: null,
    cooldownMs: 0,
    failures: 0,
    failingSinceMs: null,
    usualFailures: 0,
    window: { sinceMs: nowMs, calls: 0, failures: 0 },
    limitedAtMs: null,
    loweredAtMs: null,
    isStrained: false,
    lastError: null,
    tokensPerCall: null,
    setLimits: null,
  };
}

/** Longest time for which a rate grows without a report, in s: a bound for the power. */
const LONGEST_GROWTH_S = 30;

/**
 * Brings the rate and the level of a lane to a time. The claim does the same in SQL.
 *
 * @param lane the lane
 * @param nowMs the time; before `levelAtMs` nothing has come
 */
export function refilled(lane: LaneState, nowMs: number): LaneState {
  if (lane.rate === null || nowMs <= lane.levelAtMs) {
    return lane;
  }
  const seconds = (nowMs - lane.levelAtMs) / 1_000;
  const grown = lane.rate * lane.growth ** Math.min(LONGEST_GROWTH_S, seconds);
  const rate = Math.max(lane.rate, Math.min(lane.topRate, grown));
  const level = Math.min(lane.cap, lane.level + ((lane.rate + rate) / 2) * seconds);
  return { ...lane, rate, level, levelAtMs: nowMs };
}

/**
 * Number of calls of a lane that may begin.
 *
 * @param lane the lane
 * @param nowMs the time
 */
export function roomOf(lane: LaneState, nowMs: number): number {
  if (lane.phase === 'open') {
    return lane.probeAtMs !== null && lane.probeAtMs <= nowMs ? 1 : 0;
  }
  if (lane.phase === 'clear') {
    return Infinity;
  }
  return lane.holdUntilMs !== null && lane.holdUntilMs > nowMs
    ? 0
    : Math.max(0, Math.floor(refilled(lane, nowMs).level));
}
