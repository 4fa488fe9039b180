import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { Redis } from 'ioredis';

/**
 * Lends a connection to a Redis for as long as some work takes.
 *
 * @param url e.g. `redis://127.0.0.1:6379`
 * @param work what to do with it
 */
export async function onRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = quiet(new Redis(url));
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/**
 * Sees every command that a Redis gets from now on, until it stops. On a bare socket: ioredis takes
 * the first commands of a busy server for the answer to its own.
 *
 * @param url where it is
 * @param onCommand called with a line as MONITOR writes it: time, client, name and arguments
 * @returns ends it
 */
export async function monitorRedis(
  url: string,
  onCommand: (line: string) => void,
): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const lines = createInterface({ input: socket });
  socket.write('MONITOR\r\n');
  await once(lines, 'line');
  lines.on('line', onCommand);
  return () => socket.destroy();
}

/** Without a listener ioredis prints every connection that breaks. */
function quiet(client: Redis): Redis {
  client.on('error', () => undefined);
  return client;
}
