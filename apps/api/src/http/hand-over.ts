import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Longer than a busy client leaves a kept connection alone, also when it is short of processor time. */
const HAND_OVER_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** A turn of the event loop that leaves no time for a connection to arrive unseen. */
const SHORT_TURN_MS = 1;
const MOST_TURNS = 100;

/**
 * Closes a server so that no client meets a closing connection. First it still listens and answers,
 * each answer saying `connection: close`, until all clients have left or the time is over. Then it
 * closes its socket and the connections that are idle, right after it has looked at what arrived: a
 * connection that waits to be accepted would be reset with the socket, and a request that crosses
 * with the closing of its connection with that (RFC 9112, 9.5).
 *
 * @param server whose answers say `connection: close` already
 * @param limitMs how long clients have to leave, at most
 * @returns resolves when the last answer has been sent
 */
export async function handOverConnections(server: Server, limitMs: number): Promise<void> {
  await clientsLeft(server, Math.min(HAND_OVER_MS, limitMs));
  for (let turns = 0, shortTurn = false; turns < MOST_TURNS && !shortTurn; turns += 1) {
    const began = performance.now();
    await setImmediate();
    shortTurn = performance.now() - began < SHORT_TURN_MS;
  }
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

/** Resolves when no connection is open, or when the time is over. */
async function clientsLeft(server: Server, limitMs: number): Promise<void> {
  const ends = performance.now() + limitMs;
  const count = promisify(server.getConnections.bind(server));
  while (performance.now() < ends && (await count()) > 0) {
    await delay(LOOK_EVERY_MS);
  }
}
