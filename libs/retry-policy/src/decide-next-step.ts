import { backoffBaseMs, jitterAbove, jitterAround, patientBackoffMs } from './backoff.js';
import type { CallFailure } from './call-failure.js';
import { classifyFailure, type FailureClass, type RetryReason } from './classify-failure.js';
import { fallbackRule, type FallbackReason } from './fallback-rule.js';
import { readHeaderWait, type HeaderSource } from './header-wait.js';
import { MAX_RETRY_COUNT, type RetryPolicy } from './policy.js';

/** Source of a retry's wait: a header of the provider, or the exponential backoff. */
export type RetryDelaySource = HeaderSource | 'backoff';

/**
 * Why a failed attempt ends the request.
 *
 * - `not_retryable`: the same request would fail the same way again.
 * - `x-should-retry`: the provider's header says that no retry helps.
 * - `retries_exhausted`: it could be retried, but the policy's count is used up.
 * - `retry_after_exceeds_deadline`: the provider asks for a wait that ends after the deadline.
 * - `deadline_exceeded`: the deadline has passed, or would pass during the backoff.
 */
export type FailReason =
  | 'not_retryable'
  | 'x-should-retry'
  | 'retries_exhausted'
  | 'retry_after_exceeds_deadline'
  | 'deadline_exceeded';

/** Step that follows an attempt that ended. */
export type NextStep =
  | { readonly action: 'succeed' }
  | {
      readonly action: 'retry';
      readonly reason: RetryReason;
      /** Whole milliseconds until the next attempt; always ends before the deadline. */
      readonly delayMs: number;
      readonly delaySource: RetryDelaySource;
    }
  | {
      readonly action: 'fallback';
      readonly reason: FallbackReason;
      /** The next model of the plan, or the next one of another provider. It is called at once. */
      readonly to: 'next' | 'other_provider';
    }
  | { readonly action: 'fail'; readonly reason: FailReason };

/** How an attempt ended. */
export type CallOutcome = { readonly kind: 'success' } | CallFailure;

/** All that a decision is made from; the policy decides, nothing else is looked at. */
export interface AttemptFacts {
  readonly outcome: CallOutcome;
  /**
   * Failed attempts of this model in this round before this one, 0 for the first. Attempts that were lost with
   * their worker or put back at a shutdown are not counted.
   */
  readonly retriesUsed: number;
  /**
   * Those of them that time alone does not mend ({@link mendsWithTime}); 0 by default. Only a policy
   * `untilDeadline` asks for it.
   */
  readonly boundedFailures?: number | undefined;
  /** Models of the plan behind this one; 0 by default. */
  readonly fallbacksLeft?: number | undefined;
  /** Those of them that another provider has; 0 by default. */
  readonly otherProvidersLeft?: number | undefined;
  /** Milliseconds until the request's deadline; 0 or less when it has passed. */
  readonly msUntilDeadline: number;
  /** The wall clock, in milliseconds since 1970, for headers that carry a date. */
  readonly nowMs: number;
  /** A fresh random number in [0, 1), for the jitter. */
  readonly random: number;
}

/**
 * Decides what follows an attempt. Never throws, whatever the provider's headers hold.
 *
 * The order of the questions is the order in which an answer is worth telling: a failure that no
 * retry can mend, then a deadline that has passed, then a count that is used up, then a wait that
 * does not fit. A failure that another model may not have ends the request only when no model is left. Until
 * then the count bounds all retries, also those of a policy `untilDeadline`, and no long wait is sat out.
 *
 * @param policy of the request
 * @param facts about the attempt
 */
export function decideNextStep(policy: RetryPolicy, facts: AttemptFacts): NextStep {
  const { outcome, msUntilDeadline } = facts;
  if (outcome.kind === 'success') {
    return { action: 'succeed' };
  }
  const failure = classifyFailure(policy, outcome);
  const rule = fallbackRule(outcome, failure);
  const left = rule.to === 'other_provider' ? facts.otherProvidersLeft : facts.fallbacksLeft;
  const fallsBack = rule.when !== 'never' && (left ?? 0) > 0 && msUntilDeadline > 0;
  if (fallsBack) {
    const step = rule.when === 'spent' ? retryShortly(policy, failure, outcome, facts) : null;
    return step ?? { action: 'fallback', reason: rule.reason, to: rule.to };
  }
  return retryOrFail(policy, failure, outcome, facts);
}

/** Longest wait before a retry while another model is left, in ms: that of the last backoff. */
const MAX_WAIT_BESIDE_FALLBACK_MS = backoffBaseMs(MAX_RETRY_COUNT - 1);

/** The retry of a model that has another one behind it; null where that one is called instead. */
function retryShortly(
  policy: RetryPolicy,
  failure: FailureClass,
  outcome: CallFailure,
  facts: AttemptFacts,
): NextStep | null {
  const asked = readHeaderWait(outcome, facts.nowMs);
  if (asked !== undefined && asked.ms > MAX_WAIT_BESIDE_FALLBACK_MS) {
    return null;
  }
  const step = retryOrFail({ ...policy, untilDeadline: false }, failure, outcome, facts);
  return step.action === 'retry' ? step : null;
}

function retryOrFail(
  policy: RetryPolicy,
  failure: FailureClass,
  outcome: CallFailure,
  facts: AttemptFacts,
): NextStep {
  const { retriesUsed, msUntilDeadline } = facts;
  if (!failure.retryable) {
    return fail(failure.reason === 'x-should-retry' ? failure.reason : 'not_retryable');
  }
  if (!(msUntilDeadline > 0)) {
    return fail('deadline_exceeded');
  }
  const isPatient = policy.untilDeadline === true;
  if (!isPatient || !mendsWithTime(outcome)) {
    const used = isPatient ? (facts.boundedFailures ?? 0) : retriesUsed;
    if (!(used < Math.min(policy.count, MAX_RETRY_COUNT))) {
      return fail('retries_exhausted');
    }
  }
  return retryInTime(failure.reason, outcome, isPatient, facts);
}

/** Statuses below 500 that say that another time is better: RFC 9110, RFC 8470 (425), RFC 6585 (429). */
const LATER_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * Tells whether a failure is the kind that an outage or a rate limit brings, and that goes with it.
 *
 * @param failure how the call failed
 */
export function mendsWithTime(failure: CallFailure): boolean {
  if (failure.kind === 'http') {
    return failure.status >= 500 || LATER_STATUSES.has(failure.status);
  }
  return failure.kind !== 'invalid_response';
}

function retryInTime(
  reason: RetryReason,
  failure: CallFailure,
  isPatient: boolean,
  facts: AttemptFacts,
): NextStep {
  const { retriesUsed, msUntilDeadline, nowMs, random } = facts;
  const asked = readHeaderWait(failure, nowMs);
  if (asked === undefined) {
    const delayMs = isPatient
      ? patientDelayMs(facts)
      : jitterAround(backoffBaseMs(retriesUsed), random);
    return delayMs < msUntilDeadline
      ? { action: 'retry', reason, delayMs, delaySource: 'backoff' }
      : fail('deadline_exceeded');
  }
  if (!(asked.ms < msUntilDeadline)) {
    return fail('retry_after_exceeds_deadline');
  }
  // A wait that fits is not made to miss the deadline by our own jitter.
  const lastMs = Math.ceil(msUntilDeadline) - 1;
  const delayMs = Math.min(jitterAbove(asked.ms, random), lastMs);
  return { action: 'retry', reason, delayMs, delaySource: asked.source };
}

/** Comes back before the deadline once more, where the next wait alone would go beyond it. */
function patientDelayMs({ retriesUsed, msUntilDeadline, random }: AttemptFacts): number {
  const delayMs = jitterAround(patientBackoffMs(retriesUsed), random);
  return delayMs < msUntilDeadline
    ? delayMs
    : Math.max(backoffBaseMs(0), Math.floor(msUntilDeadline / 2));
}

function fail(reason: FailReason): NextStep {
  return { action: 'fail', reason };
}
