import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { FaultyProxy } from './proxy.js';

/** Longer than the longest wait of the tests, so that earlier data was released by the proxy. */
const LONG_MS = 60_000;

let server: Server;
let proxy: FaultyProxy;
let received: Promise<string>;

beforeEach(async () => {
  server = createServer();
  received = new Promise((resolve, reject) => {
    server.once('connection', (socket: Socket) => void text(socket).then(resolve, reject));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await FaultyProxy.start(() => (server.address() as AddressInfo).port);
});
afterEach(() => {
  proxy.close();
  server.close();
});

async function untilHeld(pieces: number): Promise<void> {
  while (proxy.holding < pieces) {
    await nextTurn();
  }
}

describe('a proxy that is slow', () => {
  it('lets go in order what it held back when it is healed, and nothing overtakes it', async () => {
    const client = connect(proxy.port, '127.0.0.1');
    await once(client, 'connect');
    proxy.slow(LONG_MS);
    client.write('first ');
    await untilHeld(1);
    client.write('second ');
    await untilHeld(2);
    proxy.heal();
    expect(proxy.holding).toBe(0);
    client.end('third');
    expect(await received).toBe('first second third');
  });
});
