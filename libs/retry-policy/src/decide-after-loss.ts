import { MAX_LOSSES, type RetryPolicy } from './policy.js';

/** Facts about a request when an attempt was lost with its worker. */
export interface LossFacts {
  /** Attempts of this round that were lost with their worker, this one included. */
  readonly losses: number;
  /** Milliseconds until the request's deadline; 0 or less when it has passed. */
  readonly msUntilDeadline: number;
}

/**
 * Why a lost attempt ends the request.
 *
 * - `outcome_unknown`: the policy forbids a call that may be the second one.
 * - `worker_lost`: the request was lost {@link MAX_LOSSES} times.
 * - `deadline_exceeded`: there is no time for another attempt.
 */
export type LossFailReason = 'outcome_unknown' | 'worker_lost' | 'deadline_exceeded';

/** Step that follows an attempt that was lost. A retry is due at once: the lease was the wait. */
export type StepAfterLoss =
  { readonly action: 'retry' } | { readonly action: 'fail'; readonly reason: LossFailReason };

/**
 * Decides what follows an attempt whose worker died with the provider call in flight. Nobody knows
 * whether the provider answered; that comes before all else, because with `onLost: 'fail'` the caller
 * has asked to be told exactly this. Losses do not use up the policy's `count`.
 */
export function decideAfterLoss(
  policy: Pick<RetryPolicy, 'onLost'>,
  facts: LossFacts,
): StepAfterLoss {
  if (policy.onLost === 'fail') {
    return { action: 'fail', reason: 'outcome_unknown' };
  }
  if (facts.losses >= MAX_LOSSES) {
    return { action: 'fail', reason: 'worker_lost' };
  }
  if (!(facts.msUntilDeadline > 0)) {
    return { action: 'fail', reason: 'deadline_exceeded' };
  }
  return { action: 'retry' };
}
