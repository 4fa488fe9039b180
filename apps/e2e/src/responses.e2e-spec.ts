import OpenAI from 'openai';

import { type Client, errorOf, jsonOf } from './harness/client.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

const cluster = useCluster({ redis: false });
const client = () => cluster().clientFor(cluster().project.keys.test);
const sdk = (apiKey = cluster().project.keys.test): OpenAI =>
  new OpenAI({ baseURL: `${cluster().baseUrl}/v1`, apiKey });
/** Our fields beside OpenAI's: the SDK sends them, its types do not know them. */
const own = (fields: object): object => fields;

const create = (model: string, more: object = {}) =>
  client().call('POST', '/v1/responses', { model, input: 'Say something.', ...more });

describe('responses through the stock SDK', () => {
  it('are waited for, and carry the provider’s own id', async () => {
    const response = await sdk().responses.create({
      model: 'sim/429:retry-after-ms=10,ok',
      input: 'Say something.',
      ...own({ wait: true }),
    });
    expect(response.id).toMatch(/^resp_/);
    expect(response.output_text).toContain('simulator');
  });

  it('are parsed by a JSON schema', async () => {
    const response = await sdk().responses.parse({
      model: 'sim/ok',
      input: 'x',
      text: {
        format: {
          type: 'json_schema',
          name: 'answer',
          strict: true,
          schema: {
            type: 'object',
            properties: { n: { type: 'integer' } },
            required: ['n'],
            additionalProperties: false,
          },
        },
      },
      ...own({ wait: true }),
    });
    expect(response.output_parsed).toEqual({ n: expect.any(Number) as number });
  });

  it('in the background are answered at once under our id, and polled', async () => {
    const started = await sdk().responses.create({
      model: 'sim/slow:300',
      input: 'x',
      background: true,
      metadata: { ticket: '7' },
    });
    expect(started).toMatchObject({
      id: expect.stringMatching(/^rr_/) as string,
      status: 'queued',
      background: true,
      output: [],
      metadata: { ticket: '7' },
    });
    await client().until(started.id, 'completed');
    const done = await sdk().responses.retrieve(started.id);
    expect([done.id, done.status]).toEqual([started.id, 'completed']);
    expect(done.output_text).toContain('simulator');
  });

  it('in the background ride out an outage where their project says so: nobody waits for them', async () => {
    const { keys } = await cluster().addProject({
      settings: { wait: 'auto' },
      policy: { untilDeadline: true },
    });
    const { id } = await sdk(keys.test).responses.create({
      model: 'sim/ok',
      input: 'x',
      background: true,
    });
    expect(jsonOf(await cluster().clientFor(keys.test).get(`/v1/requests/${id}`))).toMatchObject({
      retry_until_deadline: true,
    });
  });

  it('are canceled, twice', async () => {
    const { id } = await sdk().responses.create({
      model: 'sim/hang',
      input: 'x',
      background: true,
    });
    expect(await sdk().responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    expect(await sdk().responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
  });

  it('are found by both ids, list their input, and are gone once they are deleted', async () => {
    const waited = await sdk().responses.create({
      model: 'sim/ok',
      input: 'Remember this.',
      ...own({ wait: true }),
    });
    const byProvider = await sdk().responses.retrieve(waited.id).withResponse();
    const ours = byProvider.response.headers.get('x-request-id') ?? '';
    expect(byProvider.data.id).toBe(waited.id);
    expect((await sdk().responses.retrieve(ours)).id).toBe(ours);
    const items = await sdk().responses.inputItems.list(ours);
    expect(JSON.stringify(items.data)).toContain('Remember this.');
    await sdk().responses.delete(waited.id);
    await expect(sdk().responses.retrieve(ours)).rejects.toMatchObject({ status: 404 });
    await expect(sdk().responses.delete(waited.id)).rejects.toMatchObject({ status: 404 });
    expect(jsonOf(await client().get(`/v1/requests/${ours}`))).toMatchObject({
      status: 'completed',
      result: null,
    });
  });

  it('that run are not deleted', async () => {
    const { id } = jsonOf<{ id: string }>(await create('sim/hang', { background: true }));
    const answer = await client().call('DELETE', `/v1/responses/${id}`);
    expect([answer.status, errorOf(answer).param]).toEqual([400, 'id']);
    await client().call('POST', `/v1/responses/${id}/cancel`);
  });
});

describe('the answer of a response', () => {
  it.each([
    ['incomplete', 200, '1'],
    ['failed:server_error,ok', 200, '2'],
    ['failed:rate_limit_exceeded,ok', 200, '2'],
  ])('%s is %i after %s attempts', async (script, status, attempts) => {
    const answer = await create(`sim/${script}`, { wait: true });
    expect([answer.status, answer.headers['x-reqrun-attempts']]).toEqual([status, attempts]);
  });

  it('that failed for good is final, and passed on', async () => {
    const answer = await create('sim/failed:invalid_prompt', { wait: true });
    expect([answer.status, answer.headers['x-reqrun-attempts']]).toEqual([400, '1']);
    expect(jsonOf(answer)).toMatchObject({ status: 'failed', error: { code: 'invalid_prompt' } });
  });

  it('of the wrong shape is tried again, and never a result', async () => {
    expect((await create('sim/shape', { wait: true, retry: { count: 0 } })).status).toBe(502);
  });
});

describe('a response that goes on from another', () => {
  let provider: RecordingProvider;
  let recorded: Client;

  beforeAll(async () => {
    provider = await startRecordingProvider();
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-live' },
    });
    recorded = cluster().clientFor(keys.live);
  });
  afterAll(async () => {
    await provider.close();
  });

  const answerWith = (id: string) => {
    provider.answer = {
      body: JSON.stringify({ id, object: 'response', status: 'completed', output: [] }),
    };
  };

  it('reaches the provider with the provider’s own id, whichever it was named by', async () => {
    answerWith('resp_first');
    const first = await recorded.call('POST', '/v1/responses', {
      model: 'm',
      input: 'a',
      wait: true,
    });
    const ours = String(first.headers['x-request-id']);
    answerWith('resp_second');
    const body = `{"model":"m", "previous_response_id" : "${ours}","input":"b","n":1.10,"wait":true,"background":false,"reattach":false}`;
    expect((await recorded.call('POST', '/v1/responses', body)).status).toBe(200);
    expect(provider.calls.at(-1)?.body.toString()).toBe(
      '{"model":"m", "previous_response_id" : "resp_first","input":"b","n":1.10}',
    );
    await recorded.call('POST', '/v1/responses', {
      model: 'm',
      previous_response_id: 'resp_unknown',
      wait: true,
    });
    expect(provider.calls.at(-1)?.body.toString()).toContain('"resp_unknown"');
  });

  it('is refused where our id has no result', async () => {
    const calls = provider.calls.length;
    const answer = await recorded.call('POST', '/v1/responses', {
      model: 'm',
      input: 'b',
      previous_response_id: `rr_${'0'.repeat(32)}`,
    });
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      expect.objectContaining({
        code: 'previous_response_not_found',
        param: 'previous_response_id',
      }) as object,
    ]);
    expect(provider.calls).toHaveLength(calls);
  });

  it('of another project is not found, in the same words as one that does not exist', async () => {
    const stranger = await client().get('/v1/responses/resp_first');
    const unknown = await client().get('/v1/responses/resp_unknown');
    expect([stranger.status, unknown.status]).toEqual([404, 404]);
    expect(errorOf(stranger).message.replace('resp_first', 'X')).toBe(
      errorOf(unknown).message.replace('resp_unknown', 'X'),
    );
  });

  it.each([
    [{ background: 'yes' }, 'background'],
    [{ reattach: 'yes' }, 'reattach'],
    [{ stream: 'yes' }, 'stream'],
    [{ model: 7 }, 'model'],
  ])('refuses %j by its name', async (wrong, param) => {
    const answer = await recorded.call('POST', '/v1/responses', {
      model: 'm',
      input: 'b',
      ...wrong,
    });
    expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
  });
});
