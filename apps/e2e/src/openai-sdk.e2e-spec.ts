import OpenAI from 'openai';

import { jsonOf } from './harness/client.js';
import { text } from './harness/matching.js';
import { describeTransports, useCluster } from './harness/transports.js';

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello.' }];
const SENTENCE = 'This answer was made up by the simulator.';

/** Extension fields: the SDK sends them, but its types do not include them. */
const own = (fields: object): object => fields;

describeTransports('the stock OpenAI SDK', ({ redis }) => {
  const cluster = useCluster({ redis });
  const sdk = (apiKey = cluster().project.keys.test): OpenAI =>
    new OpenAI({ baseURL: `${cluster().baseUrl}/v1`, apiKey });

  it('gets its completion with wait as a field of the body', async () => {
    const completion = await sdk().chat.completions.create({
      model: 'sim/429:retry-after-ms=10,ok',
      messages: MESSAGES,
      ...own({ wait: true }),
    });
    expect(completion.object).toBe('chat.completion');
    expect(completion.choices[0]!.message.content).toBe(SENTENCE);
  });

  it('gets its completion with the header Prefer: wait=30', async () => {
    const { data, response } = await sdk()
      .chat.completions.create(
        { model: 'sim/503:retry-after-ms=10,ok', messages: MESSAGES },
        { headers: { Prefer: 'wait=30' } },
      )
      .withResponse();
    expect(data.choices[0]!.message.content).toBe(SENTENCE);
    expect(response.headers.get('x-reqrun-attempts')).toBe('2');
  });

  it('gets its completion with nothing changed but base URL and key where the project waits by default', async () => {
    const project = await cluster().addProject({ defaultWait: true });
    const completion = await sdk(project.keys.test).chat.completions.create({
      model: 'sim/ok',
      messages: MESSAGES,
    });
    expect(completion.choices[0]!.message.content).toBe(SENTENCE);
  });

  it('polls with retrieve: the handle while the request is under way, then the completion', async () => {
    const client = sdk();
    const handle = (await client.chat.completions.create({
      model: 'sim/slow:600',
      messages: MESSAGES,
    })) as unknown as { id: string; object: string; status: string };
    expect(handle).toMatchObject({
      id: text(/^rr_/),
      object: 'chat.completion.async',
    });

    const first = await client.chat.completions.retrieve(handle.id).withResponse();
    expect(first.response.status).toBe(202);
    expect(Number(first.response.headers.get('openai-poll-after-ms'))).toBeGreaterThan(0);
    expect(first.response.headers.get('x-request-id')).toBe(handle.id);

    await cluster().client.until(handle.id, 'completed');
    const { data, response } = await client.chat.completions.retrieve(handle.id).withResponse();
    expect(response.status).toBe(200);
    expect(data.choices[0]!.message.content).toBe(SENTENCE);
  });

  it('does not run a request again that has failed for good, though it retries 5xx by itself', async () => {
    const client = sdk();
    const posts = await countPosts(client, () =>
      expect(
        client.chat.completions.create({
          model: 'sim/500',
          messages: MESSAGES,
          ...own({ wait: true, retry: { count: 0 } }),
        }),
      ).rejects.toMatchObject({ status: 502, code: 'openai_http_500' }),
    );
    expect(posts).toBe(1);
  });

  it('makes one provider call with an Idempotency-Key though its connection breaks and it sends the request twice', async () => {
    const client = new OpenAI({
      baseURL: `${cluster().baseUrl}/v1`,
      apiKey: cluster().project.keys.test,
      fetch: breakFirst(fetch),
    });
    const { data, response } = await client.chat.completions
      .create(
        { model: 'sim/ok', messages: MESSAGES, ...own({ wait: true }) },
        { headers: { 'Idempotency-Key': 'sdk-1' } },
      )
      .withResponse();
    expect(data.choices[0]!.message.content).toBe(SENTENCE);
    const records = jsonOf<{ data: { id: string }[] }>(
      await cluster().client.get('/v1/requests?idempotency_key=sdk-1'),
    );
    expect(records.data).toHaveLength(1);
    expect(await cluster().simulator.calls(records.data[0]!.id)).toHaveLength(1);
    expect(response.status).toBe(200);
  });

  it('lists the models of the provider', async () => {
    const models = await sdk().models.list();
    expect(models.data.map(({ id }) => id)).toContain('sim/ok');
  });
});

/** Returns the number of POSTs that an SDK sends during a function. */
async function countPosts(client: OpenAI, work: () => Promise<unknown>): Promise<number> {
  const inner = client as unknown as { fetch: typeof fetch };
  const original = inner.fetch;
  let posts = 0;
  inner.fetch = (input, init) => {
    posts += init?.method?.toUpperCase() === 'POST' ? 1 : 0;
    return original(input, init);
  };
  await work();
  return posts;
}

/** Returns a fetch that loses its first answer after the server has sent it. */
function breakFirst(real: typeof fetch): typeof fetch {
  let calls = 0;
  return async (input, init) => {
    calls += 1;
    const answer = await real(input, init);
    if (calls === 1) {
      await answer.body?.cancel();
      throw new TypeError('fetch failed');
    }
    return answer;
  };
}
