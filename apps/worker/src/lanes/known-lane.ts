import type { LightAbortController } from '@reqrun/platform/abort';
import type { LaneName } from '@reqrun/requests';
import type { CallReport } from '@reqrun/retry-policy';

import { Admission } from './admission.js';

/** A call of a lane that is under way. */
export interface LaneCall {
  readonly lane: LaneName;
  readonly generation: number;
  /** Number of calls that all workers had claimed of the lane, with this one; undefined where the lane was well. */
  readonly started: number | undefined;
  /** Number of calls that this process had begun of the lane, with this one. */
  readonly number: number;
  /** Generation of the lane of its provider as a whole; null where nobody has set one. */
  readonly whole: number | null;
}

/** A call that waits until its lane may begin another one. */
interface Waiter {
  readonly begin: (call: LaneCall | null) => void;
}

/** Knowledge of this process about a lane. */
export interface KnownLane {
  /** As its latest call named it: another provider may have become the default one. */
  lane: LaneName;
  readonly admission: Admission;
  /** Calls that wait, in their order. */
  readonly waiters: Waiter[];
  begun: number;
  /** Number of the call that its limits were last learned from. */
  learnedFrom: number;
  /** Time of `performance.now()` at which a pace was last asked for. */
  askedAt: number;
  inFlight: number;
  /** Failures in a row that were not reported. */
  failures: CallReport[];
  /** Time of `performance.now()` of the first of the run. */
  failingSince: number;
  /** Time of `performance.now()` until which every call is reported. */
  hotUntil: number;
}

/**
 * Begins to know a lane.
 *
 * @param lane the lane
 * @param now `performance.now()`
 */
export const newKnownLane = (lane: LaneName, now: number): KnownLane => ({
  ...{ lane, admission: new Admission(now), waiters: [], begun: 0, learnedFrom: 0 },
  ...{ askedAt: -Infinity, inFlight: 0, failures: [], failingSince: 0, hotUntil: 0 },
});

/**
 * Waits as the last of a lane.
 *
 * @param waiters the calls that wait
 * @param abort ends the wait
 * @returns null when the call is not to begin
 */
export function waitIn(waiters: Waiter[], abort: LightAbortController): Promise<LaneCall | null> {
  return new Promise((resolve) => {
    const end = (): void => {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.begin(null);
    };
    const waiter: Waiter = {
      begin: (call) => {
        abort.removeEventListener('abort', end);
        resolve(call);
      },
    };
    abort.addEventListener('abort', end);
    waiters.push(waiter);
  });
}

/**
 * Tells whether nothing is under way of a lane, and nothing was learned lately.
 *
 * @param lane the lane
 * @param now `performance.now()`
 */
export const isOver = (
  { inFlight, waiters, hotUntil, admission }: KnownLane,
  now: number,
): boolean => inFlight === 0 && waiters.length === 0 && hotUntil < now && !admission.isWarm(now);
