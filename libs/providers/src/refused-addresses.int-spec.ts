import type { LookupFunction } from 'node:net';
import { ProviderClient } from './provider-client.js';
import { callTo, COMPLETION } from './testing/calls.js';
import { startScriptedServer, whole, type ScriptedServer } from './testing/scripted-server.js';

let server: ScriptedServer;
let client: ProviderClient;

/** A client for whom every name has these addresses. The names of the tests are in no name server. */
function clientFor(...addresses: string[]): ProviderClient {
  const resolve: LookupFunction = (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  return new ProviderClient({ allowInsecure: true, resolve });
}

beforeEach(async () => {
  server = await startScriptedServer((socket) => socket.write(whole('200 OK', COMPLETION)));
});
afterEach(async () => {
  await client.close();
  await server.close();
});

describe('a provider whose name leads to an address that is never called', () => {
  it.each(['http', 'https'])('is not called, over %s', async (scheme) => {
    client = clientFor('169.254.169.254', 'fe80::1');
    const call = callTo(`${scheme}://metadata.example:${server.port}/v1`);
    const refused = { kind: 'network_error', cause: 'ADDRESS_REFUSED' };
    expect(await client.call(call)).toEqual(refused);
    expect(await client.get({ ...call, path: '/models' })).toEqual(refused);
    expect(server.sockets).toHaveLength(0);
  });

  it('is called at another address that it has', async () => {
    client = clientFor('169.254.169.254', '127.0.0.1');
    const outcome = await client.call(callTo(`http://both.example:${server.port}/v1`));
    expect(outcome).toMatchObject({ kind: 'success' });
  });

  it('is judged again for each connection, for a name can change its address', async () => {
    const addresses = ['127.0.0.1'];
    const resolve: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [{ address: addresses[0] ?? '', family: 4 }]);
    client = new ProviderClient({ allowInsecure: true, resolve });
    const call = callTo(`http://changing.example:${server.port}/v1`);
    expect(await client.call(call)).toMatchObject({ kind: 'success' });
    server.sockets[0]?.destroy();
    await server.gone(0);
    addresses[0] = '169.254.169.254';
    expect(await client.get({ ...call, path: '/models' })).toMatchObject({ kind: 'network_error' });
    expect(await client.call(call)).toEqual({ kind: 'network_error', cause: 'ADDRESS_REFUSED' });
    expect(server.sockets).toHaveLength(1);
  });
});
