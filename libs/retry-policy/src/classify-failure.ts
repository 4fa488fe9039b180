import type { CallFailure, HttpFailure } from './call-failure.js';
import { MAX_RETRY_STATUS, MIN_RETRY_STATUS, type RetryPolicy } from './policy.js';

/** Why an attempt is followed by another: a machine word, never a provider's text. */
export type RetryReason =
  'network' | 'timeout' | 'invalid_response' | 'x-should-retry' | `http_${number}`;

/** Why a failure is final: a machine word, never a provider's text. */
export type NotRetryableReason =
  | 'quota_exhausted'
  | 'access_ended'
  | 'content_policy'
  | 'context_length'
  | 'request_too_large'
  | 'answer_too_long'
  | 'loop'
  | 'x-should-retry'
  | `http_${number}`;

/** Whether a failure may be retried at all, before any count or deadline is asked. */
export type FailureClass =
  | { readonly retryable: true; readonly reason: RetryReason }
  | { readonly retryable: false; readonly reason: NotRetryableReason };

/**
 * Codes that make a failure final whatever its status, in lower case: only a person can mend it, or
 * the same request is refused again. Where a provider gives them differs (`error.code`, `error.type`,
 * a number, Google's reasons), so all its words are read.
 *
 * Sources: OpenAI https://platform.openai.com/docs/guides/error-codes; Anthropic
 * https://docs.anthropic.com/en/api/errors; Groq https://console.groq.com/docs/spend-limits; Google
 * https://cloud.google.com/apis/design/errors and google.api.ErrorReason; OpenRouter
 * https://openrouter.ai/docs/api-reference/errors (402 as a number); Moonshot
 * https://platform.moonshot.ai/docs/api/chat; Z.ai https://docs.z.ai/api-reference/api-code (1113);
 * Alibaba https://www.alibabacloud.com/help/en/model-studio/error-code (`Arrearage`). Azure gives
 * OpenAI's codes, and Mistral and DeepSeek a 402.
 * `loop_detected` is ReqRun's own answer to a call that went out from ReqRun (508, RFC 5842, 7.2): each
 * retry would come back the same way.
 */
const FINAL_CODES: ReadonlyMap<string, NotRetryableReason> = new Map([
  ['insufficient_quota', 'quota_exhausted'],
  ['credit_balance_exhausted', 'quota_exhausted'],
  ['organization_spend_limit_exceeded', 'quota_exhausted'],
  ['project_spend_limit_exceeded', 'quota_exhausted'],
  ['organization_usage_limit_exceeded', 'quota_exhausted'],
  ['billing_hard_limit_reached', 'quota_exhausted'],
  ['billing_not_active', 'quota_exhausted'],
  ['billing_error', 'quota_exhausted'],
  ['billing_disabled', 'quota_exhausted'],
  ['blocked_api_access', 'quota_exhausted'],
  ['exceeded_current_quota_error', 'quota_exhausted'],
  ['insufficient_balance', 'quota_exhausted'],
  ['insufficient_credits', 'quota_exhausted'],
  ['payment_required', 'quota_exhausted'],
  ['arrearage', 'quota_exhausted'],
  ['402', 'quota_exhausted'],
  ['1113', 'quota_exhausted'],
  ['access_terminated', 'access_ended'],
  ['account_deactivated', 'access_ended'],
  ['organization_restricted', 'access_ended'],
  ['consumer_suspended', 'access_ended'],
  ['service_disabled', 'access_ended'],
  ['api_key_invalid', 'access_ended'],
  ['invalid_api_key', 'access_ended'],
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
 * 425: the server did not want to answer what may be a replay, and asks for it once more (RFC 8470,
 * 5.2). A matter of time like a 408, with which it is listed.
 */
const TOO_EARLY = 425;

/** Statuses that only a person can mend: a provider's wish to be asked again changes nothing. */
const PERSON_STATUSES: ReadonlySet<number> = new Set([401, 402, 403]);

/**
 * Decides whether a failure may be retried: its code first, then the provider's own word in
 * `x-should-retry` (a header of OpenAI's, which its SDKs obey), then its status.
 *
 * A code can only forbid: `rate_limit_exceeded`, `slow_down` and `server_is_overloaded` say that a
 * wait helps, which is what their statuses (429, 503) say too, and a policy whose `onCodes` leaves
 * such a status out has said that it does not want the wait.
 */
export function classifyFailure(policy: RetryPolicy, failure: CallFailure): FailureClass {
  if (failure.kind === 'invalid_response' && failure.isTooLong === true) {
    return { retryable: false, reason: 'answer_too_long' };
  }
  if (failure.kind !== 'http') {
    return { retryable: true, reason: failure.kind };
  }
  const forbidden = forbiddenByBody(failure);
  if (forbidden !== undefined) {
    return { retryable: false, reason: forbidden };
  }
  const retryable = isRetriedStatus(policy, failure.status);
  const wish = PERSON_STATUSES.has(failure.status) ? undefined : wishOf(failure);
  return wish === undefined || wish === retryable
    ? { retryable, reason: `http_${failure.status}` }
    : { retryable: wish, reason: 'x-should-retry' };
}

function forbiddenByBody({
  codes,
  messageSays,
  status,
}: HttpFailure): NotRetryableReason | undefined {
  for (const code of codes) {
    const reason = FINAL_CODES.get(code.toLowerCase());
    if (reason !== undefined) {
      return reason;
    }
  }
  if (messageSays === 'request_too_large') {
    return status === 429 ? messageSays : undefined;
  }
  return messageSays ?? undefined;
}

/** Wish of the provider, undefined where it says nothing that is a yes or a no. */
function wishOf({ headers }: HttpFailure): boolean | undefined {
  const value = headers['x-should-retry']?.trim().toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function isRetriedStatus(policy: RetryPolicy, status: number): boolean {
  const mayBeListed = status >= MIN_RETRY_STATUS && status <= MAX_RETRY_STATUS;
  if (!mayBeListed || FINAL_STATUSES.has(status)) {
    return false;
  }
  return (
    policy.onCodes.includes(status) ||
    (status === TOO_EARLY && policy.onCodes.includes(408)) ||
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
