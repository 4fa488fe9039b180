import { KNOWN_PROVIDER_ERROR_CODES, safeProviderErrorCode } from './provider-error-codes.js';

describe("the code under which a provider's error is recorded", () => {
  it.each([
    [400, 'context_length_exceeded', 'invalid_request_error', 'context_length_exceeded'],
    [429, 'insufficient_quota', null, 'insufficient_quota'],
    [429, null, 'insufficient_quota', 'insufficient_quota'],
    [429, 'some_other_code', 'insufficient_quota', 'insufficient_quota'],
    [404, 'model_not_found', 'insufficient_quota', 'model_not_found'],
    [429, 'rate_limit_exceeded', 'tokens', 'openai_http_429'],
    [500, null, null, 'openai_http_500'],
    [401, 'invalid_api_key', null, 'provider_auth_failed'],
    [403, 'model_not_found', null, 'provider_auth_failed'],
    [400, '', '', 'openai_http_400'],
  ])('of HTTP %d with code %s and type %s is %s', (status, code, type, expected) => {
    const words = [code, type].filter((word) => word !== null);
    expect(safeProviderErrorCode(status, words)).toBe(expected);
  });

  it.each([
    'CANARY my prompt',
    'sk-canary',
    'INSUFFICIENT_QUOTA',
    ' insufficient_quota',
    '__proto__',
  ])('never holds foreign words: %s', (foreign) => {
    expect(safeProviderErrorCode(400, [foreign, foreign])).toBe('openai_http_400');
  });

  it('is a word in lower case for every known code', () => {
    for (const code of KNOWN_PROVIDER_ERROR_CODES) {
      expect(code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
    }
  });
});
