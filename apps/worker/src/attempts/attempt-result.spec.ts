import type { Claim } from '@reqrun/requests';
import { DEFAULT_RETRY_POLICY } from '@reqrun/retry-policy';

import {
  failedWithoutCall,
  toAttemptResult,
  withoutProvider,
  type ConclusiveOutcome,
} from './attempt-result.js';

const claim: Claim = {
  id: '0192f0c1-a7d2-7b3c-8d4e-5f60718293a4',
  projectId: '0192f0c1-a7d2-7b3c-8d4e-5f60718293a5',
  mode: 'live',
  endpoint: '/chat/completions',
  model: 'm',
  fence: 1,
  attempt: 1,
  callNumber: 1,
  round: 1,
  policy: { ...DEFAULT_RETRY_POLICY, callTimeoutMs: 1_000 },
  planAt: 0,
  retriesUsed: 0,
  msUntilDeadline: 60_000,
  claimLagMs: 0,
  ciphertext: null,
  sealedBytes: 0,
};
const input = {
  provider: 'openai',
  kind: 'openai',
  msUntilDeadline: 60_000,
  nowMs: 0,
  random: 0.5,
} as const;

const CANARY = 'the prompt, echoed';
const success = (usage: Record<string, unknown> | null = null): ConclusiveOutcome => ({
  kind: 'success',
  httpStatus: 200,
  contentType: 'application/json',
  headers: { 'x-ratelimit-limit-requests': '9' },
  body: Buffer.from(CANARY),
  share: null,
  usage,
  isCacheable: false,
  providerRequestId: 'req_1',
});
const http = (
  httpStatus: number,
  code: string | null = null,
  type: string | null = null,
  headers: Record<string, string> = {},
): ConclusiveOutcome => ({
  kind: 'http_error',
  httpStatus,
  contentType: null,
  headers,
  body: Buffer.from(CANARY),
  share: null,
  error: {
    words: [code, type].filter((word) => word !== null),
    status: null,
    retryDelay: null,
    message: CANARY,
  },
  providerRequestId: 'req_1',
});
const invalid = (reason: 'empty' | 'redirect' | 'too_large'): ConclusiveOutcome => ({
  kind: 'invalid_response',
  reason,
  httpStatus: 200,
  headers: {},
  providerRequestId: null,
});

describe('an answer that identical requests may get as well', () => {
  const cache = { type: 'exact_match', ttl: 60 } as const;
  const whole = { ...success(), isCacheable: true } as ConclusiveOutcome;
  const isKept = (given: Partial<Claim>, outcome = whole): boolean =>
    toAttemptResult({ ...claim, ...given }, outcome, input).isCacheable;
  const policy = { ...claim.policy, cache };

  it('is whole, of the model that was asked for, and of a request under the cache', () => {
    expect(isKept({ policy })).toBe(true);
    expect(isKept({})).toBe(false);
    expect(isKept({ policy, planAt: 1 })).toBe(false);
    expect(isKept({ policy }, success())).toBe(false);
  });
});

/** The fields of an attempt's result that differ between outcomes. */
function judged(outcome: ConclusiveOutcome, given: Partial<Claim> = {}, when = input) {
  const end = toAttemptResult({ ...claim, ...given }, outcome, when);
  const { status, errorCode, recordErrorCode, httpStatus, decision } = end;
  return [status, errorCode, recordErrorCode, httpStatus, decision.action, decision.reason];
}

describe('how a call’s end is written', () => {
  it('an error that came as a success never reaches the caller as one', () => {
    const end = toAttemptResult(claim, http(429, 'insufficient_quota'), input);
    expect(end).toMatchObject({
      status: 'failed',
      httpStatus: 429,
      errorCode: 'insufficient_quota',
    });
    expect(end.result?.head.status).toBe(429);
  });

  it.each<[string, ConclusiveOutcome, unknown[]]>([
    [
      'an error that came as a success',
      http(502),
      ['retrying', 'openai_http_502', null, 502, 'retry', 'http_502'],
    ],
    [
      'a rate limit that the provider does not want to be asked about again',
      http(429, null, null, { 'x-should-retry': 'false' }),
      ['failed', 'openai_http_429', 'openai_http_429', 429, 'fail', 'x-should-retry'],
    ],
    ['success', success(), ['completed', null, null, 200, 'succeed', 'success']],
    [
      'no connection',
      { kind: 'network_error', cause: 'ECONNREFUSED' },
      ['retrying', 'network_error', null, null, 'retry', 'network'],
    ],
    [
      'a name that leads to an address that is never called',
      { kind: 'network_error', cause: 'ADDRESS_REFUSED' },
      [
        'failed',
        'provider_address_refused',
        'provider_address_refused',
        null,
        'fail',
        'not_retryable',
      ],
    ],
    [
      'a provider that leads back to this product',
      http(508, 'loop_detected'),
      ['failed', 'loop_detected', 'loop_detected', 508, 'fail', 'not_retryable'],
    ],
    [
      'a 508 of another kind, where it is listed',
      http(508),
      ['failed', 'openai_http_508', 'openai_http_508', 508, 'fail', 'not_retryable'],
    ],
    [
      'a base URL that is not allowed',
      { kind: 'network_error', cause: 'INVALID_BASE_URL' },
      [
        'failed',
        'provider_not_configured',
        'provider_not_configured',
        null,
        'fail',
        'not_retryable',
      ],
    ],
    [
      'a key that cannot be sent',
      { kind: 'network_error', cause: 'INVALID_REQUEST' },
      [
        'failed',
        'provider_not_configured',
        'provider_not_configured',
        null,
        'fail',
        'not_retryable',
      ],
    ],
    [
      'time up',
      { kind: 'timeout', phase: 'headers' },
      ['retrying', 'timeout', null, null, 'retry', 'timeout'],
    ],
    [
      'an empty 200',
      invalid('empty'),
      ['retrying', 'provider_response_invalid', null, 200, 'retry', 'empty'],
    ],
    [
      'a redirect',
      invalid('redirect'),
      ['retrying', 'provider_response_invalid', null, 200, 'retry', 'redirect'],
    ],
    ['500', http(500), ['retrying', 'openai_http_500', null, 500, 'retry', 'http_500']],
    ['429', http(429), ['retrying', 'openai_http_429', null, 429, 'retry', 'http_429']],
    [
      '429 with a code that only repeats it',
      http(429, 'rate_limit_exceeded'),
      ['retrying', 'openai_http_429', null, 429, 'retry', 'http_429'],
    ],
    [
      '429 with a spent quota',
      http(429, 'insufficient_quota'),
      ['failed', 'insufficient_quota', 'insufficient_quota', 429, 'fail', 'not_retryable'],
    ],
    [
      '400 with a known code',
      http(400, 'unsupported_value'),
      ['failed', 'unsupported_value', 'unsupported_value', 400, 'fail', 'not_retryable'],
    ],
    [
      '400 with a code that could be anything',
      http(400, CANARY, CANARY),
      ['failed', 'openai_http_400', 'openai_http_400', 400, 'fail', 'not_retryable'],
    ],
    [
      '401',
      http(401, 'invalid_api_key'),
      ['failed', 'provider_auth_failed', 'provider_auth_failed', 401, 'fail', 'not_retryable'],
    ],
  ])('%s', (_what, outcome, expected) => {
    expect(judged(outcome)).toEqual(expected);
  });

  it('the last try’s own code is the record’s', () => {
    expect(judged(http(503), { retriesUsed: 3 })).toEqual([
      'failed',
      'openai_http_503',
      'openai_http_503',
      503,
      'fail',
      'retries_exhausted',
    ]);
  });

  it.each<[string, ConclusiveOutcome, string | null]>([
    ['an answer that is empty', invalid('empty'), 'empty'],
    ['an answer that fell silent', { kind: 'timeout', phase: 'idle' }, 'stalled'],
    ['no answer in time', { kind: 'timeout', phase: 'headers' }, 'no_answer'],
    [
      'a refused connection',
      { kind: 'network_error', cause: 'ECONNREFUSED' },
      'connection_refused',
    ],
    ['a name that is not found', { kind: 'network_error', cause: 'ENOTFOUND' }, 'name_not_found'],
    ['a cause without a word', { kind: 'network_error', cause: 'EPERM' }, null],
    ['a status', http(503), null],
    ['a success', success(), null],
  ])('of %s the last attempt says as much as the first', (_what, outcome, detail) => {
    for (const retriesUsed of [0, 3]) {
      expect(toAttemptResult({ ...claim, retriesUsed }, outcome, input).errorDetail).toBe(detail);
    }
  });

  it('a wait beyond the deadline is the record’s code, and the attempt keeps its own', () => {
    expect(judged(http(429, null, null, { 'retry-after': '3600' }))).toEqual([
      'failed',
      'openai_http_429',
      'retry_after_exceeds_deadline',
      429,
      'fail',
      'retry_after_exceeds_deadline',
    ]);
    expect(judged(http(500), {}, { ...input, msUntilDeadline: 500 })).toEqual([
      'failed',
      'openai_http_500',
      'deadline_exceeded',
      500,
      'fail',
      'deadline_exceeded',
    ]);
  });

  it('a retry says how long it waits and who asked for it', () => {
    const { decision } = toAttemptResult(
      claim,
      http(429, null, null, { 'retry-after': '2' }),
      input,
    );
    expect(decision).toMatchObject({ delay_source: 'retry-after' });
    expect(decision.delay_ms).toBeGreaterThanOrEqual(2_000);
    expect(toAttemptResult(claim, http(500), input).decision).toMatchObject({
      delay_ms: 1_000,
      delay_source: 'backoff',
    });
  });

  it('a stream over the limit of answers is final, and a plain answer over it is not', () => {
    const streamed = { ...claim, policy: { ...claim.policy, stream: 'live' as const } };
    expect(toAttemptResult(streamed, invalid('too_large'), input)).toMatchObject({
      status: 'failed',
      errorCode: 'provider_response_invalid',
      errorDetail: 'too_large',
      decision: { action: 'fail', reason: 'not_retryable' },
    });
    expect(toAttemptResult(streamed, invalid('empty'), input).status).toBe('retrying');
    expect(toAttemptResult(claim, invalid('too_large'), input).status).toBe('retrying');
  });

  it('the answer is kept where the request ends, and nowhere else', () => {
    expect(toAttemptResult(claim, success(), input).result).toEqual({
      head: {
        status: 200,
        contentType: 'application/json',
        headers: { 'x-ratelimit-limit-requests': '9', 'x-provider-request-id': 'req_1' },
      },
      body: Buffer.from(CANARY),
    });
    expect(toAttemptResult(claim, http(400), input).result?.body.toString()).toBe(CANARY);
    expect(toAttemptResult(claim, http(500), input).result).toBeNull();
    expect(toAttemptResult(claim, { kind: 'timeout', phase: 'body' }, input).result).toBeNull();
    const bodiless = { ...http(400), body: Buffer.alloc(0) } as ConclusiveOutcome;
    expect(toAttemptResult(claim, bodiless, input).result).toBeNull();
  });

  it('no word of a provider stands anywhere but in the result', () => {
    for (const outcome of [http(400, CANARY, CANARY), http(429, CANARY), success({ a: CANARY })]) {
      expect(
        JSON.stringify({ ...toAttemptResult(claim, outcome, input), result: null }),
      ).not.toContain(CANARY);
    }
  });
});

describe('usage', () => {
  const kept = (usage: Record<string, unknown>) =>
    toAttemptResult(claim, success(usage), input).usage;

  it('is counts, one level deep', () => {
    expect(
      kept({
        prompt_tokens: 1,
        total_tokens: 2.5,
        completion_tokens_details: { reasoning_tokens: 3, accepted_prediction_tokens: 0 },
      }),
    ).toEqual({
      prompt_tokens: 1,
      total_tokens: 2.5,
      completion_tokens_details: { reasoning_tokens: 3, accepted_prediction_tokens: 0 },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['text', { text: CANARY }],
    ['text in an object', { details: { text: CANARY } }],
    ['text in an array', { list: [CANARY], details: { list: [CANARY] } }],
    ['text as a name', { [CANARY]: 1 }],
    ['text as a name in an object', { details: { [CANARY]: 1 } }],
    ['text two levels deep', { details: { more: { text: CANARY } } }],
    ['a long name', { ['p'.repeat(65)]: 1 }],
    ['flags', { cached: true, nothing: null }],
  ])('never holds %s', (_what, usage) => {
    expect(Object.values(kept(usage)!).filter((value) => typeof value !== 'object')).toEqual([]);
    expect(JSON.stringify(kept(usage))).not.toMatch(/the prompt|ppppp|true|null/);
  });

  it('is bounded, however much a provider sends', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`n${n}`, n]));
    expect(Object.keys(kept(many)!)).toHaveLength(50);
    expect(Object.keys(kept({ details: many })!['details'] as object)).toHaveLength(50);
  });

  it('is null where there is none, and where the call failed', () => {
    expect(toAttemptResult(claim, success(null), input).usage).toBeNull();
    expect(toAttemptResult(claim, http(500), input).usage).toBeNull();
  });
});

describe('an attempt without a call', () => {
  it('fails for good, with nothing to show', () => {
    expect(failedWithoutCall(claim, 'payload_unreadable')).toMatchObject({
      status: 'failed',
      errorCode: 'payload_unreadable',
      recordErrorCode: 'payload_unreadable',
      httpStatus: null,
      decision: { action: 'fail', reason: 'not_retryable', delay_ms: null },
      result: null,
    });
  });
});

describe('a request with fallbacks', () => {
  const model = (provider: string, name: string, providerId: string | null = provider) => ({
    ...{ name, model: name, provider, providerId },
  });
  const plan = [model('a', 'a1'), model('a', 'a2'), model('b', 'b1')];
  const planned = (planAt: number, retriesUsed = 3): Claim => ({
    ...claim,
    ...{ planAt, retriesUsed, policy: { ...claim.policy, plan } },
  });

  it('goes on with the next model at once, and keeps no answer of the one before', () => {
    const end = toAttemptResult(planned(0), http(503, 'server_error'), input);
    expect(end).toMatchObject({
      status: 'retrying',
      errorCode: 'openai_http_503',
      recordErrorCode: null,
      decision: { action: 'fallback', reason: 'http_503', delay_ms: 0, delay_source: null },
      next: { model: 'a2', planAt: 1 },
      result: null,
      provider: 'openai',
    });
  });

  it('whose provider has no money left goes on with another provider', () => {
    const end = toAttemptResult(planned(0, 0), http(429, 'insufficient_quota'), input);
    expect(end.next).toEqual({ model: 'b1', planAt: 2 });
    expect(toAttemptResult(planned(2, 0), http(429, 'insufficient_quota'), input)).toMatchObject({
      ...{ status: 'failed', next: null, recordErrorCode: 'insufficient_quota' },
    });
  });

  it('whose provider cannot be called goes on, and fails where no model is left', () => {
    expect(withoutProvider(planned(1), 'provider_not_configured', null)).toMatchObject({
      ...{ status: 'retrying', errorCode: 'provider_not_configured', recordErrorCode: null },
      ...{ provider: 'a', next: { model: 'b1', planAt: 2 } },
      decision: { action: 'fallback', reason: 'provider_not_configured', delay_ms: 0 },
    });
    expect(withoutProvider(planned(2), 'provider_not_configured', null)).toMatchObject({
      ...{ status: 'failed', recordErrorCode: 'provider_not_configured', next: null },
    });
  });
});
