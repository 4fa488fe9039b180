import type { Socket } from 'node:net';

/** A sender that does nothing for so long, in ms, is not waited for. */
const IDLE_MS = 2_000;
/** All of the time that a connection lingers, in ms. */
const MOST_MS = 30_000;
/** All that is read and forgotten, in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

const lingering = new WeakSet<Socket>();

/**
 * Tells whether the last answer of a connection is on its way, so that nothing behind it is answered.
 *
 * @param socket a connection
 */
export const isEnding = (socket: Socket): boolean => lingering.has(socket);

/**
 * Makes a connection linger when its answer has been sent: its sending side is closed, and what the
 * client still sends is read and forgotten, for a bounded time and size. Closing at once would make the
 * system answer with a reset, which can overtake the answer, so that the client sees a broken
 * connection instead of the refusal (RFC 9112, 9.6).
 *
 * @param socket a connection whose last answer is on its way
 */
export function lingerAtEnd(socket: Socket): void {
  if (lingering.has(socket)) {
    return;
  }
  lingering.add(socket);
  // Node ends the connection by this method once the last answer is written.
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
    // Nothing of it is wanted: it goes past the parser of HTTP.
    socket.removeAllListeners('data');
    socket.on('data', () => undefined);
    socket.resume();
  };
}
