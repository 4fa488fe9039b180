import { connect } from 'node:net';

/** An answer as received on a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends bytes on a connection of its own, ends its side, and reads until the server has closed.
 *
 * @param origin `http://127.0.0.1:<port>`
 * @param bytes the sent bytes
 * @returns the received bytes, as latin1
 */
export function exchange(origin: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => (received += part));
    // A server may also close the connection before it has read everything.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.end(bytes);
  });
}

/**
 * Splits the received bytes into answers, by the framing of each (RFC 9112, 6).
 *
 * @param received received bytes, as latin1
 * @param isHead whether the request was a HEAD
 * @throws Error unless the bytes are complete answers in sequence
 */
export function answersIn(received: string, isHead: boolean): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = received;
  while (rest !== '') {
    const match =
      /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[!#$%&'*+.^_`|~\w-]+:[^\r\n]*\r\n)*)\r\n/.exec(rest);
    if (match === null) {
      throw new Error(`No answer of HTTP: ${rest.slice(0, 80)}`);
    }
    const [whole, status = '', head = ''] = match;
    const behind = rest.slice(whole.length);
    // A server that could not parse the method does not know that the request was a HEAD.
    const isBodiless = isHead && (behind === '' || behind.startsWith('HTTP/'));
    const hasBody = !isBodiless && !/^(1..|204|304)$/.test(status);
    const [body, used] = hasBody ? bodyOf(head, behind) : ['', 0];
    answers.push({ status: Number(status), head, body });
    rest = behind.slice(used);
  }
  return answers;
}

/** Returns the body and its number of bytes on the connection. */
function bodyOf(head: string, behind: string): [string, number] {
  const length = /^content-length: *(\d+)\r$/im.exec(head)?.[1];
  if (length !== undefined) {
    if (behind.length < Number(length)) {
      throw new Error('The body is shorter than announced.');
    }
    return [behind.slice(0, Number(length)), Number(length)];
  }
  if (!/^transfer-encoding: *chunked\r$/im.test(head)) {
    return [behind, behind.length];
  }
  let body = '';
  let at = 0;
  for (;;) {
    const [line, size = ''] = /^([\da-f]+)\r\n/i.exec(behind.slice(at)) ?? ['', ''];
    if (line === '') {
      throw new Error('A chunk has no length.');
    }
    at += line.length + Number.parseInt(size, 16);
    body += behind.slice(at - Number.parseInt(size, 16), at);
    if (behind.slice(at, at + 2) !== '\r\n') {
      throw new Error('A chunk does not end where it said.');
    }
    at += 2;
    if (/^0+$/.test(size)) {
      return [body, at];
    }
  }
}
