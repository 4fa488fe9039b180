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
    const failure = httpFailure(status, { errorCode });
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
      expect(classifyFailure(EVERYTHING_LISTED, httpFailure(400, { errorCode })).retryable).toBe(
        false,
      );
    },
  );

  it.each(QUOTA_CODES)('a 429 with the quota code %s is not retried', (code) => {
    const final = { retryable: false, reason: 'quota_exhausted' };
    const asCode = httpFailure(429, { errorCode: code });
    const asType = httpFailure(429, { errorType: code });
    const asTypeOnly = httpFailure(429, { errorType: code, errorCode: 'rate_limit_exceeded' });
    for (const failure of [asCode, asType, asTypeOnly]) {
      expect(classifyFailure(EVERYTHING_LISTED, failure)).toEqual(final);
    }
  });

  it.each(QUOTA_CODES)('the quota code %s is asked before the status', (errorCode) => {
    expect(classifyFailure(EVERYTHING_LISTED, httpFailure(503, { errorCode })).retryable).toBe(
      false,
    );
  });

  it.each([
    ...CONTENT_POLICY_CODES.map((code) => [code, 'content_policy']),
    ['context_length_exceeded', 'context_length'],
    ['loop_detected', 'loop'],
  ])('%s is never retried, not even with a status that is', (errorCode, reason) => {
    for (const status of [400, 429, 500, 508]) {
      expect(classifyFailure(EVERYTHING_LISTED, httpFailure(status, { errorCode }))).toEqual({
        retryable: false,
        reason,
      });
    }
  });

  it('a 429 that asks for more than the limit is not retried', () => {
    const failure = httpFailure(429, { errorCode: 'rate_limit_exceeded', requestTooLarge: true });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure)).toEqual({
      retryable: false,
      reason: 'request_too_large',
    });
  });

  it('"Request too large" has its meaning on a 429 alone', () => {
    const failure = httpFailure(503, { requestTooLarge: true });
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

  it.each([410, 413, 415, 418, 425, 451, 505, 511, 519, 530, 599])(
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

  it('an unknown code or type leaves the decision to the status', () => {
    const failure = httpFailure(500, { errorCode: 'constructor', errorType: '__proto__' });
    expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).retryable).toBe(true);
  });

  it('the reason is a machine word, whatever text the provider sends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), fc.string(), (status, a, b) => {
        const failure = httpFailure(status, { errorCode: a, errorType: b });
        expect(classifyFailure(DEFAULT_RETRY_POLICY, failure).reason).toMatch(/^http_\d{3}$/);
      }),
    );
  });
});
