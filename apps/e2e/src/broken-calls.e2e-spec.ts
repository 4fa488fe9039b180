import { gzipSync } from 'node:zlib';

import { type Answer, chatBody, errorOf } from './harness/client.js';
import { openRaw, parseRaw, type RawConnection } from './harness/raw-http.js';
import { useCluster } from './harness/transports.js';

const GOOD = '{"model":"sim/ok","messages":[{"role":"user","content":"x"}]}';
const deep = (depth: number): string =>
  GOOD.replace('}]}', `}],"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);

/** An invalid extension field, or an invalid required field of OpenAI: its name, fields, and param. */
const WRONG: readonly (readonly [string, object, string])[] = [
  ['no model', { model: undefined }, 'model'],
  ['an empty model', { model: '' }, 'model'],
  ['a model that is too long', { model: 'm'.repeat(257) }, 'model'],
  ['a model that is no string', { model: 4 }, 'model'],
  ['no messages', { messages: [] }, 'messages'],
  ['messages that are no list', { messages: 'x' }, 'messages'],
  ['wait as text', { wait: 'yes' }, 'wait'],
  ['a wait that is too long', { wait_timeout_ms: 240_001 }, 'wait_timeout_ms'],
  ['a negative count', { retry: { count: -1 } }, 'retry.count'],
  ['a count of 6', { retry: { count: 6 } }, 'retry.count'],
  ['on_codes out of range', { retry: { on_codes: [407] } }, 'retry.on_codes'],
  ['a retry field that is none', { retry: { delay: 1 } }, 'retry.delay'],
  ['a call timeout of 0', { timeout: { call_timeout: 0 } }, 'timeout.call_timeout'],
  ['a deadline as text', { timeout: { deadline: '1' } }, 'timeout.deadline'],
  ['the same field twice', { retry: { count: 1 }, orq: { retries: {} } }, 'orq.retries'],
  ['on_lost of another word', { on_lost: 'maybe' }, 'on_lost'],
  ['an empty idempotency key', { idempotency_key: '' }, 'idempotency_key'],
  ['a long idempotency key', { idempotency_key: 'k'.repeat(256) }, 'idempotency_key'],
  ['metadata with a number', { metadata: { a: 1 } }, 'metadata'],
  ['a stream as a text', { stream: 'true' }, 'stream'],
  ['a mode without a stream', { stream_mode: 'live' }, 'stream_mode'],
  ['a fallback without a model', { fallbacks: [{}] }, 'fallbacks.0.model'],
  [
    'a fallback to no provider',
    { fallbacks: [{ model: 'm', provider: 'none' }] },
    'fallbacks.0.provider',
  ],
  ['a cache of another type', { cache: { type: 'semantic' } }, 'cache.type'],
  ['a cache for ever', { orq: { cache: { type: 'exact_match', ttl: 259_201 } } }, 'orq.cache.ttl'],
];

describe('a call that is broken', () => {
  const cluster = useCluster({ redis: false, env: { REQRUN_MAX_BODY_BYTES: '65536' } });
  /** Clients that never finish their headers. They are opened first, because the limit is 15 s. */
  let slow: RawConnection[];

  const expectError = (answer: Answer, status: number, code: string): void => {
    expect(answer.status).toBe(status);
    const error = errorOf(answer);
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
    expect(error.code).toBe(code);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
  };

  beforeAll(() => {
    slow = Array.from({ length: 50 }, () =>
      openRaw(cluster().baseUrl, 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: '),
    );
  });

  afterAll(() => slow.forEach(({ socket }) => socket.destroy()));

  it.each(WRONG)('by %s is a 400 that names the field', async (_name, more, param) => {
    const answer = await cluster().client.chat(chatBody('sim/ok', more));
    expect(answer.status).toBe(400);
    expect(errorOf(answer).param).toBe(param);
    expect(Object.keys(errorOf(answer))).toEqual(['message', 'type', 'param', 'code']);
  });

  it('by an unknown route is 404', async () => {
    for (const path of ['/', '/nowhere', '/v1/nowhere', '/v1/requests/x/y/z', '/v1']) {
      expectError(await cluster().client.get(path), 404, 'not_found');
    }
  });

  it('by a method that a route does not take is 404 or 405', async () => {
    for (const [method, path] of [
      ['DELETE', '/v1/requests'],
      ['PUT', '/v1/chat/completions'],
      ['PATCH', '/v1/models'],
    ] as const) {
      const answer = await cluster().client.call(method, path);
      expect([404, 405]).toContain(answer.status);
      expectError(
        answer,
        answer.status,
        answer.status === 404 ? 'not_found' : 'method_not_allowed',
      );
    }
  });

  it('by too large a body is 413, announced or in chunks', async () => {
    const body = JSON.stringify(chatBody('sim/ok', { padding: 'x'.repeat(70_000) }));
    expectError(await cluster().client.chat(body), 413, 'body_too_large');
    const { closed } = openRaw(
      cluster().baseUrl,
      'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        `Authorization: Bearer ${cluster().project.keys.test}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    const answer = parseRaw(await closed);
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('"code":"body_too_large"');
  });

  it('by another content type or a compressed body is 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const answer = await cluster().client.chat(GOOD, { 'content-type': type });
      expectError(answer, 415, 'unsupported_media_type');
    }
    const packed = await cluster().client.chat(gzipSync(GOOD), { 'content-encoding': 'gzip' });
    expectError(packed, 415, 'unsupported_media_type');
  });

  it('by a body that is no JSON object is 400', async () => {
    for (const body of ['{', '{"model":"m",}', 'nonsense', '', ' ', '\u0000']) {
      expectError(await cluster().client.chat(body), 400, 'invalid_json');
    }
    const invalid = Buffer.concat([
      Buffer.from('{"model":"'),
      Buffer.from([0xc3, 0x28, 0x22, 0x7d]),
    ]);
    expectError(await cluster().client.chat(invalid), 400, 'invalid_json');
    for (const body of ['[]', '"x"', 'null', '1']) {
      expectError(await cluster().client.chat(body), 400, 'invalid_body');
    }
  });

  it('by too deep a body is 400, by one at the limit it is none', async () => {
    expectError(await cluster().client.chat(deep(128)), 400, 'json_too_deep');
    expectError(await cluster().client.chat(deep(20_000)), 400, 'json_too_deep');
    expect((await cluster().client.chat(deep(127))).status).toBe(202);
  });

  it('by an idempotency key that came twice or is malformed is 400', async () => {
    const twice = await cluster().client.chat(GOOD, { 'idempotency-key': ['a', 'a'] });
    expectError(twice, 400, 'bad_request');
    for (const key of ['', 'k'.repeat(256), 'a\tb']) {
      const answer = await cluster().client.chat(GOOD, { 'idempotency-key': key });
      expectError(answer, 400, 'invalid_value');
    }
  });

  it('by a query that is wrong is a 400 that names the parameter', async () => {
    for (const [query, param] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['status=done', 'status'],
      ['endpoint=/v1/nothing', 'endpoint'],
      ['created_after=yesterday', 'created_after'],
      ['after=rr_1', 'after'],
      ['nonsense=1', 'nonsense'],
    ] as const) {
      const answer = await cluster().client.get(`/v1/requests?${query}`);
      expect(answer.status).toBe(400);
      expect(errorOf(answer).param).toBe(param);
    }
  });

  it('by a path that cannot be read, or an id that cannot be one, is 400 or 404', async () => {
    for (const path of [
      '/v1/requests/%zz',
      '/%',
      '/v1/requests/%00',
      `/v1/requests/${'x'.repeat(9000)}`,
    ]) {
      const answer = await cluster().client.get(path);
      expect([400, 404]).toContain(answer.status);
      expect(Object.keys(errorOf(answer))).toEqual(['message', 'type', 'param', 'code']);
    }
  });

  it.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['another protocol', 'SSH-2.0-x\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n', 400],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n', 400],
    [
      'two framings',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
  ])(
    'by %s is answered in the same shape, and the connection closed',
    async (_name, said, status) => {
      const answer = parseRaw(await openRaw(cluster().baseUrl, Buffer.from(said, 'latin1')).closed);
      expect(answer.status).toBe(status);
      const parsed = JSON.parse(answer.body) as { error: object };
      expect(Object.keys(parsed.error)).toEqual(['message', 'type', 'param', 'code']);
      expect(answer.head).toMatch(/x-request-id: req_/);
    },
  );

  it('by a client that leaves in the middle of its body harms nobody', async () => {
    for (let n = 0; n < 20; n += 1) {
      const { socket } = openRaw(
        cluster().baseUrl,
        'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n' +
          `Authorization: Bearer ${cluster().project.keys.test}\r\n` +
          'Content-Type: application/json\r\n\r\n{"model":',
      );
      socket.once('connect', () => socket.resetAndDestroy());
    }
    expect((await cluster().client.wait('sim/ok')).status).toBe(200);
  });

  it('by headers that never end is answered 408 and closed, and holds nothing meanwhile', async () => {
    expect((await cluster().client.wait('sim/ok')).status).toBe(200);
    for (const { closed } of slow) {
      const answer = parseRaw(await closed);
      expect(answer.status).toBe(408);
      expect(answer.body).toContain('"code":"request_timeout"');
    }
  });

  it('leaves no line in the log that says it was unexpected', () => {
    expect(
      cluster()
        .api.logs()
        .filter(({ event }) => event === 'call.failed'),
    ).toEqual([]);
  });
});
