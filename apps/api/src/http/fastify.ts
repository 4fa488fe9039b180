import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { FastifyAdapter } from '@nestjs/platform-fastify';
import { endpointAt } from '@reqrun/contracts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '@reqrun/platform/config';

import { ApiError } from './api-error.js';
import { sendError } from './error.filter.js';
import { isEnding, lingerAtEnd } from './linger.js';
import { newUuid } from './new-id.js';
import { normalTarget } from './normal-target.js';
import { readBody } from './read-body.js';
import { toApiError } from './to-api-error.js';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';
const SECOND = 1_000;
/** Longest time for receiving a request, in ms: 32 MiB over a slow line. */
const REQUEST_TIMEOUT_MS = 120 * SECOND;
const HEADERS_TIMEOUT_MS = 15 * SECOND;
/** Inactivity after which a socket is closed, in ms: longer than the longest wait. */
const IDLE_SOCKET_MS = 300 * SECOND;
/** Keep-alive timeout, in ms: longer than those of load balancers, so that they close first. */
const KEEP_ALIVE_MS = 75 * SECOND;
/** Largest unused body, in bytes, that is read and discarded to keep its connection. */
const FORGETTABLE_BYTES = 64 * 1024;

/**
 * Creates the HTTP server: its limits, its ids, and its answers before any route is reached.
 *
 * @param config the settings
 */
export function createFastifyAdapter(config: ServiceConfig): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: config.REQRUN_MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_SOCKET_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // A call that arrives while the server closes is served like any other.
    return503OnClosing: false,
    trustProxy: config.REQRUN_TRUST_PROXY.length > 0 ? config.REQRUN_TRUST_PROXY : false,
    genReqId: () => `req_${newUuid().replaceAll('-', '')}`,
    requestIdHeader: false,
    logger: false,
    routerOptions: { ignoreTrailingSlash: true },
    rewriteUrl: ({ url = '/' }) => normalTarget(url),
    http: {
      // Refused below, in the common format of errors.
      requireHostHeader: false,
      maxHeaderSize: config.REQRUN_MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: 5 * SECOND,
    },
    clientErrorHandler: answerBrokenRequest,
    // Answered before any hook runs.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendError(
        reply.headers({ 'x-content-type-options': 'nosniff', 'x-request-id': request.id }),
        toApiError(error),
      ),
  });
  const server = adapter.getInstance();
  // Bodies stay bytes: parsing and serializing would change them.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser([JSON_TYPE, FORM_TYPE], (request, payload, done) => {
    const {
      'content-encoding': encoding,
      'content-type': type,
      'content-length': length,
    } = request.headers;
    const { bodyLimit: limit } = request.routeOptions;
    if ((encoding !== undefined && encoding !== 'identity') || !isTaken(request, type)) {
      done(new ApiError('unsupported_media_type'));
      return;
    }
    readBody(payload, { limit, announced: length === undefined ? null : Number(length) }, done);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const { httpVersion, headers } = request.raw;
    // RFC 9112, 3.2: a request of HTTP/1.1 without a Host field is answered 400.
    if (headers.host === undefined && httpVersion === '1.1') {
      sendError(reply, new ApiError('bad_request', { param: 'host', message: 'Host is missing.' }));
    } else if (hasUnknownCoding(headers)) {
      lingerAtEnd(request.raw.socket);
      sendError(
        reply.header('connection', 'close'),
        new ApiError('bad_request', {
          param: 'transfer-encoding',
          message: 'Transfer-Encoding must be chunked.',
        }),
      );
    } else {
      done();
    }
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('x-request-id')) {
      reply.header('x-request-id', request.id);
    }
    if (isBodyUnread(request.raw)) {
      // The rest of the body would be read as the next request.
      reply.header('connection', 'close');
      lingerAtEnd(request.raw.socket);
    }
    done();
  });
  server.server.on('checkExpectation', (_request, response: ServerResponse) =>
    answerOnSocket(response.socket, new ApiError('expectation_failed')),
  );
  server.server.on('connect', (_request, socket: Socket) =>
    answerOnSocket(socket, new ApiError('method_not_allowed')),
  );
  return adapter;
}

/** Returns whether a route takes a body of a type. Uploads are forms, everything else is JSON. */
function isTaken({ routeOptions: { url = '' } }: FastifyRequest, type = ''): boolean {
  const isUpload = url.startsWith('/v1/') && endpointAt(url.slice(3))?.form !== undefined;
  const isForm = type.slice(0, FORM_TYPE.length).toLowerCase() === FORM_TYPE;
  return isUpload ? isForm : !isForm && isUtf8Type(type);
}

/** Returns whether a body is UTF-8, as JSON is (RFC 8259, 8.1). Another charset would be misread. */
function isUtf8Type(type: string): boolean {
  if (type === JSON_TYPE) {
    return true;
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
}

/**
 * Returns whether a request has a transfer coding other than chunked. Its length is then unknown (RFC 9112,
 * 6.1), so a proxy in front may read it as longer or shorter than Node.js does.
 */
function hasUnknownCoding({ 'transfer-encoding': coding }: IncomingHttpHeaders): boolean {
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

/**
 * Returns whether an answer is sent before the body of its request has arrived, and the body is too long to
 * be read and discarded to keep the connection.
 */
function isBodyUnread({ complete, headers }: IncomingMessage): boolean {
  return (
    !complete &&
    (headers['transfer-encoding'] !== undefined ||
      Number(headers['content-length'] ?? 0) > FORGETTABLE_BYTES)
  );
}

/** Answers bytes that can't be parsed as HTTP, with the common format of errors, directly on the socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (isEnding(socket)) {
    return;
  }
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  answerOnSocket(
    socket,
    new ApiError(
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers_too_large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'request_timeout'
          : 'bad_request',
    ),
  );
}

function answerOnSocket(socket: Socket | null, { status, body }: ApiError): void {
  if (socket?.writable !== true) {
    socket?.destroy();
    return;
  }
  const json = JSON.stringify(body);
  lingerAtEnd(socket);
  socket.write(
    `HTTP/1.1 ${status} Error\r\n` +
      'content-type: application/json; charset=utf-8\r\n' +
      'x-content-type-options: nosniff\r\n' +
      `x-request-id: req_${newUuid().replaceAll('-', '')}\r\n` +
      `content-length: ${Buffer.byteLength(json)}\r\n` +
      `connection: close\r\n\r\n${json}`,
  );
  socket.destroySoon();
}
