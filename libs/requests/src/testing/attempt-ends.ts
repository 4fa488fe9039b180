import type { Claim } from '../lifecycle/claim.js';
import type { AttemptResult } from '../lifecycle/finish.js';

/** Returns the end of an attempt that the provider answered. */
export function success(claim: Claim, body = '{"id":"chatcmpl-1"}'): AttemptResult {
  return {
    claim,
    status: 'completed',
    errorCode: null,
    errorDetail: null,
    recordErrorCode: null,
    httpStatus: 200,
    providerRequestId: null,
    decision: { action: 'succeed', reason: 'success', delay_ms: null, delay_source: null },
    answerId: null,
    provider: 'openai',
    next: null,
    isCacheable: false,
    usage: { total_tokens: 3 },
    result: { head: { status: 200, headers: {} }, body: Buffer.from(body) },
  };
}

/** Returns the end of an attempt that is followed by another. */
export function retryIn(claim: Claim, delayMs: number): AttemptResult {
  return {
    claim,
    status: 'retrying',
    errorCode: 'openai_http_500',
    errorDetail: null,
    recordErrorCode: null,
    httpStatus: 500,
    providerRequestId: null,
    decision: {
      action: 'retry',
      reason: 'http_500',
      delay_ms: delayMs,
      delay_source: 'backoff',
    },
    answerId: null,
    provider: 'openai',
    next: null,
    isCacheable: false,
    usage: null,
    result: null,
  };
}

/** Returns the end of an attempt that is followed by another model. */
export function fallbackTo(claim: Claim, model: string, planAt: number): AttemptResult {
  return {
    ...retryIn(claim, 0),
    errorCode: 'openai_http_503',
    httpStatus: 503,
    provider: claim.policy.plan?.[claim.planAt]?.provider ?? null,
    decision: { action: 'fallback', reason: 'http_503', delay_ms: 0, delay_source: null },
    next: { model, planAt },
  };
}

/** Returns the end of an attempt that is not retried. */
export function failure(claim: Claim): AttemptResult {
  return {
    claim,
    status: 'failed',
    errorCode: 'unsupported_value',
    errorDetail: null,
    recordErrorCode: 'unsupported_value',
    httpStatus: 400,
    providerRequestId: null,
    decision: { action: 'fail', reason: 'not_retryable', delay_ms: null, delay_source: null },
    answerId: null,
    provider: 'openai',
    next: null,
    isCacheable: false,
    usage: null,
    result: { head: { status: 400, headers: {} }, body: Buffer.from('{"error":{}}') },
  };
}
