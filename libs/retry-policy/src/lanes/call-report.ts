import type { Limits } from './limits.js';

/**
 * End of a call, as it counts for its lane: `failure` is a 5xx, a broken connection, a timeout or an unusable answer; `limited` a
 * refusal for a limit; `refused` another answer that blames the call; `released` a call that was given up.
 */
export type CallVerdict = 'success' | 'failure' | 'limited' | 'refused' | 'released';

/** A call of a lane that has ended. */
export interface CallReport {
  readonly verdict: CallVerdict;
  /** Generation of the lane when the call began. */
  readonly generation: number;
  /** Error code; null for a success. */
  readonly code: string | null;
  /** Wait that the provider has asked for, in ms. */
  readonly waitMs: number | null;
  /** True when it said `slow_down`: it wants less for a quarter of an hour. */
  readonly slowsDown: boolean;
  readonly limits: Limits | undefined;
  /** Calls of the lane that have begun since this one: what remained then is less by them. */
  readonly begunSince: number;
  /** Number of calls that all workers had claimed of the lane, with this one; absent where it was not claimed from it. */
  readonly started?: number | undefined;
  /** Tokens that the call has used; null where unknown. */
  readonly tokens: number | null;
  /** True when its request goes on with another model while the lane is open. */
  readonly hasFallback: boolean;
  /** Time since which all calls that this process has seen of the lane have failed, in ms before the report; 0 for none. */
  readonly failingForMs: number;
  /** True when its worker may begin no more by itself: the lane is paced, however much of its limit is left. */
  readonly needsPace?: boolean;
}
