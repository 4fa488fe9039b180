import { APITimeoutError, ReqRun } from '@reqrun/sdk';
import OpenAI from 'openai';

import { useCluster } from '../harness/transports.js';

const messages = [{ role: 'user' as const, content: 'Hello.' }];
const SENTENCE = 'This answer was made up by the simulator.';

describe('the SDK', () => {
  const cluster = useCluster({ redis: false });
  const client = (more: ConstructorParameters<typeof ReqRun>[0] = {}): ReqRun =>
    new ReqRun({ apiKey: cluster().project.keys.test, baseURL: cluster().baseUrl, ...more });

  it('waits for a completion, through two failures of the provider', async () => {
    const { data, response, requestId } = await client({ baseURL: `${cluster().baseUrl}/v1` })
      .chat.completions.create({
        model: 'sim/429:retry-after-ms=10,500,ok',
        messages,
        wait: true,
      })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(SENTENCE);
    expect(response.headers.get('x-reqrun-attempts')).toBe('3');
    const { data: attempts } = await client().requests.attempts(requestId ?? '');
    expect(attempts.map(({ outcome, error_code }) => [outcome, error_code])).toEqual([
      ['failed', 'openai_http_429'],
      ['failed', 'openai_http_500'],
      ['succeeded', null],
    ]);
  });

  it('goes on by asking when the wait limit passes first', async () => {
    const completion = await client().chat.completions.create({
      model: 'sim/slow:700',
      messages,
      wait: true,
      wait_timeout_ms: 50,
    });
    expect(completion.choices[0]?.message.content).toBe(SENTENCE);
  });

  it('hands a request over, finds it again, and waits for its end', async () => {
    const reqrun = client();
    const handle = await reqrun.chat.completions.create({ model: 'sim/slow:700', messages });
    expect(handle).toMatchObject({ object: 'chat.completion.async', model: 'sim/slow:700' });
    const ended = await reqrun.requests.waitFor(handle.id);
    expect(ended.status === 'completed' && ended.result?.choices[0]?.message.content).toBe(
      SENTENCE,
    );
    expect((await reqrun.chat.completions.retrieve(handle.id)).object).toBe('chat.completion');
  });

  it('gets a handle where its project waits by default, and where the key was answered before', async () => {
    const { keys } = await cluster().addProject({ defaultWait: true });
    const reqrun = client({ apiKey: keys.test });
    const params = { model: 'sim/ok', messages, idempotency_key: 'sdk-handle' };
    const first = await reqrun.chat.completions.create(params);
    expect(first.object).toBe('chat.completion.async');
    await reqrun.requests.waitFor(first.id);
    const again = await reqrun.chat.completions.create(params);
    expect(again).toMatchObject({ id: first.id, status: 'completed', attempts: 1 });
  });

  it('makes one provider call though the answer to its request is lost', async () => {
    let calls = 0;
    const reqrun = client({
      fetch: async (...parameters) => {
        calls += 1;
        const answer = await fetch(...parameters);
        if (calls === 1) {
          await answer.body?.cancel();
          throw new TypeError('fetch failed');
        }
        return answer;
      },
    });
    const { requestId } = await reqrun.chat.completions
      .create({ model: 'sim/ok', messages, wait: true })
      .withResponse();
    expect(calls).toBe(2);
    expect(await cluster().simulator.calls(requestId ?? '')).toHaveLength(1);
  });

  it.each([
    ['sim/400:unsupported_value', { name: 'BadRequestError', code: 'unsupported_value' }],
    ['sim/422', { name: 'UnprocessableEntityError' }],
    ['sim/401', { name: 'ProviderError', code: 'provider_auth_failed' }],
    ['sim/500', { name: 'ProviderError', code: 'openai_http_500' }],
    ['sim/429:insufficient_quota', { name: 'RateLimitError', code: 'insufficient_quota' }],
  ])('throws for %s what it is, without sending it again', async (model, expected) => {
    let calls = 0;
    const reqrun = client({
      fetch: (...parameters) => {
        calls += 1;
        return fetch(...parameters);
      },
    });
    await expect(
      reqrun.chat.completions.create({ model, messages, wait: true, retry: { count: 0 } }),
    ).rejects.toMatchObject({ ...expected, requestId: expect.stringMatching(/^rr_/) as unknown });
    expect(calls).toBe(1);
  });

  it('keeps a prompt that the provider repeats out of its error', async () => {
    const secret = 'the-secret-of-the-prompt';
    const error: unknown = await client()
      .chat.completions.create({
        model: 'sim/400:echo',
        messages: [{ role: 'user', content: secret }],
        wait: true,
      })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 400 });
    expect(String(error)).not.toContain(secret);
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(JSON.stringify((error as { body: unknown }).body)).toContain(secret);
  });

  it('tells mistakes of its caller apart', async () => {
    const reqrun = client();
    const create = reqrun.chat.completions;
    await expect(create.create({ model: '', messages })).rejects.toMatchObject({
      name: 'BadRequestError',
      param: 'model',
    });
    await expect(
      create.create({ model: 'sim/ok', messages }, { extraBody: { stream: 'yes' } }),
    ).rejects.toMatchObject({ status: 400, param: 'stream' });
    await expect(
      client({ apiKey: 'reqrun_test_none' }).requests.get(`rr_${'0'.repeat(32)}`),
    ).rejects.toMatchObject({ name: 'AuthenticationError', code: 'invalid_api_key' });
    await create.create({ model: 'sim/ok', messages, idempotency_key: 'sdk-422' });
    await expect(
      create.create({ model: 'sim/500', messages, idempotency_key: 'sdk-422' }),
    ).rejects.toMatchObject({ name: 'UnprocessableEntityError', code: 'idempotency_key_reused' });
  });

  it('cancels a request, and runs it again', async () => {
    const reqrun = client();
    const { id } = await reqrun.chat.completions.create({ model: 'sim/timeout,ok', messages });
    expect((await reqrun.chat.completions.retrieve(id)).object).toBe('chat.completion.async');
    const waiting = reqrun.requests.waitFor(id);
    expect((await reqrun.requests.cancel(id)).status).toBe('canceled');
    expect((await waiting).status).toBe('canceled');
    await expect(reqrun.chat.completions.retrieve(id)).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'canceled',
    });
    expect((await reqrun.requests.retry(id)).error).toBeNull();
    await reqrun.requests.cancel(id);
    const { id: done } = await reqrun.chat.completions.create({ model: 'sim/ok', messages });
    await reqrun.requests.waitFor(done);
    await expect(reqrun.requests.retry(done)).rejects.toMatchObject({ code: 'not_retryable' });
  });

  it('stops waiting when its time is over or it is told to, and the request runs on', async () => {
    const reqrun = client();
    const error: unknown = await reqrun.chat.completions
      .create(
        { model: 'sim/timeout', messages, wait: true, wait_timeout_ms: 50 },
        { timeout: 4_000 },
      )
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APITimeoutError);
    const id = (error as APITimeoutError).requestId ?? '';
    expect(id).toMatch(/^rr_/);
    const abort = new AbortController();
    const waiting = reqrun.requests.waitFor(id, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError', requestId: id });
    expect((await reqrun.requests.get(id)).completed_at).toBeNull();
    await reqrun.requests.cancel(id);
  });

  it('gets what it waits for although the API is killed and started again meanwhile', async () => {
    const reqrun = client({ maxRetries: 20 });
    const params = { model: 'sim/slow:1500', messages, idempotency_key: 'sdk-killed' };
    const { id } = await reqrun.chat.completions.create(params);
    const waited = reqrun.chat.completions.create({ ...params, wait: true }).withResponse();
    const polled = reqrun.requests.waitFor(id);
    await cluster().simulator.untilCalled(id);
    await cluster().api.crash();
    await cluster().api.start();
    expect((await waited).data.choices[0]?.message.content).toBe(SENTENCE);
    expect((await waited).requestId).toBe(id);
    expect((await polled).status).toBe('completed');
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
  });

  it('sets a stock client up, which waits by itself', async () => {
    const { keys } = await cluster().addProject({ settings: { wait: 'auto' } });
    const stock = client({ apiKey: keys.test, maxRetries: 3 }).openai(OpenAI);
    expect(stock.maxRetries).toBe(3);
    const { choices } = await stock.chat.completions.create({ model: 'sim/503,ok', messages });
    expect(choices[0]?.message.content).toBe(SENTENCE);
  });

  it('lists what was asked for over all pages', async () => {
    const { keys } = await cluster().addProject();
    const reqrun = client({ apiKey: keys.test });
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift((await reqrun.chat.completions.create({ model: 'sim/ok', messages })).id);
    }
    const found: string[] = [];
    for await (const { id } of reqrun.requests.list({ limit: 2, model: 'sim/ok' })) {
      found.push(id);
    }
    expect(found).toEqual(ids);
    expect((await reqrun.requests.list({ created_before: new Date(0) })).data).toEqual([]);
    const { id: marked } = await reqrun.chat.completions.create({
      ...{ model: 'sim/ok', messages, metadata: { 'order no': '47&8', team: 'a' } },
      idempotency_key: 'ticket-1%',
    });
    const filters = [{ metadata: { 'order no': '47&8' } }, { idempotency_key_prefix: 'ticket-1%' }];
    for (const filter of filters) {
      expect((await reqrun.requests.list(filter)).data).toMatchObject([{ id: marked }]);
    }
    expect((await reqrun.requests.list({ idempotency_key_prefix: 'ticket-_' })).data).toEqual([]);
  });
});
