import type { Server } from 'node:http';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';

/** Longer than a busy client leaves a kept connection alone. */
const HAND_OVER_MS = 500;

/**
 * Gives clients the time to leave a server that is about to close. The server still listens and
 * answers, each answer saying `connection: close`; only connections that stay idle are closed, for
 * a request that crosses with the closing of its connection would be reset (RFC 9112, 9.5).
 *
 * @param server that is about to close, and whose answers say so already
 * @param limitMs how long at most
 */
export async function handOverConnections(server: Server, limitMs: number): Promise<void> {
  await delay(Math.min(HAND_OVER_MS, limitMs));
  // What has arrived is read first: it makes its connection a busy one.
  await setImmediate();
  server.closeIdleConnections();
}
