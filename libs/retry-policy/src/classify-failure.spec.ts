import fc from 'fast-check';

import { classifyFailure } from './classify-failure.js';
import { DEFAULT_RETRY_POLICY, MAX_RETRY_STATUS, MIN_RETRY_STATUS } from './policy.js';
import { httpFailure, policyWith } from './testing/failures.js';

const EVERY_CODE = Array.from(
  { length: MAX_RETRY_STATUS - MIN_RETRY_STATUS + 1 },
  (_, index) => MIN_RETRY_STATUS + index,
);
const NOTHING_LISTED = policyWith({ onCodes: [] });
const EVERYTHING_LISTED = policyWith({ onCodes: EVERY_CODE });

const QUOTA_CODES = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'billing_hard_limit_reached',
  'billing_not_active',
  'billing_error',
  'BILLING_DISABLED',
  'blocked_api_access',
  'exceeded_current_quota_error',
  'insufficient_balance',
  'Arrearage',
  '402',
  '1113',
];
const ACCESS_CODES = [
  'access_terminated',
  'account_deactivated',
  'organization_restricted',
  'CONSUMER_SUSPENDED',
  'SERVICE_DISABLED',
  'API_KEY_INVALID',
];
const CONTENT_POLICY_CODES = ['content_policy_violation', 'content_filter', 'invalid_prompt'];

describe('classifyFailure', () => {
  it.each(['network', 'timeout', 'invalid_response'] as const)(
    'a failure without a status (%s) is retried even when no status is',
    (kind) => {
      expect(classifyFailure(NOTHING_LISTED, { kind })).toEqual({ retryable: true, reason: kind });
    },
  );

  it.each([408, 409, 429, 500, 502, 503, 504])('%i is retried by default', (status) => {
    expect(classifyFailure(DEFAULT_RETRY_POLICY, httpFailure(status))).toEqual({
      retryable: true,
      reason: `http_${status}`,
    });
  });

  it.each([
    [429, 'rate_limit_exceeded'],
    [429, 'slow_down'],
    [503, 'server_is_overloaded'],
  ])('%i %s is retried, unless the policy leaves the status out', (status, errorCode) => {
    const failure = httpFailure(status, { codes: [errorCode] });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).retryable).toBe(true);
    const others = policyWith({ onCodes: EVERY_CODE.filter((code) => code !== status) });
    expect(classifyFailure(others, failure)).toEqual({
      retryable: false,
      reason: `http_${status}`,
    });
  });

  it.each([400, 401, 403, 404, 422, 501])('%i is never retried, whatever is listed', (status) => {
    const policy = policyWith({ onCodes: [status, ...EVERY_CODE] });
    expect(classifyFailure(policy, httpFailure(status))).toEqual({
      retryable: false,
      reason: `http_${status}`,
    });
  });

  it.each(['rate_limit_exceeded', 'slow_down', 'server_is_overloaded'])(
    'a code that promises something of a wait (%s) does not turn a 400 into a retry',
    (errorCode) => {
      expect(
        classifyFailure(EVERYTHING_LISTED, httpFailure(400, { codes: [errorCode] })).retryable,
      ).toBe(false);
    },
  );

  it.each(QUOTA_CODES)('a 429 with the quota code %s is not retried', (code) => {
    const final = { retryable: false, reason: 'quota_exhausted' };
    const asCode = httpFailure(429, { codes: [code] });
    const asTypeOnly = httpFailure(429, { codes: ['rate_limit_exceeded', code] });
    const inCapitals = httpFailure(429, { codes: [code.toUpperCase()] });
    for (const failure of [asCode, asTypeOnly, inCapitals]) {
      expect(classifyFailure(EVERYTHING_LISTED, failure)).toEqual(final);
    }
  });

  it.each(QUOTA_CODES)('the quota code %s is asked before the status', (errorCode) => {
    expect(
      classifyFailure(EVERYTHING_LISTED, httpFailure(503, { codes: [errorCode] })).retryable,
    ).toBe(false);
  });

  it.each([
    ...ACCESS_CODES.map((code) => [code, 'access_ended']),
    ...CONTENT_POLICY_CODES.map((code) => [code, 'content_policy']),
    ['context_length_exceeded', 'context_length'],
    ['loop_detected', 'loop'],
  ])('%s is never retried, not even with a status that is', (errorCode, reason) => {
    for (const status of [400, 429, 500, 508]) {
      expect(
        classifyFailure(EVERYTHING_LISTED, httpFailure(status, { codes: [errorCode] })),
      ).toEqual({
        retryable: false,
        reason,
      });
    }
  });

  it('a 429 that asks for more than the limit is not retried', () => {
    const failure = httpFailure(429, {
      codes: ['rate_limit_exceeded'],
      messageSays: 'request_too_large',
    });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure)).toEqual({
      retryable: false,
      reason: 'request_too_large',
    });
  });

  it('a stream that is longer than any that is read is not retried', () => {
    expect(
      classifyFailure(EVERYTHING_LISTED, { kind: 'invalid_response', isTooLong: true }),
    ).toEqual({ retryable: false, reason: 'answer_too_long' });
  });

  it('"Request too large" has its meaning on a 429 alone', () => {
    const failure = httpFailure(503, { messageSays: 'request_too_large' });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).retryable).toBe(true);
  });

  it.each([520, 524, 529])('%i counts as 500 while it is not listed itself', (status) => {
    const failure = httpFailure(status);
    expect(classifyFailure(policyWith({ onCodes: [500] }), failure)).toEqual({
      retryable: true,
      reason: `http_${status}`,
    });
    expect(classifyFailure(policyWith({ onCodes: [502, 503] }), failure).retryable).toBe(false);
    expect(classifyFailure(policyWith({ onCodes: [status] }), failure).retryable).toBe(true);
  });

  it.each([410, 413, 415, 418, 451, 505, 511, 519, 530, 599])(
    '%i is retried if and only if the policy lists it',
    (status) => {
      expect(classifyFailure(policyWith({ onCodes: [status] }), httpFailure(status))).toEqual({
        retryable: true,
        reason: `http_${status}`,
      });
      expect(classifyFailure(DEFAULT_RETRY_POLICY, httpFailure(status)).retryable).toBe(false);
    },
  );

  it.each([200, 204, 301, 402, 405, 407, 600, NaN])(
    'a status outside the range that may be listed (%s) is never retried',
    (status) => {
      const policy = policyWith({ onCodes: [status, ...EVERY_CODE] });
      expect(classifyFailure(policy, httpFailure(status)).retryable).toBe(false);
    },
  );

  it('a spent limit that only its message tells of is not retried, not even when the header asks for it', () => {
    const failure = httpFailure(400, {
      messageSays: 'quota_exhausted',
      headers: { 'x-should-retry': 'true' },
    });
    expect(classifyFailure(EVERYTHING_LISTED, failure)).toEqual({
      retryable: false,
      reason: 'quota_exhausted',
    });
  });

  it('425 is retried as long as 408 is', () => {
    expect(classifyFailure(DEFAULT_RETRY_POLICY, httpFailure(425)).retryable).toBe(true);
    expect(classifyFailure(policyWith({ onCodes: [425] }), httpFailure(425)).retryable).toBe(true);
    expect(classifyFailure(policyWith({ onCodes: [500] }), httpFailure(425)).retryable).toBe(false);
  });

  it.each([
    [429, 'false', false],
    [503, 'FALSE', false],
    [400, 'true', true],
    [422, ' true ', true],
    [413, 'true', true],
  ])('%i with x-should-retry: %s is judged by the header', (status, value, retryable) => {
    const failure = httpFailure(status, { headers: { 'x-should-retry': value } });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure)).toEqual({
      retryable,
      reason: 'x-should-retry',
    });
  });

  it.each([
    [429, 'true', true],
    [400, 'false', false],
    [429, 'perhaps', true],
    [400, '', false],
    [401, 'true', false],
    [402, 'true', false],
    [403, 'true', false],
  ])('%i with x-should-retry: %s is judged by the status', (status, value, retryable) => {
    const failure = httpFailure(status, { headers: { 'x-should-retry': value } });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure)).toEqual({
      retryable,
      reason: `http_${status}`,
    });
  });

  it('an unknown code or type leaves the decision to the status', () => {
    const failure = httpFailure(500, { codes: ['constructor', '__proto__'] });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).retryable).toBe(true);
  });

  it('the reason is a machine word, whatever text the provider sends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), fc.string(), (status, a, b) => {
        const failure = httpFailure(status, { codes: [a, b] });
        expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).reason).toMatch(/^http_\d{3}$/);
      }),
    );
  });
});
