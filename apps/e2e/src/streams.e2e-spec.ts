import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { openRaw, parseRaw } from './harness/raw-http.js';
import { describeTransports, useCluster } from './harness/transports.js';

/** A script that speaks for a second or two. */
const SLOW = 'sim/tokens:60:40';
const FRAMES = 62;

const bytesOf = ({ frames }: OpenStream): string =>
  frames.map(({ id, bytes }) => `${id}\n${bytes}`).join('');

describeTransports('streams', ({ redis }) => {
  const cluster = useCluster({ redis, apis: 2, workers: 1 });
  const key = (): string => cluster().project.keys.test;

  const post = (
    model: string,
    more: object = {},
    headers: Record<string, string> = {},
    api = 0,
  ): Promise<OpenStream> =>
    openStream(cluster().apis[api]!.origin, key(), {
      path: '/v1/chat/completions',
      body: chatBody(model, { stream: true, ...more }),
      headers,
    });
  const get = (
    id: string,
    query = '',
    headers: Record<string, string> = {},
    api = 1,
  ): Promise<OpenStream> =>
    openStream(cluster().apis[api]!.origin, key(), {
      path: `/v1/requests/${id}/stream${query}`,
      headers,
    });
  const idOf = ({ headers }: OpenStream): string => String(headers['x-request-id']);

  it('ends cleanly with the whole answer, which the record has as a plain one', async () => {
    const stream = await post('sim/tokens:8');
    expect(await stream.ended).toBe('clean');
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'x-reqrun-attempts': '1',
      'x-reqrun-model': 'sim/tokens:8',
      'x-reqrun-provider': 'simulator',
      'x-reqrun-fallback': '0',
    });
    expect(stream.frames.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, n) => `1-${n}`),
    );
    const record = await cluster().client.record(idOf(stream));
    expect(record).toMatchObject({ status: 'completed', stream: 'live' });
    const text = stream.frames
      .map(({ bytes }) => /"content":"(.*?)"/.exec(bytes)?.[1] ?? '')
      .join('');
    expect(record.result).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: text }, finish_reason: 'stop' }],
    });
    expect(await cluster().client.attempts(record.id)).toMatchObject([
      { frames: 11, first_frame_at: expect.any(String) as string },
    ]);
  });

  it('shows the usage frame to whom asked for it alone', async () => {
    const stream = await post('sim/tokens:2', { stream_options: { include_usage: true } });
    expect(await stream.ended).toBe('clean');
    expect(stream.frames.at(-1)!.bytes).toContain('"usage":{');
    const [without, withUsage] = [
      await get(idOf(stream)),
      await get(idOf(stream), '?include_usage=true'),
    ];
    expect(await without.ended).toBe('clean');
    expect(await withUsage.ended).toBe('clean');
    expect(without.frames).toHaveLength(stream.frames.length - 1);
    expect(bytesOf(withUsage)).toBe(bytesOf(stream));
  });

  it('is the same bytes for readers who join, come later, or come back, at any API', async () => {
    const first = await post(SLOW, {}, { 'idempotency-key': `join-${redis}` });
    await first.has(10);
    const joined = await post(SLOW, {}, { 'idempotency-key': `join-${redis}` }, 1);
    const later = await get(idOf(first), '?starting_after=1-4');
    const byHeader = await get(idOf(first), '', { 'last-event-id': '1-20' }, 0);
    const all = [first, joined, later, byHeader];
    expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => 'clean'));
    expect(first.frames).toHaveLength(FRAMES);
    expect(bytesOf(joined)).toBe(bytesOf(first));
    expect(later.frames).toEqual(first.frames.slice(5));
    expect(byHeader.frames).toEqual(first.frames.slice(21));
    expect(await cluster().simulator.calls(idOf(first))).toHaveLength(1);
    const replayed = await post(SLOW, {}, { 'idempotency-key': `join-${redis}` }, 1);
    expect(await replayed.ended).toBe('clean');
    expect(replayed.headers['idempotent-replayed']).toBe('true');
    expect(bytesOf(replayed)).toBe(bytesOf(first));
    const plain = await cluster().client.wait(SLOW, {}, { 'idempotency-key': `join-${redis}` });
    expect(jsonOf<object>(plain)).toMatchObject({ object: 'chat.completion' });
  });

  it('of a plain answer is made of it, always the same, and a cursor into it is good', async () => {
    const headers = { 'idempotency-key': `plain-${redis}` };
    const plain = await cluster().client.wait('sim/ok', {}, headers);
    expect(plain.status).toBe(200);
    const stream = await post('sim/ok', {}, headers);
    expect(await stream.ended).toBe('clean');
    expect(stream.frames[0]!.id).toBe('0-0');
    const again = await get(String(plain.headers['x-request-id']), '?starting_after=0-0');
    expect(await again.ended).toBe('clean');
    expect(again.frames).toEqual(stream.frames.slice(1));
  });

  it('says which model has answered, live, from a cursor, and of a plain answer', async () => {
    const headers = { 'idempotency-key': `answered-${redis}` };
    const live = await post('sim/503', {
      retry: { count: 0 },
      fallbacks: [{ model: 'sim/tokens:3' }],
    });
    expect(await live.ended).toBe('clean');
    const back = await get(idOf(live), '?starting_after=2-1');
    await cluster().client.wait('sim/ok', {}, headers);
    const made = await post('sim/ok', {}, headers);
    const source = { 'x-reqrun-provider': 'simulator', 'x-reqrun-fallback': '1' };
    for (const stream of [live, back]) {
      expect(stream.headers).toMatchObject({ ...source, 'x-reqrun-model': 'sim/tokens:3' });
    }
    expect(made.headers).toMatchObject({
      ...source,
      'x-reqrun-model': 'sim/ok',
      'x-reqrun-fallback': '0',
    });
  });

  it('that fails before its first frame is retried unseen, or has the status of its failure', async () => {
    const retried = await post('sim/500,error:0,tokens:3');
    expect(await retried.ended).toBe('clean');
    expect(retried.frames[0]!.id).toBe('3-0');
    const failed = await post('sim/400:context_length_exceeded');
    await failed.ended;
    expect([failed.status, failed.errorCode, failed.headers['x-should-retry']]).toEqual([
      400,
      'context_length_exceeded',
      'false',
    ]);
  });

  it.each([
    ['cut:3', 'stream_truncated'],
    ['no-finish', 'stream_truncated'],
    ['garbage:3', 'provider_response_invalid'],
    ['eof-mid-event', 'stream_truncated'],
  ])(
    'that breaks by %s after a frame ends with an error frame, and the request goes on',
    async (step, code) => {
      const stream = await post(`sim/${step},tokens:3`);
      expect(await stream.ended).toBe('error');
      expect(stream.errorCode).toBe(code);
      expect(stream.text).not.toContain('[DONE]');
      const record = await cluster().client.untilEnded(idOf(stream));
      expect(record).toMatchObject({ status: 'completed', attempts: 2, last_error_code: code });
      const next = await get(record.id);
      expect(await next.ended).toBe('clean');
      expect(next.frames[0]!.id).toBe('2-0');
      const old = await get(record.id, '?starting_after=1-0');
      expect(await old.ended).toBe('error');
      expect(old.errorCode).toBe('stream_superseded');
      expect(old.frames).toEqual(stream.frames.slice(1));
    },
  );

  it('that is buffered shows no failed attempt, and everything at once', async () => {
    const stream = await post('sim/cut:3,tokens:3', { stream_mode: 'buffered' });
    expect(await stream.ended).toBe('clean');
    expect(stream.frames.map(({ id }) => id)).toEqual(['2-0', '2-1', '2-2', '2-3', '2-4']);
  });

  it('runs on when its reader leaves, unless the reader has said otherwise', async () => {
    const [staying, canceling] = [
      await post(SLOW),
      await post(SLOW, { cancel_on_disconnect: true }),
    ];
    await Promise.all([staying.has(3), canceling.has(3)]);
    staying.leave();
    canceling.leave();
    expect(await cluster().client.untilEnded(idOf(canceling))).toMatchObject({
      status: 'canceled',
    });
    expect(await cluster().client.untilEnded(idOf(staying))).toMatchObject({
      status: 'completed',
      attempts: 1,
    });
    const calls = await cluster().simulator.untilQuiet(idOf(canceling));
    expect(calls).toMatchObject([{ aborted: true }]);
  });

  it('of a canceled request ends with an error frame', async () => {
    const stream = await post(SLOW);
    await stream.has(3);
    await cluster().client.cancel(idOf(stream));
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('canceled');
  });

  it.each([
    ['?starting_after=x', 400],
    ['?starting_after=1-999', 400],
    ['?starting_after=9-0', 400],
    ['?starting_after=1-2&starting_after=1-3', 400],
    ['?unknown=1', 400],
  ])('refuses the cursor %s by its name', async (query, status) => {
    const stream = await post('sim/tokens:2');
    await stream.ended;
    const answer = await cluster().client.get(`/v1/requests/${idOf(stream)}/stream${query}`);
    expect(answer.status).toBe(status);
    expect(errorOf(answer).param).toMatch(/starting_after|unknown/);
  });

  it('is refused over HTTP/1.0, where a cut looks like an end', async () => {
    const body = JSON.stringify(chatBody('sim/ok', { stream: true }));
    const raw = openRaw(
      cluster().baseUrl,
      `POST /v1/chat/completions HTTP/1.0\r\nauthorization: Bearer ${key()}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const answer = parseRaw(await raw.closed);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('"param":"stream"');
  });

  it('of the Responses API has its own end, its own ids and its own cursor', async () => {
    const stream = await openStream(cluster().baseUrl, key(), {
      path: '/v1/responses',
      body: { model: 'sim/tokens:4', input: 'hi', stream: true },
    });
    expect(await stream.ended).toBe('clean');
    expect(stream.text).not.toContain('[DONE]');
    const responseId = /"id":"(resp_[^"]+)"/.exec(stream.text)![1]!;
    const back = await openStream(cluster().baseUrl, key(), {
      path: `/v1/responses/${responseId}?stream=true&starting_after=2`,
    });
    expect(await back.ended).toBe('clean');
    expect(back.frames).toEqual(stream.frames.slice(3));
    const cut = await openStream(cluster().baseUrl, key(), {
      path: '/v1/responses',
      body: { model: 'sim/cut:6,tokens:4', input: 'hi', stream: true },
    });
    await cut.ended;
    expect(cut.errorCode).toBe('stream_truncated');
    expect(cut.text).toMatch(/event: error\ndata: .*\n\nevent: response\.failed\ndata: .*\n\n$/);
  });

  it('keeps prompts and answers out of logs, metrics and notifications', async () => {
    const canary = 'streamed-canary-4711';
    const stream = await post('sim/tokens:5', {
      messages: [{ role: 'user', content: canary }],
    });
    await stream.ended;
    const text = /"content":"([^"]+) "/.exec(stream.text)![1]!;
    const seen = [
      cluster().output,
      await cluster().api.metrics(),
      await cluster().worker.metrics(),
    ].join('\n');
    expect(seen).not.toContain(canary);
    expect(seen).not.toContain(text);
    const { rows } = await cluster().pool.query<{ found: number }>(
      `SELECT count(*)::int AS found FROM stream_batches
       WHERE position($1::bytea IN ciphertext) > 0`,
      [Buffer.from(text)],
    );
    expect(rows).toEqual([{ found: 0 }]);
  });
});
