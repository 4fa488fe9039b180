import { PROVIDER_KINDS } from '@reqrun/contracts';

import { kindRules, providerAt } from './index.js';

const chat = { path: '/chat/completions', model: 'gpt-4o', apiVersion: null };
const dated = { ...chat, apiVersion: '2024-10-21' };

describe('kinds of providers', () => {
  it.each([
    ['openai', 'authorization', 'Bearer k'],
    ['azure', 'api-key', 'k'],
    ['anthropic', 'authorization', 'Bearer k'],
    ['gemini', 'authorization', 'Bearer k'],
    ['compatible', 'authorization', 'Bearer k'],
  ] as const)('%s takes its key in %s', (kind, name, value) => {
    expect(kindRules(kind).keyHeader('k')).toEqual([name, value]);
  });

  it('all but azure put the path behind the base URL', () => {
    for (const kind of PROVIDER_KINDS.filter((one) => one !== 'azure')) {
      expect(kindRules(kind).pathOf('/v1', chat)).toBe('/v1/chat/completions');
    }
  });

  it.each([
    ['', chat, '/openai/v1/chat/completions'],
    ['/openai/v1', chat, '/openai/v1/chat/completions'],
    ['/openai', chat, '/openai/v1/chat/completions'],
    ['/gateway', chat, '/gateway/openai/v1/chat/completions'],
    ['', dated, '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21'],
    ['/openai/v1', dated, '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21'],
    ['', { ...dated, path: '/models', model: null }, '/openai/models?api-version=2024-10-21'],
    ['', { ...dated, path: '/responses' }, '/openai/responses?api-version=2024-10-21'],
    [
      '',
      { ...dated, path: '/responses/r1/input_items?limit=2', model: null },
      '/openai/responses/r1/input_items?api-version=2024-10-21&limit=2',
    ],
  ])('azure behind %j: %j is %s', (prefix, place, path) => {
    expect(kindRules('azure').pathOf(prefix, place)).toBe(path);
  });

  it.each(['a/b', '..', '.', '', 'x'.repeat(65), 'gpt 4o'])(
    'a dated azure has no deployment %j',
    (model) => {
      expect(kindRules('azure').isModel(model, '2024-10-21')).toBe(false);
      expect(kindRules('azure').isModel(model, null)).toBe(true);
    },
  );

  it('azure: limits of -1 and 0 say nothing', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '-1',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-limit-tokens': '30000',
      'retry-after': '0',
    };
    expect(kindRules('azure').limitsOf(headers, 0)).toEqual({
      'x-ratelimit-limit-tokens': '30000',
      'retry-after': '0',
    });
  });

  it('anthropic: the limit that is used up is told as OpenAI tells it', () => {
    const headers = {
      'anthropic-ratelimit-requests-remaining': '7',
      'anthropic-ratelimit-requests-reset': '2026-03-01T12:00:30Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-03-01T12:00:12Z',
      'anthropic-ratelimit-output-tokens-remaining': '900',
      'anthropic-ratelimit-output-tokens-reset': '2026-03-01T12:00:01Z',
    };
    expect(kindRules('anthropic').limitsOf(headers, Date.UTC(2026, 2, 1, 12))).toMatchObject({
      'x-ratelimit-remaining-requests': '7',
      'x-ratelimit-reset-requests': '30s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '12s',
    });
    const nonsense = { 'anthropic-ratelimit-requests-remaining': '0' };
    expect(kindRules('anthropic').limitsOf(nonsense, 0)).toEqual(nonsense);
  });

  it.each([
    ['https://api.openai.com/v1', 'openai', 'openai'],
    ['https://api.anthropic.com/v1', 'anthropic', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'gemini', 'gemini'],
    ['https://x.openai.azure.com/openai/v1', 'azure', 'azure'],
    ['https://api.mistral.ai/v1', 'compatible', 'mistral'],
    // Models of these begin with the name of the host.
    ['https://openrouter.ai/api/v1', 'compatible', 'default'],
    ['https://api.groq.com/openai/v1', 'compatible', 'default'],
    ['http://127.0.0.1:8000/v1', 'compatible', 'default'],
    ['https://api.openai.com.evil.example/v1', 'compatible', 'default'],
  ])('%s is %s, by the name %s', (baseUrl, kind, name) => {
    expect(providerAt(baseUrl)).toEqual({ kind, name });
  });
});
