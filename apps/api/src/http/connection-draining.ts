import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Longer than a busy client leaves a kept connection alone, also when it is short of processor time. */
const HAND_OVER_MS = 2_000;
/** How long a client that has just connected has to send its request. */
const FIRST_REQUEST_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** A turn of the event loop that leaves no time for a connection to arrive unseen. */
const SHORT_TURN_MS = 1;
const QUIET_TURN_LIMIT_MS = 5_000;

/**
 * Closes a server so that no client meets a closing connection. First it still listens and answers,
 * each answer saying `connection: close`, until all clients have left or the time is over. Then it
 * closes its socket, right after it has looked at what arrived, for a connection that waits to be
 * accepted would be reset with the socket. Those that have connected and sent nothing yet are waited
 * for; last it closes the connections that are idle, for a request that crosses with the closing of
 * its connection is lost (RFC 9112, 9.5).
 *
 * @param server whose answers say `connection: close` already
 * @param newcomers connections without a first request, as {@link trackNewcomers} follows them
 * @param limitMs how long clients have to leave, at most
 * @returns resolves when the last answer has been sent
 */
export async function handOverConnections(
  server: Server,
  newcomers: ReadonlySet<Socket>,
  limitMs: number,
): Promise<void> {
  await until(clientsLeft(server), Math.min(HAND_OVER_MS, limitMs));
  await quietTurn();
  const closed = once(server, 'close');
  // An HTTP server's own close() closes its idle connections at once.
  NetServer.prototype.close.call(server);
  await until(() => newcomers.size === 0, FIRST_REQUEST_MS);
  // To the server they are not idle: it would wait for the end of its time for headers.
  newcomers.forEach((socket) => socket.destroy());
  server.closeIdleConnections();
  await closed;
}

/**
 * Follows which connections have not brought their first request yet.
 *
 * @param server whose
 */
export function trackNewcomers(server: Server): ReadonlySet<Socket> {
  const newcomers = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    newcomers.add(socket);
    socket.once('close', () => newcomers.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage) => newcomers.delete(socket));
  return newcomers;
}

/**
 * Resolves right after a turn of the event loop in which next to nothing was done, and so next to
 * nobody can have come unseen. A server that is busy to its limit has none: it stops waiting for one.
 */
async function quietTurn(): Promise<void> {
  const ends = performance.now() + QUIET_TURN_LIMIT_MS;
  for (let began = performance.now(); began < ends; began = performance.now()) {
    await setImmediate();
    if (performance.now() - began < SHORT_TURN_MS) {
      return;
    }
  }
}

/** Asks whether no connection is open. */
function clientsLeft(server: Server): () => Promise<boolean> {
  const count = promisify(server.getConnections.bind(server));
  return async () => (await count()) === 0;
}

/** Resolves when something is so, or when the time is over. */
async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const ends = performance.now() + limitMs;
  while (performance.now() < ends && !(await isSo())) {
    await delay(LOOK_EVERY_MS);
  }
}
