import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Longest time for clients to leave, in ms: more than the pauses of a busy client on a kept connection. */
const HAND_OVER_MS = 2_000;
/** Longest time that a new connection has to send its first request, in ms. */
const FIRST_REQUEST_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** Longest turn of the event loop, in ms, in which hardly any connection can arrive unnoticed. */
const SHORT_TURN_MS = 1;
const QUIET_TURN_LIMIT_MS = 5_000;

/**
 * Closes a server so that no client loses a request to a closing connection:
 *
 * 1. It still listens and answers with `connection: close`, until all clients have left or the time is over.
 * 2. It closes the listening socket right after accepting new connections, because connections that wait to
 *    be accepted are reset with the socket.
 * 3. It waits for connections that have not sent their first request yet.
 * 4. It closes idle connections last, because a request that crosses with the closing of its connection is
 *    lost (RFC 9112, 9.5).
 *
 * @param server the server, whose answers already have `connection: close`
 * @param unusedConnections connections without a first request, from {@link trackUnusedConnections}
 * @param limitMs longest time that clients have to leave, in ms
 * @returns resolves when the last answer has been sent
 */
export async function drainConnections(
  server: Server,
  unusedConnections: ReadonlySet<Socket>,
  limitMs: number,
): Promise<void> {
  await until(clientsLeft(server), Math.min(HAND_OVER_MS, limitMs));
  await quietTurn();
  const closed = once(server, 'close');
  // The close() of an HTTP server would close its idle connections at once.
  NetServer.prototype.close.call(server);
  await until(() => unusedConnections.size === 0, FIRST_REQUEST_MS);
  // The server does not count them as idle and would wait for its headers timeout.
  unusedConnections.forEach((socket) => socket.destroy());
  server.closeIdleConnections();
  await closed;
}

/**
 * Tracks the connections that have not sent their first request yet.
 *
 * @param server the server
 */
export function trackUnusedConnections(server: Server): ReadonlySet<Socket> {
  const unusedConnections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unusedConnections.add(socket);
    socket.once('close', () => unusedConnections.delete(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage) =>
    unusedConnections.delete(socket),
  );
  return unusedConnections;
}

/**
 * Resolves right after a short turn of the event loop, in which hardly any connection can have arrived
 * unnoticed. A server at its limit has no such turns; then it resolves after a time limit.
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

/** Returns a function that checks whether no connection is open. */
function clientsLeft(server: Server): () => Promise<boolean> {
  const count = promisify(server.getConnections.bind(server));
  return async () => (await count()) === 0;
}

/** Resolves when a condition holds, or when the time is over. */
async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const ends = performance.now() + limitMs;
  while (performance.now() < ends && !(await isSo())) {
    await delay(LOOK_EVERY_MS);
  }
}
