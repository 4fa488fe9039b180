import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Refusals of the dashboard's own server. The API, which these requests never reach, has its own list. */
const REFUSALS = {
  bad_request: [400, 'invalid_request_error', 'The request cannot be understood.'],
  unexpected_body: [
    400,
    'invalid_request_error',
    'This method takes no body. Send the request without one.',
  ],
  request_timeout: [408, 'invalid_request_error', 'The request was not sent in time.'],
  method_not_allowed: [405, 'invalid_request_error', 'This route does not allow this method.'],
  body_too_large: [
    413,
    'invalid_request_error',
    'The body is larger than the limit of this server.',
  ],
  expectation_failed: [
    417,
    'invalid_request_error',
    'The Expect header asks for something that this server does not do.',
  ],
  headers_too_large: [
    431,
    'invalid_request_error',
    'The headers are larger than the limit of this server.',
  ],
  api_unreachable: [502, 'server_error', 'The API cannot be reached. Try again later.'],
} as const;

/** Connections with a last answer under way. Later requests on them are not answered. */
const refused = new WeakSet<Socket>();

/** A code of {@link refuse}. */
export type Refusal = keyof typeof REFUSALS;

/**
 * Answers with an error in the common shape of the API's errors, and closes the connection: an unread body
 * must not be parsed as the next request.
 *
 * @param response the answer; if it has already begun, it is only cut off
 * @param code code of the refusal
 * @param headers more headers
 */
export function refuse(
  response: ServerResponse,
  code: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.writableEnded) {
    return;
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (response.socket !== null) {
    refused.add(response.socket);
  }
  const body = bodyOf(code);
  response
    .writeHead(REFUSALS[code][0], {
      'content-length': Buffer.byteLength(body),
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
      ...headers,
    })
    .end(body);
}

/**
 * Answers input that is not valid HTTP with an error, directly on the socket.
 *
 * @param socket the connection, which is then closed
 * @param code code of the refusal
 */
export function refuseOnSocket(socket: Socket, code: Refusal): void {
  if (refused.has(socket)) {
    return;
  }
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = bodyOf(code);
  socket.end(
    `HTTP/1.1 ${REFUSALS[code][0]} Error\r\n` +
      'content-type: application/json; charset=utf-8\r\n' +
      'x-content-type-options: nosniff\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

function bodyOf(code: Refusal): string {
  const [, type, message] = REFUSALS[code];
  return JSON.stringify({ error: { message, type, param: null, code } });
}
