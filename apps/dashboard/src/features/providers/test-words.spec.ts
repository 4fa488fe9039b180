import { modelsWords, testWords } from './test-words';

const FAILED = { ok: false, http_status: null, error_code: null, duration_ms: 12, models: null };

describe('the result of a test call', () => {
  it.each([
    [
      { ok: true, http_status: 200, error_code: null, duration_ms: 120, models: 84 },
      'It works: the provider answered and listed 84 models in 120 ms (HTTP 200).',
    ],
    [
      { ok: true, http_status: 200, error_code: null, duration_ms: 120, models: null },
      'It works: the provider answered in 120 ms (HTTP 200).',
    ],
    [
      { ...FAILED, error_code: 'timeout', duration_ms: 10_000 },
      'The provider did not answer in 10 s.',
    ],
    [
      { ...FAILED, error_code: 'network_error' },
      'No connection (12 ms): check the base URL, and whether the server is up.',
    ],
    [
      { ...FAILED, http_status: 200, error_code: 'provider_response_invalid' },
      "The answer (HTTP 200) is not one of OpenAI's API: check the base URL.",
    ],
    [
      { ...FAILED, http_status: 401, error_code: 'provider_auth_failed' },
      'The provider refused the key (HTTP 401).',
    ],
    [
      { ...FAILED, http_status: 404, error_code: 'openai_http_404' },
      'Nothing is at this address (HTTP 404): check the base URL.',
    ],
    [
      { ...FAILED, http_status: 503, error_code: 'openai_http_503' },
      'The provider answered HTTP 503 in 12 ms.',
    ],
  ])('%j says what happened', (test, words) => {
    expect(testWords(test)).toBe(words);
  });
});

describe('the models of a provider', () => {
  it.each([
    [[], 'any model'],
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('%j are told in a few words', (models, words) => {
    expect(modelsWords(models)).toBe(words);
  });
});
