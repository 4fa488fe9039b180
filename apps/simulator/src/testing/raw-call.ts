import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http';

/** How a call ended, seen from the caller's socket. */
export interface RawAnswer {
  /** `undefined` when the connection ended before the headers. */
  status: number | undefined;
  headers: IncomingHttpHeaders;
  /** Part of the body that came. */
  body: string;
  /** Whether the body came to its proper end. */
  complete: boolean;
  /** The socket's error code, e.g. `ECONNRESET`. */
  errorCode: string | undefined;
}

/** A call that may still be open. */
export interface OpenCall {
  readonly request: ClientRequest;
  /** Text that has come so far. */
  readonly soFar: Readonly<RawAnswer>;
  /** Resolves when the first piece of the body has come. */
  readonly firstPiece: Promise<void>;
  /** Resolves when the call has ended, in whatever way; never rejects. */
  readonly ended: Promise<Readonly<RawAnswer>>;
}

/**
 * Posts to `/v1/chat/completions` with nothing between the test and the socket: no retries, no
 * redirects followed, no connection shared.
 *
 * @param port the simulator's port on 127.0.0.1
 */
export function openCall(
  port: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): OpenCall {
  const soFar: RawAnswer = {
    status: undefined,
    headers: {},
    body: '',
    complete: false,
    errorCode: undefined,
  };
  const sent = request({
    host: '127.0.0.1',
    port,
    path: '/v1/chat/completions',
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const failed = (error: NodeJS.ErrnoException): void => {
    soFar.errorCode = error.code;
  };
  const firstPiece = new Promise<void>((resolve) => {
    sent.on('response', (response) => {
      soFar.status = response.statusCode;
      soFar.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        soFar.body += piece;
        resolve();
      });
      response.on('end', () => {
        soFar.complete = response.complete;
      });
      response.on('error', failed);
    });
  });
  sent.on('error', failed);
  const ended = new Promise<RawAnswer>((resolve) => sent.on('close', () => resolve(soFar)));
  sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  return { request: sent, soFar, firstPiece, ended };
}
