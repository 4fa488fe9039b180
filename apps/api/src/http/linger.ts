import type { Socket } from 'node:net';

/** Inactivity of a sender after which its connection stops lingering, in ms. */
const IDLE_MS = 2_000;
/** Longest time that a connection lingers, in ms. */
const MOST_MS = 30_000;
/** Largest amount that is read and discarded, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

const lingering = new WeakSet<Socket>();

/**
 * Returns whether the last answer of a connection is being sent, so that no later request is answered.
 *
 * @param socket a connection
 */
export const isEnding = (socket: Socket): boolean => lingering.has(socket);

/**
 * Makes a connection linger after its answer: its sending side is closed, and further bytes of the client are
 * read and discarded, for a bounded time and size. If it were closed at once, the system would send a reset,
 * which can overtake the answer: the client would see a broken connection instead of the refusal (RFC 9112,
 * 9.6).
 *
 * @param socket a connection whose last answer is being sent
 */
export function lingerAtEnd(socket: Socket): void {
  if (lingering.has(socket)) {
    return;
  }
  lingering.add(socket);
  // Node.js ends the connection by this method once the last answer is written.
  socket.destroySoon = () => {
    const before = socket.bytesRead;
    const end = (): void => {
      clearTimeout(limit);
      clearInterval(watch);
      socket.destroy();
    };
    const limit = setTimeout(end, MOST_MS);
    let seen = before;
    const watch = setInterval(() => {
      if (socket.bytesRead === seen || socket.bytesRead - before > MOST_BYTES) {
        end();
      }
      seen = socket.bytesRead;
    }, IDLE_MS);
    limit.unref();
    watch.unref();
    socket.once('close', end);
    socket.once('end', end);
    socket.end();
    // The bytes are not needed, so they bypass the HTTP parser.
    socket.removeAllListeners('data');
    socket.on('data', () => undefined);
    socket.resume();
  };
}
