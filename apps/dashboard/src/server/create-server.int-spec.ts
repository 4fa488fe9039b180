import type { Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';

import { createLogger } from '@reqrun/platform/logging';

import { AdminProxy } from './admin-proxy.js';
import { createDashboardServer, type ServerLimits } from './create-server.js';

const ANSWER =
  'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\r\n{}';
const HIDDEN = 'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n';

/** A fake API that answers every request head, and records all bytes of each connection. */
interface Upstream {
  url: string;
  /** All bytes, one string per connection. */
  connections: string[];
  /** Whether it answers a request with a body before the body has arrived. */
  early: boolean;
  close(): void;
}

async function startUpstream(): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    const index = upstream.connections.push('') - 1;
    let unread = '';
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      upstream.connections[index] =
        `${upstream.connections[index] ?? ''}${part.toString('latin1')}`;
      unread += part.toString('latin1');
      for (;;) {
        const head = /^[\s\S]*?\r\n\r\n/.exec(unread)?.[0];
        const length = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1] ?? 0);
        if (head === undefined || (!upstream.early && unread.length < head.length + length)) {
          return;
        }
        unread = unread.slice(head.length + length);
        socket.write(ANSWER);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: [],
    early: false,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
  return upstream;
}

let upstream: Upstream;
let servers: Server[];

beforeEach(async () => {
  upstream = await startUpstream();
  servers = [];
});
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  upstream.close();
});

async function startServer(limits?: Partial<ServerLimits>): Promise<number> {
  const api = new AdminProxy(upstream.url, createLogger({ service: 'test', level: 'silent' }));
  const server = createDashboardServer({
    api: (request, response) => api.handle(request, response),
    pages: (_request, response) => response.end('page'),
    documentation: (_request, response) => response.end('documentation'),
    isTls: false,
    dev: false,
    ...(limits !== undefined && { limits }),
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends bytes and returns what the server sends until it closes the connection. */
function say(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (received += part));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(bytes, 'latin1');
  });
}

const statuses = (answer: string): number[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
/** Returns the request lines that the upstream has received. */
const seen = (): string[] =>
  upstream.connections.flatMap((bytes) => bytes.match(/[A-Z]+ \S+ HTTP\/1\.1/g) ?? []);

describe('a body that hides a request', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])(
    'with %s is refused and not passed on',
    async (method) => {
      const port = await startServer();
      const answer = await say(
        port,
        `${method} /admin/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`,
      );
      expect(statuses(answer)).toEqual([400]);
      expect(seen()).toEqual([]);
    },
  );

  it.each([
    ['chunked', `Transfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`],
    ['of a length', `Content-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    [
      'of a length that Connection names',
      `Connection: content-length\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
    ],
    [
      'chunked, which Connection names',
      `Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`,
    ],
  ])('with DELETE, %s, is passed on as the body that it is', async (_name, rest) => {
    const port = await startServer();
    const call = `DELETE /admin/session HTTP/1.1\r\nHost: x\r\n${rest}`;
    const answer = await say(port, `${call}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(statuses(answer)[0]).toBe(200);
    expect(upstream.connections).toHaveLength(1);
    const [head = '', body] = upstream.connections[0]?.split(/\r\n\r\n(.*)/s) ?? [];
    expect(head).toMatch(/^DELETE \/admin\/session HTTP\/1\.1\r\n/);
    expect(head.toLowerCase()).toContain(`content-length: ${HIDDEN.length}`);
    expect(head.toLowerCase()).not.toContain('transfer-encoding');
    expect(body).toBe(HIDDEN);
  });

  it.each([
    ['both framings', 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
    ['an unknown coding', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a folded line', 'Transfer-Encoding:\r\n chunked\r\n x\r\n\r\n0\r\n\r\n'],
    ['a bad chunk', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n'],
  ])('by %s never reaches the API', async (_name, rest) => {
    const port = await startServer();
    await say(port, `POST /admin/session HTTP/1.1\r\nHost: x\r\n${rest}`);
    expect(seen().filter((line) => !line.startsWith('POST /admin/session'))).toEqual([]);
  });

  it('gives nobody the answer of another', async () => {
    const port = await startServer();
    const calls = Array.from({ length: 40 }, (_value, index) =>
      index % 2 === 0
        ? say(
            port,
            `GET /admin/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(HIDDEN)}`,
          )
        : say(port, `GET /admin/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    const answers = await Promise.all(calls);
    expect(answers.map((answer) => statuses(answer))).toEqual(
      answers.map((_answer, index) => [index % 2 === 0 ? 400 : 200]),
    );
    expect(new Set(seen())).toEqual(new Set(['GET /admin/projects HTTP/1.1']));
  });
});

describe('what is passed on', () => {
  it('leaves out headers that are not for the API, and addresses that are none', async () => {
    const port = await startServer();
    await say(
      port,
      'POST /admin/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n' +
        'Content-Type: application/json\r\nCookie: c=1\r\nOrigin: http://x\r\nUpgrade: h2c\r\n' +
        'X-Forwarded-For: =cmd\r\nX-Forwarded-Host: evil\r\nForwarded: for=1.1.1.1\r\n\r\n{}',
    );
    const [head = ''] = upstream.connections;
    expect(head).toContain('cookie: c=1');
    expect(head).toContain('origin: http://x');
    expect(head).toMatch(/x-forwarded-for: [\d.:a-f]+\r\n/);
    expect(head.toLowerCase()).not.toMatch(/cmd|evil|forwarded: for|upgrade/);
  });

  it('keeps the addresses of proxies before it', async () => {
    const port = await startServer();
    await say(
      port,
      'GET /admin/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.7, 2001:db8::1\r\n\r\n',
    );
    expect(upstream.connections[0]).toMatch(
      /x-forwarded-for: 203\.0\.113\.7, 2001:db8::1, \S+\r\n/,
    );
  });

  it('brings every cookie back', async () => {
    const port = await startServer();
    const answer = await say(
      port,
      'GET /admin/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('set-cookie: a=1');
    expect(answer).toContain('set-cookie: b=2');
    expect(answer).toContain('x-content-type-options: nosniff');
  });

  it('is no body of more than 64 KiB, announced or in chunks', async () => {
    const port = await startServer();
    const body = 'x'.repeat(64 * 1024 + 1);
    const head = 'POST /admin/session HTTP/1.1\r\nHost: x\r\n';
    for (const rest of [
      `Content-Length: ${body.length}\r\n\r\n${body}`,
      `Transfer-Encoding: chunked\r\n\r\n${chunked(body)}`,
    ]) {
      const answer = await say(port, head + rest);
      expect(statuses(answer)).toEqual([413]);
      expect(answer).toContain('"code":"body_too_large"');
    }
    expect(seen()).toEqual([]);
  });

  it('never shares a connection that was answered before its body was sent', async () => {
    upstream.early = true;
    const port = await startServer();
    const body = 'y'.repeat(60_000);
    const post = `POST /admin/session HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    await Promise.all(Array.from({ length: 10 }, () => say(port, post)));
    await say(port, 'GET /admin/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    for (const bytes of upstream.connections) {
      // Each request line is at the beginning, or follows a complete body.
      expect(bytes).toMatch(
        /^(?:POST [^\r]+(?:\r\n[^\r]+)*\r\n\r\ny*|GET [^\r]+(?:\r\n[^\r]+)*\r\n\r\n)+$/,
      );
    }
  });
});

describe('what no browser sends', () => {
  it.each([
    ['the asterisk form', 'TRACE * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['the absolute form', 'GET http://x/admin/session HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['another spelling of /admin', 'GET /%61dmin/session HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['TRACE of a page', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['DELETE of a page', 'DELETE / HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['OPTIONS of the API', 'OPTIONS /admin/session HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    [
      'a strange expectation',
      'POST /admin/session HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n',
      417,
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['huge headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is refused in the one shape of errors', async (_name, bytes, status) => {
    const port = await startServer();
    const answer = await say(port, bytes);
    expect(statuses(answer)).toEqual([status]);
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    const { error } = JSON.parse(body) as { error: object };
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
    expect(seen()).toEqual([]);
  });

  it('a connection that says nothing, or never ends its headers, is closed', async () => {
    const port = await startServer({
      headersTimeoutMs: 50,
      requestTimeoutMs: 50,
      checkEveryMs: 20,
    });
    await expect(say(port, '')).resolves.toMatch(/^$|408/);
    await expect(say(port, 'GET / HTTP/1.1\r\nX-Slow: ')).resolves.toContain('408');
  });
});
