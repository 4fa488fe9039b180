import { connect, type Socket } from 'node:net';

/** A connection on which any bytes can be sent. */
export interface RawConnection {
  readonly socket: Socket;
  /** Returns the text received so far. */
  received(): string;
  /** All received text; resolves when the server has closed the connection. */
  readonly closed: Promise<string>;
}

/**
 * Opens a connection and sends bytes.
 *
 * @param origin `http://127.0.0.1:<port>`
 * @param bytes bytes to send at once
 */
export function openRaw(origin: string, bytes: string | Buffer): RawConnection {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => (received += part));
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  socket.write(bytes);
  return { socket, received: () => received, closed };
}

/** Returns the status, the headers and the body of a raw answer. */
export function parseRaw(answer: string): { status: number; head: string; body: string } {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body };
}
