import { kindRules } from './kinds/index.js';
import { ApiKeyError, assertUsableApiKey, forwardedHeaders } from './request-headers.js';
import { keptHeaders, passThroughHeaders, providerRequestId } from './response-headers.js';

describe('headers that go up', () => {
  it('are the allowed ones of the client and our user agent before the client’s', () => {
    expect(
      forwardedHeaders('1.2.3', {
        'user-agent': 'OpenAI/JS 6.49.0',
        'openai-organization': 'org',
        'openai-project': 'proj',
        'openai-beta': 'assistants=v2',
        authorization: 'Bearer reqrun_live_x',
        cookie: 'a=b',
        'x-stainless-lang': 'js',
      }),
    ).toEqual({
      'user-agent': 'reqrun/1.2.3 OpenAI/JS 6.49.0',
      'openai-organization': 'org',
      'openai-project': 'proj',
      'openai-beta': 'assistants=v2',
    });
  });

  it('leave out what cannot stand in a header or is too long', () => {
    expect(
      forwardedHeaders('1.2.3', {
        'user-agent': 'a\r\nx: 1',
        'openai-organization': 'ö',
        'openai-project': 'p'.repeat(1_025),
        'openai-beta': ['a', 'b'],
      }),
    ).toEqual({ 'user-agent': 'reqrun/1.2.3' });
  });
});

describe('a provider key', () => {
  it('is usable when it is visible ASCII', () => {
    expect(() => assertUsableApiKey('sk-proj-AbC_123~')).not.toThrow();
  });

  it.each(['', 'sk 1', 'sk-1\n', 'sk-ü'])(
    '%j is refused, and the error does not quote it',
    (key) => {
      expect(() => assertUsableApiKey(key)).toThrow(ApiKeyError);
      expect(new ApiKeyError().message).not.toContain('sk');
    },
  );
});

describe('headers that come down', () => {
  const kept = keptHeaders(
    {
      'openai-processing-ms': '12',
      'openai-version': '2020-10-01',
      'x-ratelimit-remaining-tokens': ['5', '6'],
      'x-ratelimit-reset-tokens': 'x'.repeat(1_025),
      'x-ratelimit-limit-tokens': 'a\u0080b',
      'retry-after': '3',
      'retry-after-ms': '2500',
      'set-cookie': ['a=b'],
      'openai-organization': 'org',
      'x-request-id': 'req_1',
    },
    kindRules('openai'),
  );

  it('are kept by the allow-list, one bounded printable value each', () => {
    expect(kept).toEqual({
      'openai-processing-ms': '12',
      'openai-version': '2020-10-01',
      'x-ratelimit-remaining-tokens': '5',
      'retry-after': '3',
      'retry-after-ms': '2500',
    });
  });

  it('pass to the caller without the provider’s retry-after', () => {
    expect(passThroughHeaders(kept)).toEqual({
      'openai-processing-ms': '12',
      'openai-version': '2020-10-01',
      'x-ratelimit-remaining-tokens': '5',
    });
  });

  it.each([
    ['req_1', 'req_1'],
    ['0192f0c1-a7d2-7b3c-8d4e-5f60718293a4', '0192f0c1-a7d2-7b3c-8d4e-5f60718293a4'],
    ['Root=1-67891233:abc.def', null],
    ['1-67891233:abc.def', '1-67891233:abc.def'],
    ['r'.repeat(128), 'r'.repeat(128)],
    ['r'.repeat(129), null],
    ['you asked: my prompt', null],
    ['<b>prompt</b>', null],
    ['req_1\n', null],
    ['', null],
    ['a\u0007b', null],
    [undefined, null],
  ])(
    'name the provider’s request only when it looks like an id: short, and no text',
    (value, expected) => {
      expect(providerRequestId({ 'x-request-id': value }, kindRules('openai'))).toBe(expected);
    },
  );

  it('are those that the kind of the provider names', () => {
    const raw = {
      'anthropic-ratelimit-requests-remaining': '0',
      'x-ratelimit-limit-requests': '9',
      'apim-request-id': 'of-azure',
      'x-request-id': 'plain',
    };
    expect(keptHeaders(raw, kindRules('anthropic'))).toEqual({
      'anthropic-ratelimit-requests-remaining': '0',
      'x-ratelimit-limit-requests': '9',
    });
    expect(keptHeaders(raw, kindRules('openai'))).toEqual({ 'x-ratelimit-limit-requests': '9' });
    expect(providerRequestId(raw, kindRules('azure'))).toBe('of-azure');
    expect(providerRequestId(raw, kindRules('openai'))).toBe('plain');
  });
});
