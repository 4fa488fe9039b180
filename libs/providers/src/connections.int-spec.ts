import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProviderClient } from './provider-client.js';
import { callTo, COMPLETION } from './testing/calls.js';
import {
  head,
  startScriptedServer,
  whole,
  type Answer,
  type ScriptedServer,
} from './testing/scripted-server.js';

let client: ProviderClient;
let server: ScriptedServer;

async function start(answer: Answer, connectionsPerOrigin: number | null = null): Promise<void> {
  client = new ProviderClient({ connectionsPerOrigin });
  server = await startScriptedServer(answer);
}

const completes: Answer = (socket) => socket.write(whole('200 OK', COMPLETION));

/** Answers the first request as given and completes every other. */
const first =
  (answer: Answer): Answer =>
  (socket, index) =>
    (index === 0 ? answer : completes)(socket, index);

/** A whole call by the same client, after which it has also read what the server wrote before. */
async function otherCallCompletes(): Promise<void> {
  await server.arrived(0);
  expect(await client.call(callTo(server.baseUrl))).toMatchObject({ kind: 'success' });
}

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('connections', () => {
  it('are reused: calls in sequence take one socket', async () => {
    await start(completes);
    for (let n = 0; n < 5; n += 1) {
      expect(await client.call(callTo(server.baseUrl))).toMatchObject({ kind: 'success' });
      // A connection is free again one turn of the event loop after its answer; a call that comes
      // within that turn opens a second one.
      await nextTurn();
    }
    expect(server.requests).toHaveLength(5);
    expect(server.sockets.length).toBe(1);
  });

  it('carry 250 calls in flight at once', async () => {
    const all = 250;
    await start((_socket, index) => {
      // Nobody is answered before everybody has asked.
      if (index === all - 1) {
        server.sockets.forEach((socket) => socket.write(whole('200 OK', COMPLETION)));
      }
    });
    const outcomes = await Promise.all(
      Array.from({ length: all }, () => client.call(callTo(server.baseUrl))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'success')).toHaveLength(all);
    expect(server.sockets.length).toBe(all);
  });

  it('that the server closed while idle are replaced without a failed call', async () => {
    await start((socket) => socket.end(whole('200 OK', COMPLETION)));
    await client.call(callTo(server.baseUrl));
    await server.gone(0);
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ kind: 'success' });
    expect(server.sockets.length).toBe(2);
  });

  it('of answers that were given up are closed, and the next call takes a new one', async () => {
    await start((socket, index) => {
      if (index === 0) {
        socket.write(head('302 Found', { location: '/x', 'content-length': '1000000' }));
      } else {
        completes(socket, index);
      }
    });
    await client.call(callTo(server.baseUrl));
    await server.gone(0);
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ kind: 'success' });
    expect(server.sockets.length).toBe(2);
  });
});

describe('a call is sent once', () => {
  it.each<[string, 'call' | 'get', 'destroy' | 'resetAndDestroy', RegExp]>([
    ['a POST whose kept-alive connection is closed', 'call', 'destroy', /^UND_ERR_SOCKET$/],
    ['a POST whose kept-alive connection is reset', 'call', 'resetAndDestroy', /^ECONNRESET$/],
    ['a GET whose kept-alive connection is closed', 'get', 'destroy', /^UND_ERR_SOCKET$/],
    ['a GET whose kept-alive connection is reset', 'get', 'resetAndDestroy', /^ECONNRESET$/],
  ])('%s is a network error', async (_name, method, ending, cause) => {
    await start((socket, index) => {
      if (index === 1) {
        socket[ending]();
      } else {
        completes(socket, index);
      }
    });
    const to = callTo(server.baseUrl);
    await client.call({ ...to, path: '/first' });
    const lost = await (method === 'call'
      ? client.call({ ...to, path: '/second' })
      : client.get({ ...to, path: '/second' }));
    expect(lost).toEqual({
      kind: 'network_error',
      cause: expect.stringMatching(cause) as unknown,
    });
    // A repeat would have come before the next call, which shares the pool with it.
    await client.call({ ...to, path: '/third' });
    expect(server.requests.map((text) => / \/v1(\/\w+)/.exec(text)?.[1])).toEqual([
      '/first',
      '/second',
      '/third',
    ]);
  });

  it('also when the very first connection is closed in the middle', async () => {
    await start((socket) => socket.destroy());
    expect(await client.call(callTo(server.baseUrl))).toEqual({
      kind: 'network_error',
      cause: 'UND_ERR_SOCKET',
    });
    await client.call(callTo(server.baseUrl, { path: '/next' }));
    expect(server.requests).toHaveLength(2);
  });
});

describe('a connection that cannot be made is a network error', () => {
  it('with ECONNREFUSED when nobody listens', async () => {
    await start(completes);
    await server.close();
    const closed = callTo(server.baseUrl);
    server = await startScriptedServer(completes);
    expect(await client.call(closed)).toEqual({ kind: 'network_error', cause: 'ECONNREFUSED' });
  });

  it('with TLS when the other side does not speak it', async () => {
    await start(completes);
    const speaksPlainly = await startScriptedServer(() => undefined);
    const call = client.call(callTo(`https://127.0.0.1:${speaksPlainly.port}/v1`));
    const answering = setInterval(() => {
      speaksPlainly.sockets.forEach((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    }, 5);
    try {
      expect(await call).toEqual({ kind: 'network_error', cause: 'TLS' });
    } finally {
      clearInterval(answering);
      await speaksPlainly.close();
    }
  });

  it('with a code of the resolver when the name does not exist (RFC 6761: .invalid)', async () => {
    await start(completes);
    const outcome = await client.call(callTo('https://provider.invalid/v1'));
    expect(outcome).toEqual({
      kind: 'network_error',
      cause: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as unknown,
    });
  });

  it('with HTTP_PARSER when the answer is not HTTP', async () => {
    await start((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    expect(await client.call(callTo(server.baseUrl))).toEqual({
      kind: 'network_error',
      cause: 'HTTP_PARSER',
    });
  });
});

describe('an abort', () => {
  it.each<[string, Answer]>([
    ['before the headers', () => undefined],
    ['in the body', (socket) => socket.write(head('200 OK', { 'content-length': '1000' }))],
    [
      'in the body of an error',
      (socket) => socket.write(head('500 Oops', { 'content-length': '9' })),
    ],
  ])('%s ends the call and closes its connection', async (_name, answer) => {
    await start(first(answer));
    const controller = new AbortController();
    const call = client.call(callTo(server.baseUrl, { signal: controller.signal }));
    await otherCallCompletes();
    controller.abort();
    expect(await call).toEqual({ kind: 'aborted' });
    await server.gone(0);
  });

  it('that came before the call sends nothing', async () => {
    await start(completes);
    const call = callTo(server.baseUrl, { signal: AbortSignal.abort() });
    expect(await client.call(call)).toEqual({ kind: 'aborted' });
    expect(server.sockets.length).toBe(0);
  });

  it('or a timeout while the call waits for a connection sends nothing', async () => {
    await start((socket, index) => {
      if (index > 0) {
        completes(socket, index);
      }
    }, 1);
    const first = client.call(callTo(server.baseUrl, { path: '/first' }));
    await server.arrived(0);
    const controller = new AbortController();
    const aborted = client.call(
      callTo(server.baseUrl, { path: '/aborted', signal: controller.signal }),
    );
    const late = client.call(callTo(server.baseUrl, { path: '/late', timeoutMs: 20 }));
    controller.abort();
    expect(await aborted).toEqual({ kind: 'aborted' });
    expect(await late).toEqual({ kind: 'timeout', phase: 'connect' });
    const last = client.call(callTo(server.baseUrl, { path: '/last' }));
    completes(server.sockets[0]!, 0);
    expect(await first).toMatchObject({ kind: 'success' });
    expect(await last).toMatchObject({ kind: 'success' });
    expect(server.requests.map((text) => / \/v1(\/\w+)/.exec(text)?.[1])).toEqual([
      '/first',
      '/last',
    ]);
  });

  it('after the answer changes nothing and leaves the connection alive', async () => {
    await start(completes);
    const controller = new AbortController();
    await client.call(callTo(server.baseUrl, { signal: controller.signal }));
    controller.abort();
    await nextTurn();
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ kind: 'success' });
    expect(server.sockets.length).toBe(1);
  });
});

describe('closing the client', () => {
  it.each<[string, Answer]>([
    ['the headers', () => undefined],
    ['the body', (socket) => socket.write(head('200 OK', { 'content-length': '1000' }))],
  ])('ends the calls that wait for %s, and every later one', async (_name, answer) => {
    await start(first(answer));
    const call = client.call(callTo(server.baseUrl));
    await otherCallCompletes();
    await client.close();
    expect(await call).toEqual({ kind: 'network_error', cause: 'CLIENT_CLOSED' });
    await server.gone(0);
    expect(await client.call(callTo(server.baseUrl))).toEqual({
      kind: 'network_error',
      cause: 'CLIENT_CLOSED',
    });
    expect(server.requests).toHaveLength(2);
  });
});
