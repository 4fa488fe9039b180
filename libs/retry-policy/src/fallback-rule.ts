import type { CallFailure } from './call-failure.js';
import type { FailureClass } from './classify-failure.js';

/** Why a request goes on with another model: a machine word, never a provider's text. */
export type FallbackReason =
  | 'network'
  | 'timeout'
  | 'invalid_response'
  | 'quota_exhausted'
  | 'context_length'
  | 'request_too_large'
  | `http_${number}`;

/** Rule for a failure of a model that has fallbacks. */
export type FallbackRule =
  | { readonly when: 'never'; readonly to: 'next' }
  | {
      /** At once, or only when no retry of this model is left or worth its wait. */
      readonly when: 'at_once' | 'spent';
      /** The next model, or the next one of another provider: money that is spent is spent for all of its models. */
      readonly to: 'next' | 'other_provider';
      readonly reason: FallbackReason;
    };

const NEVER: FallbackRule = { when: 'never', to: 'next' };

/**
 * Statuses that lead to a fallback, beside 520 to 529. A 409 does not: the same call is under way. Neither do 400,
 * 401, 403, 404, 422 and 501, which are faults of the request or of its settings: on another model they would go
 * unnoticed for ever.
 */
const STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Spent money, as a status: DeepSeek, Mistral, OpenRouter. */
const PAYMENT_REQUIRED = 402;

/**
 * Finds the rule for a failure. A code of the provider decides before its status does: content policy inside a 503
 * is a no, and a spent quota, although it is a 429, is a yes only where somebody else is paid.
 *
 * @param failure how the call failed
 * @param judged whether it may be retried
 */
export function fallbackRule(failure: CallFailure, judged: FailureClass): FallbackRule {
  if (failure.kind !== 'http') {
    return { when: judged.retryable ? 'spent' : 'at_once', to: 'next', reason: failure.kind };
  }
  const { status } = failure;
  if (!judged.retryable) {
    switch (judged.reason) {
      case 'context_length':
      case 'request_too_large':
        return { when: 'at_once', to: 'next', reason: judged.reason };
      case 'quota_exhausted':
        return { when: 'at_once', to: 'other_provider', reason: judged.reason };
      case 'access_ended':
      case 'content_policy':
      case 'loop':
        return NEVER;
      // Of no HTTP error.
      case 'answer_too_long':
      // The status decides, whatever the provider wishes.
      case 'x-should-retry':
      default:
        break;
    }
  }
  if (status === PAYMENT_REQUIRED) {
    return { when: 'at_once', to: 'other_provider', reason: 'quota_exhausted' };
  }
  return STATUSES.has(status) || (status >= 520 && status <= 529)
    ? { when: 'spent', to: 'next', reason: `http_${status}` }
    : NEVER;
}
