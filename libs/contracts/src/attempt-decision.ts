import { ERROR_DETAILS, type ErrorDetail } from './error-details.js';

/** Steps that follow an attempt. */
export const DECISION_ACTIONS = ['succeed', 'retry', 'fallback', 'fail', 'cancel'] as const;

/** One of them. */
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

/**
 * Reasons of a decision besides the details of an error and the HTTP status.
 *
 * `success` and `canceled` belong to their actions. `network` to `x-should-retry` are failures that may be
 * retried; `x-should-retry` is also the provider's word against a retry. `not_retryable` to
 * `deadline_exceeded` end a request. `quota_exhausted` to `provider_address_refused` lead to a fallback at once.
 * `outcome_unknown` to `reattach` follow an attempt whose end no worker saw; with `reattach` the next attempt waits
 * for the same response.
 */
const OWN_REASONS = [
  'success',
  'canceled',
  'network',
  'timeout',
  'invalid_response',
  'x-should-retry',
  'not_retryable',
  'retries_exhausted',
  'retry_after_exceeds_deadline',
  'deadline_exceeded',
  'quota_exhausted',
  'context_length',
  'request_too_large',
  'provider_not_configured',
  'provider_address_refused',
  'outcome_unknown',
  'worker_lost',
  'lost',
  'released',
  'reattach',
] as const;

/** A reason that has a name; the others are `http_` and the provider's status. */
export type NamedReason = (typeof OWN_REASONS)[number] | ErrorDetail;

/** All named reasons. */
export const NAMED_REASONS: readonly NamedReason[] = [
  ...OWN_REASONS,
  ...(Object.keys(ERROR_DETAILS) as ErrorDetail[]),
];

/** The reason of a decision: a word of ours, never a provider's text. */
export type DecisionReason = NamedReason | `http_${number}`;

/** Sources of the wait before a retry: a header of the provider, its RetryInfo, or the exponential backoff. */
export const DELAY_SOURCES = [
  'backoff',
  'retry-after',
  'retry-after-ms',
  'retry-info',
  'x-ratelimit-reset',
] as const;

/** One of them. */
export type DelaySource = (typeof DELAY_SOURCES)[number];

/** The step that follows an attempt, with its reason. */
export interface AttemptDecision {
  action: DecisionAction;
  reason: DecisionReason;
  /** Wait before the next attempt, in ms; null where there is none. */
  delay_ms: number | null;
  delay_source: DelaySource | null;
}
