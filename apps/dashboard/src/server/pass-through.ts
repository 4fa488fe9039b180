import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';

import { errorFields, type Logger } from '@reqrun/platform/logging';

/** Headers of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The API's answer when it can't be reached, in its own shape. */
const UNREACHABLE = JSON.stringify({
  error: {
    message: 'The API can not be reached. Try again later.',
    type: 'server_error',
    param: null,
    code: 'api_unreachable',
  },
});

/**
 * Whether a path belongs to the API.
 *
 * @param url path and query as the browser sent them
 */
export function isForApi(url: string): boolean {
  return /^\/admin(?:[/?]|$)/.test(url);
}

/**
 * Passes calls on to the API as they are: method, path, body, cookies, `Origin` and `Sec-Fetch-Site`,
 * by which the API tells a page of ours from a foreign one. Bodies stream both ways; nothing is kept,
 * read or repeated. The browser's address goes along in `X-Forwarded-For`.
 */
export class PassThrough {
  private readonly origin: URL;
  private readonly agent: Agent;

  /**
   * @param apiUrl the API's origin
   * @param logger hears when it can't be reached
   */
  constructor(
    apiUrl: string,
    private readonly logger: Logger,
  ) {
    this.origin = new URL(apiUrl);
    this.agent =
      this.origin.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true })
        : new Agent({ keepAlive: true });
  }

  /**
   * Answers one call with the API's answer.
   *
   * @param incoming the browser's call
   * @param outgoing its answer
   */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const send = this.origin.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = send({
      protocol: this.origin.protocol,
      hostname: this.origin.hostname.replace(/^\[|\]$/g, ''),
      port: this.origin.port,
      agent: this.agent,
      method: incoming.method,
      path: incoming.url,
      headers: forwarded(incoming),
    });
    call.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, {
        ...endToEnd(answer.headers),
        'x-content-type-options': 'nosniff',
      });
      pipeline(answer, outgoing, () => undefined);
    });
    call.once('error', (error) => this.fail(error, outgoing));
    // A browser that leaves takes the call with it.
    outgoing.once('close', () => call.destroy());
    pipeline(incoming, call, () => undefined);
  }

  private fail(error: Error, outgoing: ServerResponse): void {
    if (outgoing.destroyed || outgoing.writableEnded) {
      return;
    }
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    this.logger.warn('api_unreachable', errorFields(error));
    outgoing
      .writeHead(502, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(UNREACHABLE);
  }
}

function forwarded(incoming: IncomingMessage): OutgoingHttpHeaders {
  const before = incoming.headers['x-forwarded-for'];
  const address = incoming.socket.remoteAddress ?? '';
  return {
    ...endToEnd(incoming.headers),
    'x-forwarded-for': before === undefined ? address : `${String(before)}, ${address}`,
  };
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name)),
  );
}
