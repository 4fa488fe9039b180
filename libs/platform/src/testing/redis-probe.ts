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
 * Sees every command that a Redis gets from now on, until it stops.
 *
 * @param url where it is
 * @param onCommand called with name and arguments
 * @returns ends it
 */
export async function monitorRedis(
  url: string,
  onCommand: (command: readonly string[]) => void,
): Promise<() => void> {
  // A connection that monitors can't be made again: its ready check would be lost in the stream.
  const settings = { enableReadyCheck: false, retryStrategy: () => null };
  const client = quiet(new Redis(url, settings));
  const monitor = quiet(await client.monitor());
  client.disconnect();
  monitor.on('monitor', (_time: string, command: readonly string[]) => onCommand(command));
  return () => monitor.disconnect();
}

/** Without a listener ioredis prints every connection that breaks. */
function quiet(client: Redis): Redis {
  client.on('error', () => undefined);
  return client;
}
