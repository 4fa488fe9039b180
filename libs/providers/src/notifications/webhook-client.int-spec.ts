import type { LookupFunction } from 'node:net';

import { startScriptedServer, whole, type ScriptedServer } from '../testing/scripted-server.js';
import { WebhookClient, type WebhookClientOptions } from './webhook-client.js';
import { assertAllowedWebhookUrl } from './webhook-url.js';

let server: ScriptedServer;
let client: WebhookClient | null = null;

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];

beforeEach(async () => {
  server = await startScriptedServer((socket, index) => {
    if (index === 0) {
      const headers = { location: `http://127.0.0.1:${server.port}/elsewhere` };
      socket.write(whole('302 Found', 'secret words', headers));
    }
  });
});
afterEach(async () => {
  await client?.close();
  await server.close();
});

const post = (url: string, options: WebhookClientOptions = {}) => {
  client = new WebhookClient(options);
  return client.post({ id: 'msg_1', url, body: '{}', secrets });
};

/** Resolves every name to one address. */
const leadsTo =
  (address: string): LookupFunction =>
  (_hostname, _options, callback) =>
    callback(null, [{ address, family: 4 }]);

describe('a webhook', () => {
  it('is not followed to where it redirects', async () => {
    const outcome = await post(`http://127.0.0.1:${server.port}/hook`);
    expect(outcome).toEqual({ failure: 'http_error', status: 302, isFinal: false });
    expect(server.requests).toHaveLength(1);
  });

  it('whose name leads to an address that is never called is not called', async () => {
    const url = `http://metadata.example:${server.port}/hook`;
    const outcome = await post(url, { allowInsecure: true, resolve: leadsTo('169.254.169.254') });
    expect(outcome).toEqual({ failure: 'address_refused', status: null, isFinal: false });
    expect(server.sockets).toHaveLength(0);
  });

  it('that is not on the list of hosts is not called', async () => {
    const url = `http://127.0.0.1:${server.port}/hook`;
    expect(await post(url, { hosts: ['hooks.example.com'] })).toMatchObject({
      failure: 'url_not_allowed',
    });
    expect(server.sockets).toHaveLength(0);
  });

  it('is called through the outbound proxy', async () => {
    const proxy = { url: `http://127.0.0.1:${server.port}`, noProxy: [] };
    const url = 'https://hooks.example.com/hook';
    void post(url, { proxy, resolve: leadsTo('192.0.2.1') });
    await server.arrived(0);
    expect(server.requests[0]).toMatch(/^CONNECT hooks\.example\.com:443 /);
  });

  it('that does not answer is given up', async () => {
    const silent = await startScriptedServer(() => undefined);
    try {
      const url = `http://127.0.0.1:${silent.port}/hook`;
      expect(await post(url, { timeoutMs: 50 })).toMatchObject({ failure: 'timeout' });
    } finally {
      await silent.close();
    }
  });

  it('that takes no connection is told from one that answers', async () => {
    // Nothing listens there, and no system gives the port out.
    const outcome = await post('http://127.0.0.1:1/hook');
    expect(outcome).toMatchObject({ failure: 'connection_failed', status: null });
  });
});

describe('the address of a webhook', () => {
  it('may have a query', () => {
    const url = 'https://hooks.example.com/a?sig=1';
    expect(assertAllowedWebhookUrl(url, {}).href).toBe(url);
  });

  it.each([
    ['hooks.example.com', 'not a valid absolute URL'],
    ['ftp://hooks.example.com', 'must start with https://'],
    ['http://hooks.example.com', 'http on an address that is not loopback'],
    ['https://a:b@hooks.example.com', 'user name or a password'],
    ['https://hooks.example.com/#a', 'fragment'],
    ['https://169.254.169.254/latest', 'metadata service'],
  ])('%s is refused, and the message says why', (url, why) => {
    expect(() => assertAllowedWebhookUrl(url, {})).toThrow(why);
  });
});
