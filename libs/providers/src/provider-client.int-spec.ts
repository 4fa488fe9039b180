import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { ProviderClient, type ProviderClientOptions } from './provider-client.js';
import type { ProviderOutcome } from './outcome.js';
import { BODY, callTo, COMPLETION } from './testing/calls.js';
import {
  head,
  startScriptedServer,
  whole,
  type Answer,
  type ScriptedServer,
} from './testing/scripted-server.js';

let client: ProviderClient;
let server: ScriptedServer;

async function callAgainst(
  answer: Answer,
  over: Parameters<typeof callTo>[1] = {},
  options: ProviderClientOptions = {},
): Promise<ProviderOutcome> {
  client = new ProviderClient(options);
  server = await startScriptedServer(answer);
  return client.call(callTo(server.baseUrl, over));
}

const sends =
  (...parts: (string | Buffer)[]): Answer =>
  (socket) => {
    for (const part of parts) {
      socket.write(part);
    }
  };

const sendsAndEnds =
  (...parts: (string | Buffer)[]): Answer =>
  (socket) =>
    socket.end(Buffer.concat(parts.map((part) => Buffer.from(part))));

/** Promises 1,000 bytes and gives one every few milliseconds, so that no pause is ever long. */
const trickles =
  (status: string): Answer =>
  (socket: Socket) => {
    socket.write(head(status, { 'content-length': '1000' }));
    const beat = setInterval(() => socket.write(' '), 5);
    socket.on('close', () => clearInterval(beat));
  };

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('an answer', () => {
  it('that is a chat completion is a success with its bytes, usage and kept headers', async () => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'X-Request-Id': 'req_123',
      'openai-processing-ms': '12',
      'x-ratelimit-remaining-requests': '9',
      'retry-after': '3',
      'set-cookie': 'a=b',
      server: 'nginx',
    };
    expect(await callAgainst(sends(whole('200 OK', COMPLETION, headers)))).toEqual({
      kind: 'success',
      httpStatus: 200,
      contentType: 'application/json; charset=utf-8',
      headers: {
        'openai-processing-ms': '12',
        'x-ratelimit-remaining-requests': '9',
        'retry-after': '3',
      },
      body: Buffer.from(COMPLETION),
      share: null,
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      answerId: null,
      isCacheable: true,
      providerRequestId: 'req_123',
    });
  });

  it.each([
    ['gzip', gzipSync(COMPLETION)],
    ['deflate', deflateSync(COMPLETION)],
    ['br', brotliCompressSync(COMPLETION)],
  ])('in %s is decoded, though none was asked for', async (coding, body) => {
    const outcome = await callAgainst(sends(whole('200 OK', body, { 'content-encoding': coding })));
    expect(outcome).toMatchObject({ kind: 'success', body: Buffer.from(COMPLETION) });
  });

  it('of an error in gzip is decoded too', async () => {
    const body = gzipSync('{"error":{"code":"insufficient_quota"}}');
    const outcome = await callAgainst(
      sends(whole('429 Too Many', body, { 'content-encoding': 'gzip' })),
    );
    expect(outcome).toMatchObject({ kind: 'http_error', error: { words: ['insufficient_quota'] } });
  });

  it('behind a byte order mark passes on byte for byte', async () => {
    const body = Buffer.from(`\uFEFF${COMPLETION}`);
    expect(await callAgainst(sends(whole('200 OK', body)))).toMatchObject({
      kind: 'success',
      body,
    });
  });

  it('with an error that states its own status is judged by that', async () => {
    const body = '{"error":{"code":429,"message":"slow"},"choices":[]}';
    const outcome = await callAgainst(sends(whole('200 OK', body, { 'retry-after': '3' })));
    expect(outcome).toMatchObject({
      kind: 'http_error',
      httpStatus: 429,
      headers: { 'retry-after': '3' },
    });
  });

  it('with 60 KiB of headers is read', async () => {
    const answer = sends(whole('200 OK', COMPLETION, { 'x-trace': 'a'.repeat(60 * 1024) }));
    expect((await callAgainst(answer)).kind).toBe('success');
  });

  it.each([
    ['at once', ['HTTP/1.1 100 Continue\r\n\r\n']],
    ['with headers', ['HTTP/1.1 100 Continue\r\nx: y\r\n\r\n']],
    ['twice', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n']],
    ['in pieces', ['HTT', 'P/1.1 10', '0 Continue\r', '\n\r', '\n']],
    ['as another hint', ['HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n']],
  ])('behind a 100 Continue that nobody asked for is read: %s', async (_name, pieces) => {
    client = new ProviderClient();
    server = await startScriptedServer((socket) => {
      socket.setNoDelay(true);
      const parts: (string | Buffer)[] = [...pieces, whole('200 OK', COMPLETION)];
      const next = (): void => {
        const part = parts.shift();
        if (part !== undefined) {
          socket.write(part, () => setImmediate(next));
        }
      };
      next();
    });
    for (let call = 0; call < 3; call += 1) {
      expect((await client.call(callTo(server.baseUrl))).kind).toBe('success');
    }
    expect(server.sockets.length).toBeLessThan(3);
  });

  it('whose body holds the words of a 100 Continue is left as it is', async () => {
    const words = 'HTTP/1.1 100 Continue\r\n\r\n';
    const body = JSON.stringify({ choices: [{ message: { content: 'x' } }], a: words });
    const raw = body.replace(JSON.stringify(words), `"${words.replaceAll('\r\n', '')}"`);
    const at = raw.indexOf('HTTP/');
    const answer: Answer = (socket) => {
      const bytes = whole('200 OK', raw);
      const cut = bytes.length - raw.length + at;
      socket.write(bytes.subarray(0, cut), () =>
        setImmediate(() => socket.write(bytes.subarray(cut))),
      );
    };
    expect(await callAgainst(answer)).toMatchObject({ kind: 'success', body: Buffer.from(raw) });
  });

  it('that comes in chunks is put together byte for byte', async () => {
    const parts = [COMPLETION.slice(0, 7), COMPLETION.slice(7)];
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const outcome = await callAgainst(
      sends(head('200 OK', { 'transfer-encoding': 'chunked' }), ...chunks, '0\r\n\r\n'),
    );
    expect(outcome).toMatchObject({ kind: 'success', body: Buffer.from(COMPLETION) });
  });

  it('after an early hint is still the answer', async () => {
    const outcome = await callAgainst(
      sends('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', whole('200 OK', COMPLETION)),
    );
    expect(outcome).toMatchObject({ kind: 'success', httpStatus: 200 });
  });

  it('to a GET is a list when it has data', async () => {
    client = new ProviderClient();
    server = await startScriptedServer(sends(whole('200 OK', '{"object":"list","data":[]}')));
    const { baseUrl, apiKey, headers, timeoutMs } = callTo(server.baseUrl);
    const outcome = await client.get({ baseUrl, path: '/models', apiKey, headers, timeoutMs });
    expect(outcome).toMatchObject({ kind: 'success', usage: null });
    expect(server.requests[0]).toMatch(/^GET \/v1\/models HTTP\/1\.1\r\n/);
  });
});

describe('an error status', () => {
  it('keeps body, code, type and message of the provider', async () => {
    const body =
      '{"error":{"message":"slow","type":"tokens","param":null,"code":"rate_limit_exceeded"}}';
    const outcome = await callAgainst(
      sends(
        whole('429 Too Many', body, { 'content-type': 'application/json', 'retry-after': '7' }),
      ),
    );
    expect(outcome).toEqual({
      kind: 'http_error',
      share: null,
      httpStatus: 429,
      contentType: 'application/json',
      headers: { 'retry-after': '7' },
      body: Buffer.from(body),
      error: {
        words: ['rate_limit_exceeded', 'tokens'],
        status: 429,
        retryDelay: null,
        message: 'slow',
      },
      providerRequestId: null,
    });
  });

  it.each<[string, Answer]>([
    ['is over the limit', sends(whole('500 Oops', 'x'.repeat(2_000)))],
    ['grows over the limit', sendsAndEnds(head('500 Oops', {}), 'x'.repeat(2_000))],
    ['is cut', sendsAndEnds(head('500 Oops', { 'content-length': '50' }), '{"error"')],
    ['trickles beyond the time', trickles('500 Oops')],
    [
      'is in a coding that cannot be undone',
      sends(whole('500 Oops', 'noise', { 'content-encoding': 'gzip' })),
    ],
    [
      'unfolds to more than is read',
      sends(whole('500 Oops', gzipSync(' '.repeat(2_000)), { 'content-encoding': 'gzip' })),
    ],
  ])('stands without its body when the body %s', async (_name, answer) => {
    const outcome = await callAgainst(answer, { timeoutMs: 300 }, { maxResponseBytes: 1_000 });
    expect(outcome).toMatchObject({
      kind: 'http_error',
      httpStatus: 500,
      body: Buffer.alloc(0),
      error: null,
    });
  });
});

describe('a 2xx is an invalid response, never a result, when it', () => {
  const chunked = { 'transfer-encoding': 'chunked' };
  const cut = COMPLETION.slice(0, -1);
  it.each<[string, string, Answer]>([
    ['has no body', 'empty', sends(whole('200 OK', ''))],
    ['is a 204', 'empty', sends(head('204 No Content', {}))],
    ['is a 206', 'wrong_status', sends(whole('206 Partial Content', COMPLETION))],
    ['is a 202', 'wrong_status', sends(whole('202 Accepted', COMPLETION))],
    ['is a page', 'not_json', sends(whole('200 OK', '<html>busy</html>'))],
    ['is JSON but no completion', 'error_in_body', sends(whole('200 OK', '{"error":{"code":1}}'))],
    ['has no choices', 'no_choices', sends(whole('200 OK', '{"choices":[]}'))],
    ['declares too much', 'too_large', sends(whole('200 OK', 'x'.repeat(5_000)))],
    ['grows too large', 'too_large', sendsAndEnds(head('200 OK', {}), 'x'.repeat(5_000))],
    [
      'is cut before its declared length',
      'truncated',
      sendsAndEnds(head('200 OK', { 'content-length': String(COMPLETION.length) }), cut),
    ],
    [
      'is cut on a connection that was to close',
      'truncated',
      sendsAndEnds(
        head('200 OK', { 'content-length': String(COMPLETION.length), connection: 'close' }),
        cut,
      ),
    ],
    [
      'lacks its last chunk',
      'truncated',
      sendsAndEnds(
        head('200 OK', { ...chunked, connection: 'close' }),
        `5\r\n${COMPLETION.slice(0, 5)}\r\n`,
      ),
    ],
    [
      'breaks the chunk format',
      'truncated',
      sendsAndEnds(head('200 OK', chunked), 'not a chunk size\r\n'),
    ],
    ['ends early without a length', 'not_json', sendsAndEnds(head('200 OK', {}), cut)],
  ])('%s (%s)', async (_name, reason, answer) => {
    const outcome = await callAgainst(answer, {}, { maxResponseBytes: 4_000 });
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason });
  });

  it('is reset in the middle of its body (truncated)', async () => {
    const outcome = await callAgainst((socket) => {
      // What was written reaches the client's kernel before the reset does, and is read first.
      socket.write(head('200 OK', { 'content-length': '1000' }), () => socket.resetAndDestroy());
    });
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason: 'truncated' });
  });

  it('is a gzip bomb, which is unpacked no further than answers are read', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, ' '));
    const outcome = await callAgainst(
      sends(whole('200 OK', bomb, { 'content-encoding': 'gzip' })),
      {},
      { maxResponseBytes: 100_000 },
    );
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason: 'too_large' });
    expect(server.requests[0]).toContain('accept-encoding: identity\r\n');
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 304, 307, 308])(
    'with %d is never followed to any host',
    async (status) => {
      const other = await startScriptedServer(sends(whole('200 OK', COMPLETION)));
      try {
        const outcome = await callAgainst(
          sends(whole(`${status} Moved`, '', { location: `${other.baseUrl}/chat/completions` })),
        );
        expect(outcome).toMatchObject({
          kind: 'invalid_response',
          reason: 'redirect',
          httpStatus: status,
        });
        await server.gone(0);
        expect(server.requests).toHaveLength(1);
        expect(other.sockets.length).toBe(0);
      } finally {
        await other.close();
      }
    },
  );
});

describe('the time of a call', () => {
  it('covers the wait for headers', async () => {
    const outcome = await callAgainst(() => undefined, { timeoutMs: 100 });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'headers' });
    await server.gone(0);
  });

  it('covers a body that trickles, and closes its connection', async () => {
    const outcome = await callAgainst(trickles('200 OK'), { timeoutMs: 300 });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'body' });
    await server.gone(0);
  });

  it('ends an answer that begins and falls silent, and closes its connection', async () => {
    const begins = sends(head('200 OK', { 'content-length': '1000' }), '{"choices":');
    const outcome = await callAgainst(begins, { idleTimeoutMs: 300 });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'idle' });
    await server.gone(0);
  });

  it('does not take a slow answer for a silent one', async () => {
    const outcome = await callAgainst(trickles('200 OK'), {
      timeoutMs: 4_000,
      idleTimeoutMs: 1_500,
    });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'body' });
  });

  it('does not take a slow start for silence', async () => {
    const outcome = await callAgainst(() => undefined, { timeoutMs: 2_500, idleTimeoutMs: 300 });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'headers' });
  });

  it('counts a refusal whose body falls silent as what it is', async () => {
    const begins = sends(head('401 Unauthorized', { 'content-length': '1000' }), '{');
    const outcome = await callAgainst(begins, { idleTimeoutMs: 300 });
    expect(outcome).toMatchObject({ kind: 'http_error', httpStatus: 401 });
  });

  it.each([
    ['the call', { timeoutMs: 100 }, { connectTimeoutMs: 20_000 }],
    ['connecting', { timeoutMs: 20_000 }, { connectTimeoutMs: 100 }],
  ])('covers a TLS handshake that never ends (time of %s)', async (_name, over, options) => {
    client = new ProviderClient(options);
    server = await startScriptedServer(() => undefined);
    const outcome = await client.call(callTo(`https://127.0.0.1:${server.port}/v1`, over));
    expect(outcome).toEqual({ kind: 'timeout', phase: 'connect' });
  });

  it('may be longer than a timer of Node can count', async () => {
    const outcome = await callAgainst(sends(whole('200 OK', COMPLETION)), { timeoutMs: 2 ** 40 });
    expect(outcome).toMatchObject({ kind: 'success' });
  });
});

describe('what goes up', () => {
  it('is the body byte for byte, the allowed headers, and the key in authorization alone', async () => {
    const headers = {
      'openai-organization': 'org',
      'user-agent': 'reqrun/1.0.0 sdk/2',
      'x-forwarded-for': '10.0.0.1',
      cookie: 'secret',
    };
    await callAgainst(sends(whole('200 OK', COMPLETION)), { headers, apiKey: 'sk-very-secret' });
    const [upHead = '', upBody] = server.requests[0]!.split('\r\n\r\n');
    expect(upBody).toBe(BODY);
    expect(upHead.split('\r\n').sort()).toEqual(
      [
        'POST /v1/chat/completions HTTP/1.1',
        `host: 127.0.0.1:${server.port}`,
        'connection: keep-alive',
        'accept: application/json',
        'accept-encoding: identity',
        'content-type: application/json',
        `content-length: ${callTo('').body.length}`,
        'authorization: Bearer sk-very-secret',
        'idempotency-key: rr_test-1',
        'openai-organization: org',
        'user-agent: reqrun/1.0.0 sdk/2',
        'x-reqrun-hop: 1',
      ].sort(),
    );
  });

  it('has no authorization when there is no key', async () => {
    await callAgainst(sends(whole('200 OK', COMPLETION)), { apiKey: null });
    expect(server.requests[0]).not.toMatch(/authorization/i);
  });

  it('is nothing when the key could not stand in a header', async () => {
    const outcome = await callAgainst(sends(whole('200 OK', COMPLETION)), {
      apiKey: 'sk-1\r\nx-injected: 1',
    });
    expect(outcome).toEqual({ kind: 'network_error', cause: 'INVALID_REQUEST' });
    expect(server.sockets.length).toBe(0);
  });

  it('is nothing when the base URL is not allowed', async () => {
    const outcome = await callAgainst(() => undefined, { baseUrl: 'http://192.0.2.1/v1' });
    expect(outcome).toEqual({ kind: 'network_error', cause: 'INVALID_BASE_URL' });
  });
});
