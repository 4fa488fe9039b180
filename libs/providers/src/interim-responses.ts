import type { Socket } from 'node:net';

/** The beginning of the one interim answer that undici takes for a broken server. */
const CONTINUE = /^HTTP\/1\.[01] 100[ \r]/;
const CONTINUE_LENGTH = 'HTTP/1.1 100 '.length;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
/** A longer head is left to the parser. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Drops `100 Continue` answers that a connection brings before the answer itself. A client that did
 * not ask for one has to read past it all the same (RFC 9110, 15.2); undici 7 closes the connection.
 * Bytes are looked at only between a request and the beginning of its answer, so nothing that a body
 * holds is touched.
 *
 * @param socket a connection that undici reads by `read()` and that carries one call at a time
 */
export function dropContinue(socket: Socket): void {
  const read: (size?: number) => Buffer | null = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isAwaiting = false;
  let held: Buffer | null = null;
  socket.write = (...args: unknown[]) => {
    isAwaiting = true;
    return write(...args);
  };
  socket.read = (size?: number): Buffer | null => {
    let chunk = read(size);
    if (!isAwaiting || chunk === null) {
      return chunk;
    }
    if (held !== null) {
      chunk = Buffer.concat([held, chunk]);
      held = null;
    }
    for (;;) {
      const length = continueLength(chunk);
      if (length === 0) {
        isAwaiting = false;
        return chunk;
      }
      if (length === null) {
        held = chunk;
        return null;
      }
      chunk = chunk.subarray(length);
      if (chunk.length === 0) {
        return null;
      }
    }
  };
}

/**
 * Length of the interim answer with which these bytes begin: 0 for none, null as long as more bytes
 * are needed to say.
 */
function continueLength(bytes: Buffer): number | null {
  const start = bytes.toString('latin1', 0, CONTINUE_LENGTH);
  if (start.length < CONTINUE_LENGTH) {
    return 'HTTP/1.1 100 '.startsWith(start) || 'HTTP/1.0 100 '.startsWith(start) ? null : 0;
  }
  if (!CONTINUE.test(start)) {
    return 0;
  }
  const end = bytes.indexOf(END_OF_HEAD);
  if (end >= 0) {
    return end + END_OF_HEAD.length;
  }
  return bytes.length > MAX_HEAD_BYTES ? 0 : null;
}
