import { accepted, completed, failure, full, HELLO, ID, record } from './testing/answers.js';
import { KEY, useServer } from './testing/use-server.js';

const { server, client } = useServer();

const keys = (): unknown[] =>
  server.calls.map(({ headers, body }) => headers['idempotency-key'] ?? body?.['idempotency_key']);

describe('a call', () => {
  it.each(['', '/', '/v1', '/v1/'])(
    'reaches /v1 with a base URL that ends in "%s"',
    async (end) => {
      server.play(completed);
      await client({ baseURL: `${server.origin}${end}` }).chat.completions.create({
        ...HELLO,
        wait: true,
      });
      expect(server.calls[0]).toMatchObject({
        method: 'POST',
        path: '/v1/chat/completions',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^reqrun-sdk\/\d+\.\d+\.\d+/) as unknown,
        },
        body: { ...HELLO, wait: true },
      });
    },
  );

  it('keeps the path of a base URL behind a prefix', async () => {
    server.play(record('completed'));
    await client({ baseURL: `${server.origin}/llm/v1` }).requests.get(ID);
    expect(server.calls[0]?.path).toBe(`/llm/v1/requests/${ID}`);
  });

  it('sends headers and body fields that its types do not know', async () => {
    server.play(accepted);
    await client().chat.completions.create(HELLO, {
      headers: { 'OpenAI-Beta': 'a' },
      extraBody: { some_new_field: 1 },
    });
    expect(server.calls[0]).toMatchObject({
      headers: { 'openai-beta': 'a' },
      body: { some_new_field: 1 },
    });
  });

  it('is not redirected, for a POST would become a GET', async () => {
    server.play({ status: 301, headers: { location: `${server.origin}/elsewhere` } });
    await expect(client().chat.completions.create(HELLO)).rejects.toMatchObject({ status: 301 });
    expect(server.calls).toHaveLength(1);
  });
});

describe('the idempotency key', () => {
  it('is made once per call and sent on each of its retries', async () => {
    server.play(full, 'reset', 'cut', completed);
    await client({ maxRetries: 3 }).chat.completions.create({ ...HELLO, wait: true });
    expect(new Set(keys()).size).toBe(1);
    expect(keys()).toHaveLength(4);
    expect(keys()[0]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('is another one for the next call', async () => {
    server.play(accepted);
    const reqrun = client();
    await reqrun.chat.completions.create(HELLO);
    await reqrun.chat.completions.create(HELLO);
    expect(new Set(keys()).size).toBe(2);
  });

  it('is the one that was given, as a field or as an option', async () => {
    server.play(accepted);
    const reqrun = client();
    await reqrun.chat.completions.create({ ...HELLO, idempotency_key: 'Fall 842 ß' });
    await reqrun.chat.completions.create(HELLO, { idempotencyKey: 'ticket-842' });
    expect(keys()).toEqual(['Fall 842 ß', 'ticket-842']);
  });

  it('is refused when field and option differ', async () => {
    server.play(accepted);
    await expect(
      client().chat.completions.create({ ...HELLO, idempotency_key: 'a' }, { idempotencyKey: 'b' }),
    ).rejects.toThrow('differ');
    expect(server.calls).toHaveLength(0);
  });
});

describe('what is sent again', () => {
  it.each([
    ['a connection that breaks', 'reset'],
    ['an answer that is cut', 'cut'],
    ['503 with x-should-retry: true', full],
    [
      '429 with x-should-retry: true',
      failure(429, 'too_many_waiting', { 'x-should-retry': 'true', 'retry-after-ms': '5' }),
    ],
    [
      '502 of something in between',
      { status: 502, body: '<html>', headers: { 'retry-after-ms': '5' } },
    ],
    ['504 of something in between', { status: 504, body: '', headers: { 'retry-after-ms': '5' } }],
  ] as const)('%s', async (_what, step) => {
    server.play(step, completed);
    await client().chat.completions.create({ ...HELLO, wait: true });
    expect(server.calls).toHaveLength(2);
  });

  it.each([
    [
      '429 with x-should-retry: false',
      failure(429, 'insufficient_quota', { 'x-should-retry': 'false' }),
    ],
    [
      '502 with x-should-retry: false',
      failure(502, 'openai_http_500', { 'x-should-retry': 'false' }),
    ],
    [
      '503 with x-should-retry: false',
      failure(503, 'whatever', { 'x-should-retry': 'false', 'retry-after': '1' }),
    ],
    [
      '504 with x-should-retry: false',
      failure(504, 'deadline_exceeded', { 'x-should-retry': 'false' }),
    ],
    ['500', failure(500, 'internal_error')],
    ['400', failure(400, 'invalid_value')],
    ['401', failure(401, 'invalid_api_key')],
    ['409', failure(409, 'canceled')],
    ['422', failure(422, 'idempotency_key_reused')],
  ] as const)('never %s', async (_what, step) => {
    server.play(step, completed);
    await expect(client().chat.completions.create({ ...HELLO, wait: true })).rejects.toMatchObject({
      status: (step as { status: number }).status,
    });
    expect(server.calls).toHaveLength(1);
  });

  it('as often as maxRetries says, of the client or of the call', async () => {
    server.play(full);
    const reqrun = client({ maxRetries: 4 });
    await expect(reqrun.requests.get(ID)).rejects.toMatchObject({ status: 503 });
    expect(server.calls).toHaveLength(5);
    server.play(full);
    await expect(reqrun.requests.get(ID, { maxRetries: 0 })).rejects.toMatchObject({ status: 503 });
    expect(server.calls).toHaveLength(1);
  });

  it('a cancel whose connection broke, but never a retry, which could open one more round', async () => {
    server.play('reset', record('canceled'));
    await client().requests.cancel(ID);
    expect(server.calls).toHaveLength(2);
    server.play('reset', record('queued'));
    await expect(client().requests.retry(ID)).rejects.toMatchObject({ name: 'APIConnectionError' });
    expect(server.calls).toHaveLength(1);
    server.play(full, record('queued'));
    await client().requests.retry(ID);
    expect(server.calls).toHaveLength(2);
  });
});
