import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { refuse, refuseOnSocket } from './refuse.js';
import { ownerOf } from './request-target.js';

/** Two years, the least that browsers' preload lists take. */
const HSTS = 'max-age=63072000; includeSubDomains';
const PAGE_METHODS = new Set(['GET', 'HEAD']);

/** Answers one request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Bounds of the server; times in milliseconds. */
export interface ServerLimits {
  /** From the connection, or the request before, to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** Interval in which both are looked at. */
  readonly checkEveryMs: number;
  /** A connection on which nothing moves for so long is closed. */
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
  /** Answers calls of the admin API. */
  api: RequestHandler;
  /** Answers calls of the pages. */
  pages: RequestHandler;
  /** Whether browsers reach the dashboard by https. */
  isTls: boolean;
  /** Whether the pages take any method and body, as the tools of developers send them. */
  dev: boolean;
  limits?: Partial<ServerLimits>;
}

/**
 * The dashboard's HTTP server: it refuses what no browser sends before anything else reads it, and
 * gives the rest to the admin API or the pages.
 *
 * @param parts what answers, and the bounds
 * @returns a server that does not listen yet
 */
export function createDashboardServer({ api, pages, isTls, dev, limits }: ServerParts): Server {
  const bounds = { ...LIMITS, ...limits };
  const server = createServer(
    {
      headersTimeout: bounds.headersTimeoutMs,
      requestTimeout: bounds.requestTimeoutMs,
      connectionsCheckingInterval: bounds.checkEveryMs,
      insecureHTTPParser: false,
      // Refused below, in the one shape of errors.
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
 * RFC 9112, 6.1: what is coded otherwise has no length that is known, so whoever stands in front may take
 * it for longer or shorter than Node does.
 */
function hasUnknownCoding({ headers }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding'];
  return coding !== undefined && coding.toLowerCase() !== 'chunked';
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** RFC 9112, 3.2: a request of HTTP/1.1 without a Host field is answered 400. */
function lacksHost({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.host === undefined;
}
