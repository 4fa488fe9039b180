import type { CallReport } from './call-report.js';
import { type LaneState, UNLIMITED } from './lane-state.js';

/** Shortest and longest run of failures that opens a lane. */
const SHORTEST_RUN = 10;
const LONGEST_RUN = 50;
/** Probability with which a lane opens although it fails no more than usual. */
const FALSE_ALARM = 1e-4;
/** Lowest share of failures that is taken for usual. */
const LEAST_USUAL = 0.05;
/**
 * Shortest time for which a run has lasted, in ms. A request that fails four times has tried for 3.75 s to 5.25 s with
 * the ordinary backoff: a lane does not open before one of them has used up its retries. A request with a fallback
 * goes on at once, so its lane opens sooner.
 */
const RUN_MS = 5_000;
const RUN_WITH_FALLBACK_MS = 2_500;
/** Failures in a row that open a ramping lane again. */
const RAMP_RUN = 3;

/** Waits between probes, in ms; up to a fifth longer by chance, so that a lane closes within 10 s of the recovery. */
const FIRST_COOLDOWN_MS = 2_000;
const COOLDOWN_STEP_MS = 2_000;
const LONGEST_COOLDOWN_MS = 8_000;
/** Time after which a probe that has not ended is taken for lost, in ms. The claim sets it. */
export const PROBE_MS = 9_000;

/** Rate at the beginning of a ramp, in calls per second; it doubles each second. */
const RAMP_RATE = 2;
const RAMP_GROWTH = 2;
export const RAMP_MS = 10_000;
/** Calls that may begin at once in a ramp. */
const RAMP_CAP = 64;

/** Weight of a call in the usual share of failures. */
const USUAL_WEIGHT = 0.01;

/**
 * Returns the number of failures in a row that open a lane: so many that chance alone brings them once in 10,000 runs.
 *
 * @param usualFailures share of its calls that usually fail, 0 to 1
 */
export function openingRun(usualFailures: number): number {
  const usual = Math.min(0.99, Math.max(LEAST_USUAL, usualFailures));
  const run = Math.ceil(Math.log(FALSE_ALARM) / Math.log(usual));
  return Math.min(LONGEST_RUN, Math.max(SHORTEST_RUN, run));
}

/**
 * Notes whether a call of a lane that is not open has failed; a run of failures opens it.
 *
 * @param lane the lane
 * @param report a call that has succeeded or failed
 * @param nowMs the time
 */
export function countRun(lane: LaneState, report: CallReport, nowMs: number): LaneState {
  const hasFailed = report.verdict === 'failure';
  const usualFailures =
    lane.usualFailures + USUAL_WEIGHT * (Number(hasFailed) - lane.usualFailures);
  if (!hasFailed) {
    return { ...lane, failures: 0, failingSinceMs: null, usualFailures };
  }
  const failures = lane.failures + 1;
  const failingSinceMs = Math.min(lane.failingSinceMs ?? Infinity, nowMs - report.failingForMs);
  const runMs = report.hasFallback ? RUN_WITH_FALLBACK_MS : RUN_MS;
  const opens =
    lane.phase === 'ramping'
      ? failures >= RAMP_RUN
      : failures >= openingRun(lane.usualFailures) && nowMs - failingSinceMs >= runMs;
  const counted = { ...lane, failures, failingSinceMs, lastError: report.code };
  return opens
    ? open(counted, nowMs, report.code ?? 'provider_error')
    : {
        ...counted,
        usualFailures: lane.failures > SHORTEST_RUN ? lane.usualFailures : usualFailures,
      };
}

/**
 * Opens a lane: nothing is called but by a probe. Calls that are under way count for nothing from now on.
 *
 * @param lane the lane
 * @param nowMs the time
 * @param reason error code of the provider
 */
export function open(lane: LaneState, nowMs: number, reason: string): LaneState {
  const cooldownMs = lane.phase === 'ramping' ? longer(lane.cooldownMs) : FIRST_COOLDOWN_MS;
  return {
    ...lane,
    ...{ phase: 'open', reason, sinceMs: nowMs, generation: lane.generation + 1 },
    ...{ cooldownMs, probeAtMs: nowMs + cooldownMs, isStrained: false },
    ...{ failures: 0, failingSinceMs: null },
  };
}

/** The wait that follows one between two probes, in ms. */
const longer = (cooldownMs: number): number =>
  Math.min(LONGEST_COOLDOWN_MS, Math.max(FIRST_COOLDOWN_MS, cooldownMs + COOLDOWN_STEP_MS));

/**
 * Notes how a probe has ended. An answer of any kind but a failure shows that the provider is back.
 *
 * @param lane an open lane
 * @param report a call that began after it had opened
 * @param nowMs the time
 * @param random number in [0, 1): probes of lanes that opened together drift apart
 */
export function probed(
  lane: LaneState,
  report: CallReport,
  nowMs: number,
  random: number,
): LaneState {
  if (lane.probeAtMs === null) {
    return lane;
  }
  switch (report.verdict) {
    case 'released':
      return { ...lane, probeAtMs: nowMs };
    case 'failure': {
      const cooldownMs = longer(lane.cooldownMs);
      const probeAtMs = nowMs + cooldownMs * (1 + random / 5);
      return { ...lane, cooldownMs, probeAtMs, reason: report.code ?? lane.reason };
    }
    case 'success':
    case 'limited':
    case 'refused':
      return ramp(lane, nowMs);
  }
}

/**
 * Closes an open lane: its calls come back by a ramp, so that a provider that warms up is not run over again.
 *
 * @param lane an open lane
 * @param nowMs the time
 */
export function ramp(lane: LaneState, nowMs: number): LaneState {
  return {
    ...lane,
    ...{ phase: 'ramping', sinceMs: nowMs, generation: lane.generation + 1, probeAtMs: null },
    ...{ rate: RAMP_RATE, growth: RAMP_GROWTH, topRate: UNLIMITED, cap: RAMP_CAP },
    ...{ level: RAMP_RATE, levelAtMs: nowMs, holdUntilMs: null },
    ...{ failures: 0, failingSinceMs: null, window: { sinceMs: nowMs, calls: 0, failures: 0 } },
  };
}
