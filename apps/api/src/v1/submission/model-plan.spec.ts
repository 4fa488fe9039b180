import {
  AUDIO_TRANSCRIPTIONS,
  CHAT_COMPLETIONS,
  EMBEDDINGS,
  type Endpoint,
  type RequestMode,
} from '@reqrun/contracts';
import type { NamedProvider } from '@reqrun/projects';
import { DEFAULT_PROJECT_POLICY, type FallbackName } from '@reqrun/retry-policy';

import type { GivenFallback } from '../../policy/fallback-fields.js';
import { planModels } from './model-plan.js';

const provider = (name: string, more: Partial<NamedProvider> = {}): NamedProvider => ({
  id: `id-${name}`,
  name,
  kind: 'openai',
  apiVersion: null,
  models: [],
  hasKey: true,
  isDefault: false,
  ...more,
});
const PROVIDERS = [
  provider('router', { isDefault: true, kind: 'compatible' }),
  provider('openai', { models: ['gpt-4o'] }),
  provider('azure', { kind: 'azure', apiVersion: '2024-10-21' }),
  provider('keyless', { hasKey: false }),
  provider('local', { hasKey: false, kind: 'compatible' }),
];

function plan(
  model: string,
  fallbacks?: GivenFallback[],
  {
    mode = 'live',
    defaults = [],
    endpoint = CHAT_COMPLETIONS,
    providers = PROVIDERS,
  }: {
    mode?: RequestMode;
    defaults?: FallbackName[];
    endpoint?: Endpoint;
    providers?: NamedProvider[];
  } = {},
) {
  const policy = { ...DEFAULT_PROJECT_POLICY, fallbacks: defaults };
  return planModels(endpoint, mode, { providers, policy }, model, fallbacks, 'fallbacks');
}
const refusal = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    const { code, param, message } = (error as { body: { error: Record<string, string> } }).body
      .error;
    return [code, param, message];
  }
};

describe('the models of a request', () => {
  it.each(['gpt-4o', 'meta-llama/llama-3-70b', 'anthropic/claude', 'a/b/c', '/x', 'OpenAI/gpt-4o'])(
    '%s names no provider: the default one gets it as it is, and nothing is planned',
    (model) => expect(plan(model)).toEqual({}),
  );

  it.each([
    ['openai/gpt-4o', 'openai', 'gpt-4o'],
    ['router/openai/gpt-4o', 'router', 'openai/gpt-4o'],
    ['azure/my-deployment', 'azure', 'my-deployment'],
  ])('%s goes to %s as %s', (name, to, model) => {
    expect(plan(name).plan).toEqual([{ name, model, provider: to, providerId: `id-${to}` }]);
  });

  it('a fallback of the default provider follows whichever that is when it is called', () => {
    expect(plan('gpt-4o', [{ model: 'azure/m' }, { model: 'x/y' }]).plan).toEqual([
      { name: 'gpt-4o', model: 'gpt-4o', provider: 'router', providerId: null },
      { name: 'azure/m', model: 'm', provider: 'azure', providerId: 'id-azure' },
      { name: 'x/y', model: 'x/y', provider: 'router', providerId: null },
    ]);
  });

  it('a provider that is given beside a fallback leaves its model as it is', () => {
    const { plan: [, second] = [] } = plan('m', [{ model: 'azure/m', provider: 'router' }]);
    expect(second).toMatchObject({ model: 'azure/m', provider: 'router', providerId: 'id-router' });
  });

  it('parameters stay out of the plan, which is stored in clear', () => {
    const params = { system: 'secret' };
    const planned = plan('m', [{ model: 'n', params }]);
    expect(planned.fallbackParams).toEqual([null, params]);
    expect(JSON.stringify(planned.plan)).not.toContain('secret');
  });

  it.each<[string, string, GivenFallback[] | undefined, string, string, string]>([
    [
      'nothing behind a provider',
      'azure/',
      undefined,
      'invalid_value',
      'model',
      'model names a provider but no model.',
    ],
    [
      'no deployment',
      'azure/a b',
      undefined,
      'invalid_value',
      'model',
      'model is not the name of an Azure deployment.',
    ],
    [
      'a model that is not listed',
      'openai/o9',
      undefined,
      'invalid_value',
      'model',
      'model is not one of the models that its provider may be called with.',
    ],
    [
      'nothing behind a provider',
      'm',
      [{ model: 'n' }, { model: 'azure/' }],
      'invalid_value',
      'fallbacks.1.model',
      'fallbacks.1.model names a provider but no model.',
    ],
    [
      'no deployment',
      'm',
      [{ model: 'azure/a b' }],
      'invalid_value',
      'fallbacks.0.model',
      'fallbacks.0.model is not the name of an Azure deployment.',
    ],
    [
      'no such provider',
      'm',
      [{ model: 'n' }, { model: 'n', provider: 'nobody' }],
      'invalid_value',
      'fallbacks.1.provider',
      'fallbacks.1.provider is not the name of a provider of this project.',
    ],
    [
      'no key',
      'm',
      [{ model: 'keyless/n' }],
      'invalid_value',
      'fallbacks.0.model',
      'fallbacks.0.model leads to a provider that has no key.',
    ],
    [
      'no key',
      'm',
      [{ model: 'n', provider: 'keyless' }],
      'invalid_value',
      'fallbacks.0.provider',
      'fallbacks.0.provider leads to a provider that has no key.',
    ],
    [
      'the first model once more',
      'm',
      [{ model: 'm' }],
      'invalid_value',
      'fallbacks.0',
      'fallbacks.0 is the same as an earlier model of this request.',
    ],
    [
      'the same by another spelling',
      'm',
      [{ model: 'azure/n' }, { model: 'n', provider: 'azure' }],
      'invalid_value',
      'fallbacks.1',
      'fallbacks.1 is the same as an earlier model of this request.',
    ],
  ])('%s is refused by name: %s', (_, model, fallbacks, code, param, message) => {
    expect(refusal(() => plan(model, fallbacks))).toEqual([code, param, message]);
  });

  it('the same model with other parameters is another entry, and a server of one’s own needs no key', () => {
    expect(plan('m', [{ model: 'm', params: { temperature: 0 } }]).plan).toHaveLength(2);
    expect(plan('m', [{ model: 'local/n' }]).plan).toHaveLength(2);
  });

  it('in test mode names are resolved for show, and the simulator takes any model', () => {
    const { plan: planned } = plan('azure/sim/503', [{ model: 'keyless/sim/ok' }], {
      mode: 'test',
    });
    expect(planned?.map(({ model, provider: name }) => [model, name])).toEqual([
      ['sim/503', 'azure'],
      ['sim/ok', 'keyless'],
    ]);
  });

  it('fallbacks of the project apply to chats that name none, as far as they can be called', () => {
    const defaults = [{ model: 'azure/n' }, { model: 'x', provider: 'gone' }, { model: 'm' }];
    expect(plan('m', undefined, { defaults }).plan?.map(({ name }) => name)).toEqual([
      'm',
      'azure/n',
    ]);
    expect(plan('m', [], { defaults })).toEqual({});
    expect(plan('m', undefined, { defaults, endpoint: EMBEDDINGS })).toEqual({});
  });

  it('an upload goes to the default provider as it is, and names no other', () => {
    const endpoint: Endpoint = AUDIO_TRANSCRIPTIONS;
    expect(plan('whisper-1', undefined, { endpoint })).toEqual({});
    expect(refusal(() => plan('openai/gpt-4o', undefined, { endpoint }))).toEqual([
      ...['unsupported_parameter', 'model', 'model cannot name a provider in an upload.'],
    ]);
  });

  it('a project without a provider has the simulator', () => {
    expect(plan('m', [{ model: 'n' }], { providers: [] }).plan).toMatchObject([
      { provider: null, providerId: null },
      { provider: null, providerId: null },
    ]);
  });
});
