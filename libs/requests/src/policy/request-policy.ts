import type { RetryPolicy } from '@reqrun/retry-policy';

/**
 * How a request is run: fixed when it is accepted, whatever its project is set to later. It is stored as
 * this document. One that an earlier version wrote lacks the members that came later, so these are optional.
 */
export interface RequestPolicy extends RetryPolicy {
  /** The longest provider call, in ms. */
  callTimeoutMs: number;
  /** From the start of a round to a terminal state, in ms. */
  deadlineMs: number;
  /** The longest silence within an answer, in ms; `DEFAULT_IDLE_TIMEOUT_MS` where it is missing. */
  idleTimeoutMs?: number | undefined;
}
