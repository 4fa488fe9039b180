import { AdminClient } from './harness/admin-client.js';
import { chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import {
  type RecordingProvider,
  SMALL_COMPLETION,
  startRecordingProvider,
} from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

interface Provider {
  name: string;
  kind: string;
  base_url: string;
  key_last_four: string | null;
  is_default: boolean;
  models: string[];
}

const KEY = 'sk-0123456789-last';

describe('the providers of a project', () => {
  const cluster = useCluster({ redis: false });
  let first: RecordingProvider;
  let second: RecordingProvider;
  let owner: AdminClient;
  beforeAll(async () => {
    [first, second] = [await startRecordingProvider(), await startRecordingProvider()];
    owner = await cluster().owner();
  });
  afterAll(async () => {
    await Promise.all([first.close(), second.close()]);
  });

  /** A project with a live key. */
  async function make(): Promise<{ path: string; caller: Client; test: Client; id: string }> {
    const project = await cluster().projects.add();
    return {
      id: project.id,
      path: `/admin/projects/${project.id}/providers`,
      caller: cluster().clientFor(project.keys.live),
      test: cluster().clientFor(project.keys.test),
    };
  }
  const add = (path: string, body: object): Promise<Provider> =>
    owner.expect<Provider>(201, 'POST', path, { api_key: KEY, ...body });
  const list = async (path: string): Promise<Provider[]> =>
    (await owner.expect<{ data: Provider[] }>(200, 'GET', path)).data;
  const sent = (provider: RecordingProvider) => {
    const call = provider.calls.at(-1);
    return { path: call?.path, body: call?.body.toString(), headers: call?.headers ?? {} };
  };

  it('are added, shown without their keys, changed and removed, with an entry in the log each', async () => {
    const { path, id } = await make();
    expect(await list(path)).toEqual([]);
    expect(await add(path, { name: 'one', base_url: first.baseUrl })).toMatchObject({
      ...{ name: 'one', kind: 'openai', is_default: true, key_last_four: 'last', models: [] },
    });
    await add(path, { name: 'two', base_url: second.baseUrl, kind: 'compatible' });
    expect((await list(path)).map(({ name, is_default: main }) => [name, main])).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect(JSON.stringify(await list(path))).not.toContain('0123456789');
    await owner.expect(200, 'PATCH', `${path}/two`, { is_default: true, models: ['m'] });
    expect((await list(path)).map(({ name }) => name)).toEqual(['two', 'one']);

    const refused = async (method: string, at: string, body?: object) => {
      const answer = await owner.call(method, at, body);
      return [answer.status, errorOf(answer).code, errorOf(answer).param];
    };
    const elsewhere = { name: 'x', base_url: 'https://example.com', api_key: KEY };
    expect(await refused('POST', path, { ...elsewhere, name: 'two' })).toEqual([
      409,
      'already_exists',
      'name',
    ]);
    expect(await refused('POST', path, { ...elsewhere, name: 'sim' })).toEqual([
      400,
      'invalid_value',
      'name',
    ]);
    expect(await refused('POST', path, { ...elsewhere, name: 'A' })).toEqual([
      400,
      'invalid_value',
      'name',
    ]);
    expect(await refused('POST', path, { ...elsewhere, kind: 'odd' })).toEqual([
      400,
      'invalid_value',
      'kind',
    ]);
    expect(await refused('POST', path, { ...elsewhere, api_version: '2024-10-21' })).toEqual([
      400,
      'invalid_value',
      'api_version',
    ]);
    expect(await refused('POST', path, { ...elsewhere, api_key: undefined })).toEqual([
      400,
      'missing_required_parameter',
      'api_key',
    ]);
    expect(await refused('PATCH', `${path}/two`, { base_url: first.baseUrl })).toEqual([
      400,
      'missing_required_parameter',
      'api_key',
    ]);
    expect(await refused('PATCH', `${path}/nobody`, {})).toEqual([404, 'not_found', 'name']);
    expect(await refused('DELETE', `${path}/two`)).toEqual([409, 'not_changeable', 'name']);

    await owner.expect(204, 'DELETE', `${path}/one`);
    await owner.expect(204, 'DELETE', `${path}/two`);
    expect(await list(path)).toEqual([]);
    const { rows } = await cluster().pool.query<{ action: string }>(
      `SELECT action FROM audit_log WHERE project_id = $1 ORDER BY id`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['provider.created', 'provider.created', 'provider.changed'],
      ...['provider.removed', 'provider.removed'],
    ]);
  });

  it('are changed by owners and by tokens with a scope of their own, and by no other', async () => {
    const { path } = await make();
    const body = { name: 'one', base_url: first.baseUrl, api_key: KEY };
    const { client: writes } = await owner.addToken(['providers:write', 'projects:read']);
    const { client: reads } = await owner.addToken(['projects:read', 'projects:write']);
    const refused = await reads.call('POST', path, body);
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'insufficient_scope']);
    await writes.expect(201, 'POST', path, body);
    expect(await reads.expect(200, 'POST', `${path}/one/test`)).toMatchObject({
      ...{ ok: false, http_status: 200, error_code: 'provider_response_invalid' },
    });
  });

  it('are tested before anything is stored; the stored key goes to no other server', async () => {
    const { path } = await make();
    first.answer = { body: '{"object":"list","data":[{"id":"m"}]}' };
    const body = { base_url: first.baseUrl, api_key: KEY };
    const found = await owner.expect(200, 'POST', `${path}/test`, body);
    expect(found).toMatchObject({ ok: true, http_status: 200, models: 1 });
    expect(sent(first).headers.authorization).toBe(`Bearer ${KEY}`);
    expect(await list(path)).toEqual([]);

    await add(path, { name: 'one', ...body });
    await owner.expect(200, 'POST', `${path}/one/test`, { api_key: 'sk-of-tomorrow' });
    expect(sent(first).headers.authorization).toBe('Bearer sk-of-tomorrow');
    await owner.expect(200, 'POST', `${path}/one/test`, { kind: 'azure' });
    expect(sent(first).headers['api-key']).toBe(KEY);
    await owner.expect(200, 'POST', `${path}/one/test`);
    expect(sent(first).headers.authorization).toBe(`Bearer ${KEY}`);
    expect(await list(path)).toMatchObject([
      { name: 'one', kind: 'openai', key_last_four: 'last' },
    ]);

    const calls = second.calls.length;
    const refused = async (at: string, wrong: object) => {
      const answer = await owner.call('POST', `${path}/${at}`, wrong);
      return [answer.status, errorOf(answer).param];
    };
    expect(await refused('one/test', { base_url: second.baseUrl })).toEqual([400, 'api_key']);
    expect(await refused('one/test', { api_version: '2024-10-21' })).toEqual([400, 'api_version']);
    expect(await refused('test', { api_key: KEY })).toEqual([400, 'base_url']);
    expect(await refused('test', { base_url: second.baseUrl })).toEqual([400, 'api_key']);
    expect(await refused('test', { ...body, api_key: 'with space' })).toEqual([400, 'api_key']);
    expect(second.calls).toHaveLength(calls);
    first.answer = { body: SMALL_COMPLETION };
  });

  it('are called by their name: only the model in the body changes, and each gets its own key', async () => {
    const { path, caller } = await make();
    await add(path, { name: 'one', base_url: first.baseUrl });
    await add(path, { name: 'two', base_url: second.baseUrl, api_key: 'sk-of-the-second' });
    const body =
      '{"n":1.0,"model" : "two/org/m" ,"messages":[{"role":"user","content":"x"}],"wait":true}';
    const answer = await caller.chat(body);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      ...{ 'x-reqrun-model': 'two/org/m', 'x-reqrun-provider': 'two', 'x-reqrun-fallback': '0' },
    });
    expect(sent(second)).toMatchObject({
      path: '/v1/chat/completions',
      body: '{"n":1.0,"model" : "org/m" ,"messages":[{"role":"user","content":"x"}]}',
      headers: { authorization: 'Bearer sk-of-the-second' },
    });
    // A prefix that is no provider's name is part of the model's.
    const other = await caller.wait('meta-llama/llama-3');
    expect(other.headers['x-reqrun-provider']).toBe('one');
    expect(sent(first).body).toContain('"model":"meta-llama/llama-3"');
    expect(sent(first).headers.authorization).toBe(`Bearer ${KEY}`);
    const id = other.headers['x-request-id'] as string;
    expect(await caller.record(id)).toMatchObject({ model: 'meta-llama/llama-3', provider: 'one' });
    expect(await caller.attempts(id)).toMatchObject([{ provider: 'one', because: 'first' }]);
    const named = answer.headers['x-request-id'] as string;
    expect(await caller.record(named)).toMatchObject({
      ...{ model: 'org/m', requested_model: 'two/org/m', provider: 'two' },
    });
    const empty = await caller.wait('two/');
    expect([empty.status, errorOf(empty).param, errorOf(empty).message]).toEqual([
      ...[400, 'model', 'model names a provider but no model.'],
    ]);
  });

  it('have the header and the path of their kind', async () => {
    const { path, caller } = await make();
    const base = first.baseUrl.replace('/v1', '');
    await add(path, { name: 'azure', base_url: base, kind: 'azure', api_version: '2024-10-21' });
    await add(path, { name: 'v1', base_url: base, kind: 'azure' });
    expect((await caller.wait('gpt-4o')).status).toBe(200);
    expect(sent(first).path).toBe(
      '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    );
    expect(sent(first).headers).toMatchObject({ 'api-key': KEY });
    expect(sent(first).headers.authorization).toBeUndefined();
    expect((await caller.wait('v1/gpt-4o')).status).toBe(200);
    expect(sent(first).path).toBe('/openai/v1/chat/completions');
    const wrong = await caller.wait('azure/not a deployment');
    expect([wrong.status, errorOf(wrong).message]).toEqual([
      ...[400, 'model is not the name of an Azure deployment.'],
    ]);
  });

  it('serve no model that is not on their list', async () => {
    const { path, caller } = await make();
    await add(path, { name: 'one', base_url: first.baseUrl, models: ['small', 'large'] });
    expect((await caller.wait('one/large')).status).toBe(200);
    for (const model of ['huge', 'one/huge']) {
      const refused = await caller.wait(model);
      expect([refused.status, errorOf(refused).param]).toEqual([400, 'model']);
    }
  });

  it('are resolved for show with a test key, and the simulator is called', async () => {
    const { path, test } = await make();
    await add(path, { name: 'one', base_url: first.baseUrl });
    const before = first.calls.length;
    const answer = await test.wait('one/sim/ok');
    expect([answer.status, answer.headers['x-reqrun-model']]).toEqual([200, 'one/sim/ok']);
    expect(first.calls).toHaveLength(before);
    const id = answer.headers['x-request-id'] as string;
    expect(await test.record(id)).toMatchObject({ model: 'sim/ok', requested_model: 'one/sim/ok' });
  });

  it('one that is removed while requests wait for it ends them, or their fallbacks are called', async () => {
    const { path, caller } = await make();
    await add(path, { name: 'one', base_url: first.baseUrl });
    await add(path, { name: 'gone', base_url: second.baseUrl });
    second.answer = { status: 503, headers: { 'retry-after': '2' }, body: '{"error":{}}' };
    const alone = await caller.submit('gone/m');
    const helped = await caller.submit('gone/m', {
      fallbacks: [{ model: 'm' }],
      retry: { count: 5 },
    });
    await Promise.all([alone, helped].map((id) => caller.until(id, 'retrying')));
    await owner.expect(204, 'DELETE', `${path}/gone`);
    // Workers remember a provider for seconds: what it is called for until then fails like before.
    expect(await caller.untilEnded(alone)).toMatchObject({
      ...{ status: 'failed', error: { code: 'provider_not_configured' } },
    });
    expect(await caller.untilEnded(helped)).toMatchObject({ status: 'completed', provider: 'one' });
    const last = (await caller.attempts(helped)).at(-2);
    expect(last).toMatchObject({
      provider: 'gone',
      error_code: 'provider_not_configured',
      decision: { action: 'fallback', reason: 'provider_not_configured' },
    });
    const refused = await caller.chat(
      chatBody('m', { fallbacks: [{ model: 'm', provider: 'gone' }] }),
    );
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'fallbacks.0.provider']);
  });

  it('the old route is the default one: set, moved and removed as before', async () => {
    const { path, caller } = await make();
    const alias = path.replace(/s$/, '');
    await owner.expect(200, 'PUT', alias, { base_url: first.baseUrl, api_key: KEY });
    expect(await list(path)).toMatchObject([
      { name: 'default', kind: 'compatible', is_default: true, base_url: first.baseUrl },
    ]);
    await add(path, { name: 'two', base_url: second.baseUrl });
    const refused = await owner.call('DELETE', alias);
    expect([refused.status, errorOf(refused).code]).toEqual([409, 'not_changeable']);
    await owner.expect(204, 'DELETE', `${path}/two`);
    const shown = jsonOf<{ provider: object }>(await owner.call('DELETE', alias));
    expect(shown.provider).toMatchObject({ kind: 'simulator', base_url: null });
    expect((await caller.wait('sim/ok')).headers['x-reqrun-provider']).toBe('simulator');
  });
});
