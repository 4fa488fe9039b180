import { describeErrorCode, type ErrorDefinition, ERRORS, statusForCaller } from './error-codes.js';

const definitions = Object.entries<ErrorDefinition>(ERRORS);

describe('the list of error codes', () => {
  it.each(definitions)(
    '%s is a snake_case word with an error status and a sentence',
    (code, it) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(it.status).toBeGreaterThanOrEqual(400);
      expect(it.status).toBeLessThanOrEqual(599);
      expect(it.message).toMatch(/^[A-Z].*[.…]$/);
    },
  );
});

describe("the status under which a provider's failure reaches a caller", () => {
  it.each([
    [400, 400],
    [404, 404],
    [413, 413],
    [422, 422],
    [429, 429],
    [499, 499],
  ])("%d stays: it is about the caller's own body", (status, expected) => {
    expect(statusForCaller(status)).toBe(expected);
  });

  it.each([401, 402, 403, 407, 408, 409])('%d would be misread as ours, so it is 502', (status) => {
    expect(statusForCaller(status)).toBe(502);
  });

  it.each([100, 200, 302, 399, 500, 503, 529, 599, 999])('%d is 502', (status) => {
    expect(statusForCaller(status)).toBe(502);
  });
});

describe('what is said of a code', () => {
  it.each(definitions)(
    '%s is described by the list when no provider answered',
    (code, definition) => {
      expect(describeErrorCode(code, null)).toEqual(definition);
    },
  );

  it.each([
    ['model_not_found', 404, 404, 'invalid_request_error'],
    ['context_length_exceeded', 400, 400, 'invalid_request_error'],
    ['insufficient_quota', 429, 429, 'invalid_request_error'],
    ['invalid_value', 400, 400, 'invalid_request_error'],
    ['server_is_overloaded', 503, 502, 'provider_error'],
    ['openai_http_500', 500, 502, 'provider_error'],
    ['openai_http_409', 409, 502, 'provider_error'],
  ])('%s after HTTP %d is answered %d, %s', (code, httpStatus, status, type) => {
    const { message, ...rest } = describeErrorCode(code, httpStatus);
    expect(rest).toEqual({ status, type });
    expect(message).toContain(`HTTP ${httpStatus}`);
  });

  it('is ours, not the status, where a code of ours stands for a provider answer', () => {
    expect(describeErrorCode('provider_auth_failed', 401)).toEqual(ERRORS.provider_auth_failed);
    expect(describeErrorCode('timeout', 504)).toEqual(ERRORS.timeout);
  });

  it.each(['CANARY the prompt was here', '__proto__', 'constructor', 'toString'])(
    'never repeats a code that is not known: %s',
    (code) => {
      for (const httpStatus of [null, 400, 500]) {
        const { status, type, message } = describeErrorCode(code, httpStatus);
        expect(message).not.toContain(code);
        expect([typeof status, typeof type]).toEqual(['number', 'string']);
      }
    },
  );
});
