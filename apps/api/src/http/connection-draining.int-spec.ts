import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { drainConnections, trackUnusedConnections } from './connection-draining.js';

const REQUEST = 'GET / HTTP/1.1\r\nhost: test\r\n\r\n';

let server: Server;
let unusedConnections: ReadonlySet<Socket>;

beforeEach(async () => {
  server = createServer((_request, response) => {
    response.setHeader('connection', 'close').end('served');
  });
  unusedConnections = trackUnusedConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function connected(): Promise<Socket> {
  const accepted = once(server, 'connection');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await accepted;
  return client;
}

describe('a server that hands over', () => {
  it('serves the first request of a client that had connected and sent nothing yet', async () => {
    const client = await connected();
    const drained = drainConnections(server, unusedConnections, 0);
    // The server accepts no new connections by now.
    while (server.listening) {
      await new Promise(setImmediate);
    }
    client.write(REQUEST);
    expect(await text(client)).toMatch(/^HTTP\/1.1 200 [^]*served$/);
    await drained;
  });

  it('ends though a client that has connected never sends anything', async () => {
    const client = await connected();
    const left = once(client, 'close');
    client.resume();
    await drainConnections(server, unusedConnections, 0);
    await left;
  });

  it('is done at once when no client is there', async () => {
    await drainConnections(server, unusedConnections, 60_000);
    expect(server.listening).toBe(false);
  });
});
