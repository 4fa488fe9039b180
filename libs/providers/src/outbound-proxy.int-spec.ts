import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type LookupFunction, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ProviderClient, type ProviderClientOptions } from './provider-client.js';
import { callTo, COMPLETION } from './testing/calls.js';

const run = promisify(execFile);

let folder: string;
let ca: string;
let tls: { cert: string; key: string };
/** A provider that speaks TLS with a certificate of an own authority, for `localhost`. */
let provider: Server;
let proxy: Server;
/** Tunnels that the proxy was asked for: target and credentials. */
let asked: { target: string; credentials: string | undefined }[];
/** The status that the proxy answers with; null for silence. */
let status: number | null;
let client: ProviderClient | null;

async function makeCertificates(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'reqrun-proxy-'));
  const openssl = (...given: string[]): Promise<unknown> => run('openssl', given, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=own');
  await openssl(
    ...['req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
  );
  await openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key'],
    ...['-CAcreateserial', '-copy_extensions', 'copy', '-days', '1', '-out', 'server.crt'],
  );
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  ca = await read('ca.crt');
  tls = { cert: await read('server.crt'), key: await read('server.key') };
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Opens tunnels; every name leads to this machine. */
function tunnels(server: Server): Server {
  return server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined);
    asked.push({
      target: request.url ?? '',
      credentials: request.headers['proxy-authorization'],
    });
    if (status !== 200) {
      if (status !== null) {
        socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 6\r\n\r\nsecret`);
      }
      return;
    }
    const port = Number((request.url ?? '').split(':').at(-1));
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
  });
}

beforeAll(async () => {
  await makeCertificates();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  [asked, status, client] = [[], 200, null];
  const answer = (_request: unknown, response: { end: (text: string) => void }): void =>
    response.end(COMPLETION);
  provider = await listening(createTlsServer(tls, answer));
  proxy = await listening(tunnels(createServer()));
});
afterEach(async () => {
  await client?.close();
  for (const server of [provider, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

const proxied = (
  over: Partial<ProviderClientOptions> = {},
  noProxy: readonly string[] = [],
): ProviderClient => {
  client = new ProviderClient({
    proxy: { url: `http://me:p%40ss%3A@127.0.0.1:${portOf(proxy)}`, noProxy },
    extraCa: ca,
    ...over,
  });
  return client;
};
const call = (host = 'localhost'): ReturnType<ProviderClient['call']> =>
  (client ?? proxied()).call(callTo(`https://${host}:${portOf(provider)}/v1`));

describe('through a proxy', () => {
  it('a provider is called over TLS of its own, with the credentials for the proxy alone', async () => {
    expect(await call()).toMatchObject({ kind: 'success' });
    expect(asked).toEqual([
      {
        target: `localhost:${portOf(provider)}`,
        credentials: `Basic ${Buffer.from('me:p@ss:').toString('base64')}`,
      },
    ]);
  });

  it('hosts that are named are called directly', async () => {
    proxied({}, ['other.example', 'localhost']);
    expect(await call()).toMatchObject({ kind: 'success' });
    expect(asked).toEqual([]);
  });

  it.each([
    [407, 'PROXY_AUTHENTICATION_REQUIRED'],
    [403, 'PROXY_REFUSED'],
    [502, 'PROXY_REFUSED'],
  ])('its %i is a network error, with no word of its page', async (its, cause) => {
    status = its;
    expect(await call()).toEqual({ kind: 'network_error', cause });
  });

  it('that is silent or away, the call ends as for a provider that is', async () => {
    status = null;
    proxied({ connectTimeoutMs: 300 });
    expect(await call()).toEqual({ kind: 'timeout', phase: 'connect' });
    await client?.close();
    proxied({ proxy: { url: 'http://127.0.0.1:1', noProxy: [] } });
    expect(await call()).toEqual({ kind: 'network_error', cause: 'ECONNREFUSED' });
  });

  it('a name that leads to an address that is never called is not asked for', async () => {
    const resolve: LookupFunction = (_name, _options, callback) =>
      callback(null, [
        { address: '93.184.216.34', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ]);
    proxied({ resolve });
    expect(await call('metadata.example')).toEqual({
      kind: 'network_error',
      cause: 'ADDRESS_REFUSED',
    });
    expect(asked).toEqual([]);
  });

  it('a name that only the proxy can resolve is left to it', async () => {
    const resolve: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('none'), { code: 'ENOTFOUND' }), []);
    proxied({ resolve });
    expect(await call()).toMatchObject({ kind: 'success' });
    expect(asked).toHaveLength(1);
  });

  it('that speaks TLS itself, with a certificate of an own authority', async () => {
    const secure = await listening(tunnels(createTlsServer(tls)));
    proxied({ proxy: { url: `https://localhost:${portOf(secure)}`, noProxy: [] } });
    expect(await call()).toMatchObject({ kind: 'success' });
    expect(asked).toHaveLength(1);
    secure.closeAllConnections();
    secure.close();
  });
});

describe('an own authority', () => {
  it('is trusted when it is named, and only then', async () => {
    proxied({ proxy: undefined });
    expect(await call()).toMatchObject({ kind: 'success' });
    await client?.close();
    proxied({ proxy: undefined, extraCa: undefined });
    expect(await call()).toEqual({ kind: 'network_error', cause: 'TLS' });
  });
});
