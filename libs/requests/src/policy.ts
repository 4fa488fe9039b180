import type { RetryPolicy } from '@reqrun/retry-policy';

/** How a request is run: fixed when it is accepted, whatever its project is set to later. */
export interface RequestPolicy extends RetryPolicy {
  /** The longest provider call, in ms. */
  callTimeoutMs: number;
  /** From the start of a round to a terminal state, in ms. */
  deadlineMs: number;
}
