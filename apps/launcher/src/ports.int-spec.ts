import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

import { nearestPort, usablePort, type WantedPort } from './ports.js';

const host = '127.0.0.1';
const api = (port: number): WantedPort => ({ name: 'API', port, host, settings: 'REQRUN_API' });

describe('a port', () => {
  let other: Server;
  let taken: number;
  beforeEach(async () => {
    other = createServer().listen(0, host);
    await once(other, 'listening');
    taken = (other.address() as AddressInfo).port;
  });
  afterEach(async () => {
    other.close();
    await once(other, 'close');
  });

  it('that somebody named and another program has is refused, with the way out as a command', async () => {
    await expect(usablePort(api(taken))).rejects.toThrow(
      new RegExp(
        `^Port ${taken} of the API is taken: another program listens on it .*Stop that program, ` +
          String.raw`or use another port, e\.g\. REQRUN_API_PORT=\d+ npm start\.$`,
      ),
    );
  });

  it('of an address of another machine is refused, with the setting to correct', async () => {
    // TEST-NET-1 of RFC 5737: no machine has it.
    await expect(usablePort({ ...api(4000), host: '192.0.2.1' })).rejects.toThrow(
      /no such address\. Correct REQRUN_API_HOST\.$/,
    );
  });

  it('that nobody named gives way to the next free one, but not to one that is promised', async () => {
    const next = await nearestPort(api(taken));
    expect(next).toBeGreaterThan(taken);
    expect(await nearestPort(api(taken), [next])).toBeGreaterThan(next);
    expect(await nearestPort(api(next))).toBe(next);
  });
});
