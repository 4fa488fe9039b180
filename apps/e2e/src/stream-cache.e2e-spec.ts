import { chatBody, jsonOf } from './harness/client.js';
import { startRecordingProvider } from './harness/recording-provider.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { describeTransports, useCluster } from './harness/transports.js';

const CACHE = { type: 'exact_match', ttl: 300 } as const;

describeTransports('a stream under the cache', ({ redis }) => {
  const cluster = useCluster({ redis, apis: 2 });
  let bodies = 0;
  /** Fields that no other test has sent. */
  const fresh = (more: object = {}): object => ({ seed: (bodies += 1), cache: CACHE, ...more });
  const post = (
    model: string,
    fields: object,
    { key = cluster().project.keys.test, api = 0 } = {},
  ): Promise<OpenStream> =>
    openStream(cluster().apis[api]!.origin, key, {
      path: '/v1/chat/completions',
      body: chatBody(model, { stream: true, ...fields }),
    });
  const idOf = ({ headers }: OpenStream): string => String(headers['x-request-id']);
  const cacheOf = ({ headers }: OpenStream): unknown => headers['x-reqrun-cache'];
  const textOf = ({ frames }: OpenStream): string =>
    frames.map(({ bytes }) => /"content":"(.*?)"/.exec(bytes)?.[1] ?? '').join('');

  it('is a hit of an earlier stream: the same answer, shown as a stream of its own, without a call', async () => {
    const fields = fresh();
    const miss = await post('sim/tokens:8', fields);
    expect(await miss.ended).toBe('clean');
    expect([cacheOf(miss), miss.headers.age]).toEqual(['miss', undefined]);
    const hit = await post('sim/tokens:8', fields, { api: 1 });
    expect(await hit.ended).toBe('clean');
    expect([cacheOf(hit), hit.headers['x-reqrun-attempts']]).toEqual(['hit', '0']);
    expect(Number(hit.headers.age)).toBeGreaterThanOrEqual(0);
    expect(hit.headers).not.toHaveProperty('idempotent-replayed');
    expect(textOf(hit)).toBe(textOf(miss));
    expect(hit.text).not.toContain('"usage":{');
    expect(await cluster().client.record(idOf(hit))).toMatchObject({
      ...{ status: 'completed', attempts: 0, stream: 'live', cached_from: idOf(miss) },
    });
    expect(await cluster().simulator.calls(idOf(hit))).toEqual([]);
    const back = await openStream(cluster().baseUrl, cluster().project.keys.test, {
      path: `/v1/requests/${idOf(hit)}/stream?starting_after=${hit.frames[0]!.id}`,
    });
    expect(await back.ended).toBe('clean');
    expect(back.frames).toEqual(hit.frames.slice(1));
  });

  it('shares its answer with plain requests, either way', async () => {
    const [first, second] = [fresh(), fresh()];
    const plain = await cluster().client.wait('sim/ok', first);
    const streamed = await post('sim/ok', first);
    expect(await streamed.ended).toBe('clean');
    expect(cacheOf(streamed)).toBe('hit');
    const answer = jsonOf<{ choices: { message: { content: string } }[] }>(plain);
    expect(textOf(streamed)).toBe(answer.choices[0]!.message.content);
    const source = await post('sim/tokens:8', second);
    expect(await source.ended).toBe('clean');
    const hit = await cluster().client.wait('sim/tokens:8', second);
    expect([hit.status, hit.headers['x-reqrun-cache']]).toEqual([200, 'hit']);
    expect(jsonOf(hit)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: textOf(source) }, finish_reason: 'stop' }],
      usage: { total_tokens: expect.any(Number) as number },
    });
  });

  it('waits with those that come at the same time for one call, and all are shown its answer', async () => {
    const fields = fresh();
    const streams = await Promise.all(
      Array.from({ length: 10 }, (_, n) => post('sim/ttft:300,ok', fields, { api: n % 2 })),
    );
    expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(
      streams.map(() => 'clean'),
    );
    expect(new Set(streams.map(textOf)).size).toBe(1);
    const calls = await Promise.all(streams.map((one) => cluster().simulator.calls(idOf(one))));
    expect(calls.flat()).toHaveLength(1);
    expect(streams.map(cacheOf).sort()).toEqual([...Array<string>(9).fill('hit'), 'miss']);
  });

  it('of the Responses API has its own events, and its own end', async () => {
    const fields = fresh();
    const responses = (): Promise<OpenStream> =>
      openStream(cluster().baseUrl, cluster().project.keys.test, {
        path: '/v1/responses',
        body: { model: 'sim/tokens:4', input: 'hi', stream: true, ...fields },
      });
    const miss = await responses();
    expect(await miss.ended).toBe('clean');
    const hit = await responses();
    expect(await hit.ended).toBe('clean');
    expect([cacheOf(miss), cacheOf(hit)]).toEqual(['miss', 'hit']);
    const end = (stream: OpenStream): unknown =>
      (JSON.parse(/^data: (.*)$/m.exec(stream.frames.at(-1)!.bytes)![1]!) as { response: unknown })
        .response;
    expect(end(hit)).toEqual(end(miss));
  });

  it.each(['length', 'content_filter'])('is not kept where its end is %s', async (reason) => {
    const provider = await startRecordingProvider();
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-test' },
    });
    provider.answer = {
      headers: { 'content-type': 'text/event-stream' },
      body:
        `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":` +
        `[{"index":0,"delta":{"content":"Hello"},"finish_reason":"${reason}"}]}\n\ndata: [DONE]\n\n`,
    };
    const fields = fresh();
    for (let n = 0; n < 2; n += 1) {
      const stream = await post('m', fields, { key: keys.live });
      expect([await stream.ended, cacheOf(stream)]).toEqual(['clean', 'miss']);
    }
    expect(provider.calls).toHaveLength(2);
    await provider.close();
  });
});
