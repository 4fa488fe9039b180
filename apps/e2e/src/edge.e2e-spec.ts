import { once } from 'node:events';

import { chatBody, Client, errorOf } from './harness/client.js';
import { openRaw, parseRaw } from './harness/raw-http.js';
import { useCluster } from './harness/transports.js';

const MIB = 1024 * 1024;
const SPELLINGS = [
  '/%76%31',
  '/v%31',
  '/%761',
  'http://x/v1',
  'http://x/%76%31',
  'HTTP://127.0.0.1/v1',
];

describe('the edge of the API', () => {
  const cluster = useCluster({ redis: false });

  /** Sends one request on a connection of its own, and reads until it is closed. */
  const say = async (head: string, body = ''): Promise<ReturnType<typeof parseRaw>> =>
    parseRaw(
      await openRaw(cluster().baseUrl, `${head}\r\nConnection: close\r\n\r\n${body}`).closed,
    );
  const authorization = (): string => `Authorization: Bearer ${cluster().project.keys.test}`;

  it.each(SPELLINGS)('lets nobody in without a key by the spelling %s', async (prefix) => {
    for (const [method, path] of [
      ['GET', '/requests'],
      ['HEAD', '/requests'],
      ['GET', '/models'],
      ['POST', '/chat/completions'],
      ['POST', '/requests/rr_01a1fc1dfd83723bba74ac863b007a0b/cancel'],
    ] as const) {
      const answer = await say(`${method} ${prefix}${path} HTTP/1.1\r\nHost: x`);
      expect(answer.status).toBe(401);
      expect(method === 'HEAD' || answer.body.includes('"code":"invalid_api_key"')).toBe(true);
    }
  });

  it.each(SPELLINGS)('serves a key by the spelling %s as by any other', async (prefix) => {
    const list = await say(
      `GET ${prefix}/requests?limit=1 HTTP/1.1\r\nHost: x\r\n${authorization()}`,
    );
    expect(list.status).toBe(200);
    const body = JSON.stringify(chatBody('sim/ok', { wait: true }));
    const completion = await say(
      `POST ${prefix}/chat/completions HTTP/1.1\r\nHost: x\r\n${authorization()}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}`,
      body,
    );
    expect(completion.status).toBe(200);
  });

  it('holds the admin API by any spelling to its rules', async () => {
    for (const path of ['/%61dmin/session', 'http://x/admin/session', '/admin/session']) {
      const answer = await say(`GET ${path} HTTP/1.1\r\nHost: x`);
      expect(answer.status).toBe(401);
      expect(answer.head.toLowerCase()).toContain('cache-control: no-store');
    }
  });

  it('reserves nothing for bodies that are announced and do not come, with or without a key', async () => {
    const sockets = ['', `${authorization()}\r\n`].flatMap((key) =>
      ['/v1', '/%761'].flatMap((prefix) =>
        Array.from({ length: 16 }, () =>
          openRaw(
            cluster().baseUrl,
            `POST ${prefix}/chat/completions HTTP/1.1\r\nHost: x\r\n${key}` +
              `Content-Type: application/json\r\nContent-Length: ${32 * MIB}\r\n\r\n{`,
          ),
        ),
      ),
    );
    try {
      await Promise.all(sockets.map(({ socket }) => once(socket, 'connect')));
      // The calls without a key have been answered, so everything before them has been read.
      await Promise.all(sockets.slice(0, 32).map(({ socket }) => once(socket, 'data')));
      const live = new Client(cluster().baseUrl, cluster().project.keys.test);
      const large = chatBody('sim/ok', { wait: true, padding: 'x'.repeat(MIB) });
      expect((await live.chat(large)).status).toBe(200);
      expect((await live.wait('sim/ok')).status).toBe(200);
    } finally {
      sockets.forEach(({ socket }) => socket.destroy());
    }
  });

  it('lets every client read its refusal while it is still sending', async () => {
    const wrong = new Client(cluster().baseUrl, 'reqrun_test_wrong');
    const body = Buffer.alloc(30 * MIB, 0x20);
    const tooLarge = Buffer.alloc(40 * MIB, 0x20);
    for (let round = 0; round < 10; round += 1) {
      const refused = await Promise.all([wrong.chat(body), wrong.chat(body)]);
      expect(refused.map(({ status }) => status)).toEqual([401, 401]);
      expect((await cluster().client.chat(tooLarge)).status).toBe(413);
    }
  });

  it.each([
    ['an expectation that nobody knows', 'GET /v1/models HTTP/1.1\r\nHost: x\r\nExpect: tea', 417],
    ['no Host', 'GET /v1/models HTTP/1.1', 400],
    ['no Host below no route', 'GET /nowhere HTTP/1.1', 400],
    ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x', 405],
    ['TRACE', 'TRACE /health/live HTTP/1.1\r\nHost: x', 405],
    ['the asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x', 404],
    ['a path that cannot be read', 'GET /v1/%zz HTTP/1.1\r\nHost: x', 400],
    ['an upgrade', 'GET /nowhere HTTP/1.1\r\nHost: x\r\nUpgrade: websocket', 404],
  ])('answers %s in the one shape of errors', async (_name, head, status) => {
    const answer = await say(head);
    expect(answer.status).toBe(status);
    const { error } = JSON.parse(answer.body) as { error: object };
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
    expect(answer.head).toMatch(/x-request-id: req_/i);
    expect(answer.head).toMatch(/content-type: application\/json/i);
    expect(answer.head).toMatch(/x-content-type-options: nosniff/i);
  });

  it('serves a good key at an address from which many wrong ones come', async () => {
    const wrong = new Client(cluster().baseUrl, 'reqrun_test_wrong');
    const statuses: number[] = [];
    for (let n = 0; n < 61; n += 1) {
      statuses.push((await wrong.get('/v1/requests')).status);
    }
    expect(statuses.at(-1)).toBe(429);
    const { keys } = cluster().project;
    for (const key of [keys.test, keys.live]) {
      expect((await new Client(cluster().baseUrl, key).get('/v1/requests')).status).toBe(200);
    }
    expect((await wrong.get('/v1/requests')).status).toBe(429);
    expect(errorOf(await wrong.get('/v1/requests')).code).toBe('too_many_failed_keys');
  });

  it('has met nothing that it did not expect', () => {
    const events = cluster()
      .api.logs()
      .filter(({ event }) => event === 'call.failed');
    expect(events).toEqual([]);
  });
});
