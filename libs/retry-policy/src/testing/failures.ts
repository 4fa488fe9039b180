import type { HttpFailure } from '../call-failure.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../policy.js';

/** A provider's error answer, with nothing in it but the status and what is given. */
export function httpFailure(
  status: number,
  rest: Partial<Omit<HttpFailure, 'kind' | 'status'>> = {},
): HttpFailure {
  return {
    kind: 'http',
    status,
    codes: [],
    messageSays: null,
    retryDelay: null,
    headers: {},
    ...rest,
  };
}

/** The default policy with some fields replaced. */
export function policyWith(rest: Partial<RetryPolicy>): RetryPolicy {
  return { ...DEFAULT_RETRY_POLICY, ...rest };
}
