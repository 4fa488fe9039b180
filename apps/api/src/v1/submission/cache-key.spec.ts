import { createHmac } from 'node:crypto';

import type { KeyedHash } from '@reqrun/platform/crypto';
import type { ProjectDirectory, ProviderIdentity } from '@reqrun/projects';
import { NEW_PROJECT_POLICY, type PlannedModel } from '@reqrun/retry-policy';

import { CacheKeys, cacheKeyOf } from './cache-key.js';

/** The digest of `KeyedHash`, with a key that is known. */
const hash = {
  digest: (...parts: readonly (string | Iterable<string>)[]) => {
    const hmac = createHmac('sha256', 'key');
    for (const part of parts) {
      const text = typeof part === 'string' ? part : [...part].join('');
      hmac.update(`${Buffer.byteLength(text)}:`).update(text);
    }
    return hmac.digest();
  },
  digestGradually: (last: readonly string[], ...parts: readonly string[]) =>
    Promise.resolve((hash as { digest: (...all: unknown[]) => Buffer }).digest(...parts, last)),
} as unknown as KeyedHash;

const scope = { projectId: 'p', mode: 'live' as const };
const call = {
  endpoint: '/chat/completions',
  provider: { id: 'c', baseUrl: 'https://api.openai.com/v1', apiVersion: null as string | null },
  headers: { 'openai-beta': 'x', 'user-agent': 'a' },
  isReattached: false,
  body: '{"model":"m","messages":[{"role":"user","content":"é"}],"seed":1.10}',
};

type Parts = Partial<Omit<typeof call, 'headers'>> & {
  headers?: Record<string, string>;
  scope?: { projectId: string; mode: 'live' | 'test' };
};

async function keyOf({ scope: own = scope, ...parts }: Parts = {}): Promise<string> {
  const { body, ...rest } = { ...call, ...parts };
  return (await cacheKeyOf(hash, own, { ...rest, body: Buffer.from(body) })).toString('hex');
}

describe('the key of a call in the cache', () => {
  it.each<[string, Parts]>([
    [
      'spaces and the order of members',
      { body: ' {"seed":1.1e0,"messages":[ {"content":"\\u00e9","role":"user"}],"model":"m"}' },
    ],
    ['the version of the client', { headers: { 'openai-beta': 'x', 'user-agent': 'b' } }],
  ])('is the same whatever %s', async (_what, parts) => {
    expect(await keyOf(parts)).toBe(await keyOf());
  });

  it.each<[string, Parts]>([
    ['project', { scope: { projectId: 'q', mode: 'live' } }],
    ['mode', { scope: { projectId: 'p', mode: 'test' } }],
    ['endpoint', { endpoint: '/responses' }],
    ['way of running', { isReattached: true }],
    ['provider', { provider: { ...call.provider, id: 'd' } }],
    ['base URL', { provider: { ...call.provider, baseUrl: 'https://other.test/v1' } }],
    ['version of the API', { provider: { ...call.provider, apiVersion: '2026-01-01' } }],
    ['header that decides about the answer', { headers: {} }],
    ['word of the body', { body: call.body.replace('user', 'system') }],
    ['case of a letter', { body: call.body.replace('"m"', '"M"') }],
    ['digit of a number', { body: call.body.replace('1.10', '1.1000000000000000001') }],
    ['order of the messages', { body: '{"model":"m","messages":[2,1],"seed":1.10}' }],
    ['metadata', { body: call.body.replace('"seed"', '"metadata":{"a":"b"},"seed"') }],
  ])('is another with another %s', async (_what, parts) => {
    expect(await keyOf(parts)).not.toBe(await keyOf());
  });

  it('is the same for a large body, which is read in turns', async () => {
    const long = 'x'.repeat(100_000);
    const body = `{"model":"m","input":"${long}"}`;
    expect(await keyOf({ body })).toBe(await keyOf({ body: `{"input":"${long}", "model":"m"}` }));
    expect(await keyOf({ body })).not.toBe(await keyOf({ body: body.replace('xx', 'xy') }));
  });
});

describe('the look-up of a request', () => {
  const providers: Readonly<Record<string, ProviderIdentity>> = {
    default: call.provider,
    azure: { id: 'azure', baseUrl: 'https://azure.test', apiVersion: '2026-01-01' },
  };
  const projects = {
    providerOf: (_project: string, _mode: string, id: string | null) =>
      Promise.resolve(providers[id ?? 'default'] ?? null),
  } as unknown as ProjectDirectory;
  const keys = new CacheKeys(hash, projects);
  const cache = { type: 'exact_match', ttl: 60 } as const;
  const entry = (name: string, model: string, providerId: string | null): PlannedModel => ({
    ...{ name, model, providerId },
    provider: 'a name',
  });

  async function lookup(
    name: string,
    plan?: readonly PlannedModel[],
    more: object = {},
  ): Promise<string | undefined> {
    const found = await keys.lookupOf(scope, {
      ...{ endpoint: '/chat/completions', headers: {} },
      policy: { ...NEW_PROJECT_POLICY, cache, ...(plan !== undefined && { plan }) },
      body: Buffer.from(JSON.stringify({ model: name, messages: [], ...more })),
      hasStreamMembers: 'stream' in more,
    });
    return found?.key.toString('hex');
  }

  it('is for the provider and the model that the first attempt calls', async () => {
    const plain = await lookup('m');
    expect(await lookup('default/m', [entry('default/m', 'm', null)])).toBe(plain);
    const azure = await lookup('azure/m', [entry('azure/m', 'm', 'azure')]);
    expect(azure).not.toBe(plain);
    expect(await lookup('azure/n', [entry('azure/n', 'n', 'azure')])).not.toBe(azure);
  });

  it('is the same whatever follows the first model', async () => {
    const plan = [entry('m', 'm', null), entry('n', 'n', 'azure')];
    expect(await lookup('m', plan)).toBe(await lookup('m'));
  });

  it('is the same whether the answer is sent as a stream or not', async () => {
    const streamed = { stream: true, stream_options: { include_usage: true } };
    expect(await lookup('m', undefined, streamed)).toBe(await lookup('m'));
    expect(await lookup('m', undefined, { stream: false })).toBe(await lookup('m'));
    const plan = [entry('default/m', 'm', null)];
    expect(await lookup('default/m', plan, streamed)).toBe(await lookup('m'));
    expect(await lookup('m', undefined, { ...streamed, seed: 1 })).not.toBe(await lookup('m'));
  });

  it('is none where there is no provider, or no cache', async () => {
    expect(await lookup('gone/m', [entry('gone/m', 'm', 'gone')])).toBeUndefined();
    const policy = { ...NEW_PROJECT_POLICY, cache: null };
    const plain = { endpoint: '/chat/completions', policy, headers: {}, body: Buffer.from('{}') };
    expect(await keys.lookupOf(scope, { ...plain, hasStreamMembers: false })).toBeUndefined();
  });
});
