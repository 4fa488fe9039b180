import { join } from 'node:path';

import { type Client, type FullRecord, jsonOf } from './harness/client.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

const RANKINGS = join(import.meta.dirname, '..', 'dist', 'endpoints', 'rankings.js');
const RANKS = '{"ranks":[2,1],"cost":3}';
const BODY = { model: 'rank-1', documents: ['a', 'b'] };

describe('an endpoint that is one row and one module', () => {
  const cluster = useCluster({ redis: false, env: { NODE_OPTIONS: `--import=${RANKINGS}` } });
  let provider: RecordingProvider;
  let client: Client;

  beforeAll(async () => {
    provider = await startRecordingProvider();
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-live' },
    });
    client = cluster().clientFor(keys.live);
  });
  afterAll(async () => {
    await provider.close();
  });
  beforeEach(() => {
    provider.answer = { body: RANKS };
  });

  const post = (more: object = {}) => client.call('POST', '/v1/rankings', { ...BODY, ...more });

  it('is accepted and run at its own path, and its answer is the provider’s, byte for byte', async () => {
    const answer = await post({ wait: true });
    expect([answer.status, answer.body.toString()]).toEqual([200, RANKS]);
    const call = provider.calls.at(-1);
    expect([call?.path, call?.body.toString()]).toEqual(['/v1/rankings', JSON.stringify(BODY)]);
  });

  it('gives a handle of its own kind, and the answer at its own path', async () => {
    const { id, object } = jsonOf<{ id: string; object: string }>(await post());
    expect(object).toBe('ranking.async');
    expect(await client.until(id, 'completed')).toMatchObject({
      endpoint: '/v1/rankings',
      usage: { cost: 3 },
      result: { ranks: [2, 1] },
    });
    expect((await client.get(`/v1/rankings/${id}`)).body.toString()).toBe(RANKS);
    expect((await client.get(`/v1/chat/completions/${id}`)).status).toBe(404);
  });

  it('judges answers by its own rule', async () => {
    provider.answer = { body: '{"ranks":"none"}' };
    const answer = await post({ wait: true, retry: { count: 0 } });
    expect(answer.status).toBe(502);
    expect(jsonOf(answer)).toMatchObject({ error: { code: 'provider_response_invalid' } });
  });

  it.each([
    [{ documents: undefined }, 'missing_required_parameter', 'a non-empty array or string'],
    [{ documents: [] }, 'invalid_value', 'a non-empty array or string'],
    [{ documents: '' }, 'invalid_value', 'a non-empty array or string'],
  ])('refuses %j by the name of its input', async (wrong, code, words) => {
    const answer = await post(wrong);
    expect(answer.status).toBe(400);
    expect(jsonOf(answer)).toMatchObject({
      error: { code, param: 'documents', message: `documents must be ${words}.` },
    });
  });

  it('takes a string where its row says so', async () => {
    expect((await post({ documents: 'a', wait: true })).status).toBe(200);
  });

  it('is listed by its path, and replays what was done under a key', async () => {
    const more = { wait: true, idempotency_key: 'ranked' };
    const first = await post(more);
    const calls = provider.calls.length;
    const again = await post(more);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body.equals(first.body)).toBe(true);
    expect(provider.calls).toHaveLength(calls);
    // The same key at another endpoint counts as another body.
    const chat = await client.chat({ ...BODY, messages: [1], idempotency_key: 'ranked' });
    expect(chat.status).toBe(422);
    const list = jsonOf<{ data: FullRecord[] }>(
      await client.get('/v1/requests?idempotency_key=ranked'),
    );
    expect(list.data).toMatchObject([{ endpoint: '/v1/rankings', status: 'completed' }]);
  });
});

describe('an endpoint that only a newer API knows', () => {
  const cluster = useCluster({ redis: false, workers: 0, links: false });

  it('waits for a worker that knows it', async () => {
    const env = { NODE_OPTIONS: `--import=${RANKINGS}` };
    const [old, api] = [await cluster().addWorker(), await cluster().addApi(env)];
    const provider = await startRecordingProvider();
    provider.answer = { body: RANKS };
    try {
      const { keys } = await cluster().addProject({
        provider: { baseUrl: provider.baseUrl, apiKey: 'sk-live' },
      });
      const client = cluster().clientFor(keys.live, api);
      const { id } = jsonOf<{ id: string }>(await client.call('POST', '/v1/rankings', BODY));
      await old.logged((line) => line['event'] === 'attempt.endpoint_unknown');
      expect(provider.calls).toHaveLength(0);
      await cluster().addWorker(env);
      await old.stop();
      await client.until(id, 'completed');
      expect(provider.calls).toHaveLength(1);
    } finally {
      await provider.close();
    }
  });
});
