import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { isDocumentation } from './documentation.js';
import { refuse, refuseOnSocket } from './refuse.js';
import { ownerOf } from './request-target.js';

/** HSTS for two years, the minimum of browsers' preload lists. */
const HSTS = 'max-age=63072000; includeSubDomains';
const PAGE_METHODS = new Set(['GET', 'HEAD']);

/** Answers one request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Limits of the server; times are in ms. */
export interface ServerLimits {
  /** Longest time from the connection, or from the previous request, to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** Longest time from the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** Interval at which both limits are checked. */
  readonly checkEveryMs: number;
  /** Time without traffic after which a connection is closed. */
  readonly idleMs: number;
  readonly maxConnections: number;
}

const LIMITS: ServerLimits = {
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 5_000,
  idleMs: 300_000,
  maxConnections: 2_000,
};

/** Parts of the dashboard's server. */
export interface ServerParts {
  /** Handles calls of the admin API. */
  api: RequestHandler;
  /** Handles calls of the pages. */
  pages: RequestHandler;
  /** Handles calls below `/docs`. */
  documentation: RequestHandler;
  /** Whether browsers reach the dashboard over https. */
  isTls: boolean;
  /** Whether the pages accept any method and body, as developer tools send them. */
  dev: boolean;
  limits?: Partial<ServerLimits>;
}

/**
 * Creates the dashboard's HTTP server. It refuses requests that no browser sends before other code reads
 * them, and passes the others to the admin API, the pages or the documentation.
 *
 * @param parts handlers, and limits
 * @returns a server that does not listen yet
 */
export function createDashboardServer({
  api,
  pages,
  documentation,
  isTls,
  dev,
  limits,
}: ServerParts): Server {
  const bounds = { ...LIMITS, ...limits };
  const server = createServer(
    {
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      connectionsCheckingInterval: bounds.checkEveryMs,
      insecureHTTPParser: false,
      // Refused below, in the common shape of errors.
      requireHostHeader: false,
    },
    (request, response) => {
      if (isTls) {
        response.setHeader('strict-transport-security', HSTS);
      }
      const { url = '', method = '' } = request;
      const owner = ownerOf(url);
      if (owner === 'nobody' || lacksHost(request) || hasUnknownCoding(request)) {
        refuse(response, 'bad_request');
      } else if (hasBody(request) && ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(method)) {
        refuse(response, 'unexpected_body');
      } else if (owner === 'api') {
        api(request, response);
      } else if (!dev && !PAGE_METHODS.has(method)) {
        refuse(response, 'method_not_allowed', { allow: 'GET, HEAD' });
      } else if (url === '/health/live') {
        response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
      } else if (isDocumentation(url)) {
        documentation(request, response);
      } else {
        pages(request, response);
      }
    },
  );
  server.maxConnections = bounds.maxConnections;
  server.timeout = bounds.idleMs;
  server.on('checkExpectation', (_request, response: ServerResponse) =>
    refuse(response, 'expectation_failed'),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    refuseOnSocket(
      socket,
      error.code === 'HPE_HEADER_OVERFLOW'
        ? 'headers_too_large'
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? 'request_timeout'
          : 'bad_request',
    );
  });
  return server;
}

/**
 * Returns whether the body has a transfer coding other than `chunked` (RFC 9112, 6.1). The length of such a
 * body is unknown, so a proxy in front may assume another length than Node does.
 */
function hasUnknownCoding({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Returns whether a request of HTTP/1.1 lacks a Host header; it is answered 400 (RFC 9112, 3.2). */
function lacksHost({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.host === undefined;
}
