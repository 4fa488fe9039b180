import type { CallFailure, HttpFailure } from './call-failure.js';
import { MAX_RETRY_STATUS, MIN_RETRY_STATUS, type RetryPolicy } from './policy.js';

/** Why an attempt is followed by another: a machine word, never a provider's text. */
export type RetryReason = 'network' | 'timeout' | 'invalid_response' | `http_${number}`;

/** Why a failure is final: a machine word, never a provider's text. */
export type NotRetryableReason =
  | 'quota_exhausted'
  | 'content_policy'
  | 'context_length'
  | 'request_too_large'
  | 'loop'
  | `http_${number}`;

/** Whether a failure may be retried at all, before any count or deadline is asked. */
export type FailureClass =
  | { readonly retryable: true; readonly reason: RetryReason }
  | { readonly retryable: false; readonly reason: NotRetryableReason };

/**
 * Codes that make a failure final whatever its status. The quota codes are those that OpenAI's error
 * guide says a retry will not help; OpenAI gives them as `error.code`, under the `error.type`
 * `insufficient_quota`, so both are read. `loop_detected` is ReqRun's own answer to a call that went out
 * from ReqRun (508, RFC 5842, 7.2): each retry would come back the same way.
 */
const FINAL_CODES: ReadonlyMap<string, NotRetryableReason> = new Map([
  ['insufficient_quota', 'quota_exhausted'],
  ['credit_balance_exhausted', 'quota_exhausted'],
  ['organization_spend_limit_exceeded', 'quota_exhausted'],
  ['project_spend_limit_exceeded', 'quota_exhausted'],
  ['organization_usage_limit_exceeded', 'quota_exhausted'],
  ['content_policy_violation', 'content_policy'],
  ['content_filter', 'content_policy'],
  ['invalid_prompt', 'content_policy'],
  ['context_length_exceeded', 'context_length'],
  ['loop_detected', 'loop'],
]);

/**
 * Statuses of the retryable range that no policy can turn on: the same request gets the same answer
 * again. 400, 401, 403 and 404 are below the range.
 */
const FINAL_STATUSES: ReadonlySet<number> = new Set([422, 501]);

/**
 * Decides whether a failure may be retried: its code first, then its status.
 *
 * A code can only forbid: `rate_limit_exceeded`, `slow_down` and `server_is_overloaded` say that a
 * wait helps, which is what their statuses (429, 503) say too, and a policy whose `onCodes` leaves
 * such a status out has said that it does not want the wait.
 */
export function classifyFailure(policy: RetryPolicy, failure: CallFailure): FailureClass {
  if (failure.kind !== 'http') {
    return { retryable: true, reason: failure.kind };
  }
  const forbidden = forbiddenByBody(failure);
  if (forbidden !== undefined) {
    return { retryable: false, reason: forbidden };
  }
  return { retryable: isRetriedStatus(policy, failure.status), reason: `http_${failure.status}` };
}

function forbiddenByBody(failure: HttpFailure): NotRetryableReason | undefined {
  const byCode =
    FINAL_CODES.get(failure.errorCode ?? '') ?? FINAL_CODES.get(failure.errorType ?? '');
  if (byCode !== undefined) {
    return byCode;
  }
  return failure.status === 429 && failure.requestTooLarge ? 'request_too_large' : undefined;
}

function isRetriedStatus(policy: RetryPolicy, status: number): boolean {
  const mayBeListed = status >= MIN_RETRY_STATUS && status <= MAX_RETRY_STATUS;
  if (!mayBeListed || FINAL_STATUSES.has(status)) {
    return false;
  }
  return (
    policy.onCodes.includes(status) ||
    (isUnassignedServerError(status) && policy.onCodes.includes(500))
  );
}

/**
 * 520 to 529: what gateways answer in a provider's place (Cloudflare 520 to 527) and what overloaded
 * providers answer (529). RFC 9110, section 15: an unknown status is treated as its x00.
 */
function isUnassignedServerError(status: number): boolean {
  return status >= 520 && status <= 529;
}
