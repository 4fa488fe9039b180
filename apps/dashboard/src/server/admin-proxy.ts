import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream';

import { errorFields, type Logger } from '@reqrun/platform/logging';

import { refuse } from './refuse.js';

/** Methods of the admin API, and whether a request of that method may have a body. */
const METHODS: ReadonlyMap<string, boolean> = new Map([
  ['GET', false],
  ['HEAD', false],
  ['POST', true],
  ['PUT', true],
  ['PATCH', true],
  ['DELETE', true],
]);
const ALLOW = [...METHODS.keys()].join(', ');
/** The admin API takes no more. */
const MOST_BODY_BYTES = 64 * 1024;
/** Bytes of a body that is too long which are read before it is refused. */
const FORGOTTEN_BYTES = 1024 * 1024;

/**
 * Headers of a browser that the admin API reads, and all that is passed on. A list of what may pass
 * can't be talked out of a header, as a list of what is removed can be by `Connection`.
 */
const PASSED_UP = [
  'accept',
  'accept-language',
  'authorization',
  'content-encoding',
  'content-type',
  'cookie',
  'if-none-match',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
  'x-reqrun-background',
] as const;

/** Headers of one connection, or of its framing, and not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Passes calls of a browser on to the admin API. Each call is read whole, checked, and written anew:
 * its framing upstream is ours alone, so that no byte of a body can become a request of its own on a
 * connection that others share (RFC 9112, 11.2). Answers stream down. Nothing is kept or repeated.
 */
export class AdminProxy {
  private readonly origin: URL;
  private readonly agent: Agent;

  /**
   * @param apiUrl the API's origin
   * @param logger told when it can't be reached
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
   * @param incoming the browser's call, whose target is one of the admin API
   * @param outgoing its answer
   */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const takesBody = METHODS.get(incoming.method ?? '');
    if (takesBody === undefined) {
      refuse(outgoing, 'method_not_allowed', { allow: ALLOW });
    } else if (!takesBody) {
      // A body was refused before; without one there is nothing to read.
      this.send(incoming, outgoing, null);
    } else {
      readBody(incoming, MOST_BODY_BYTES).then(
        (body) =>
          body === null ? refuse(outgoing, 'body_too_large') : this.send(incoming, outgoing, body),
        // The browser is gone, or broke its own framing.
        () => outgoing.destroy(),
      );
    }
  }

  /** Ends the connections to the API. */
  close(): void {
    this.agent.destroy();
  }

  private send(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer | null): void {
    const open = this.origin.protocol === 'https:' ? httpsRequest : httpRequest;
    const call = open({
      protocol: this.origin.protocol,
      hostname: this.origin.hostname.replace(/^\[|\]$/g, ''),
      port: this.origin.port,
      agent: this.agent,
      method: incoming.method,
      path: incoming.url,
      headers: headersUp(incoming, body),
    });
    call.once('response', (answer) => passDown(call, answer, outgoing));
    call.once('error', (error) => {
      if (!outgoing.destroyed && !outgoing.headersSent) {
        this.logger.warn('api.unreachable', errorFields(error));
      }
      refuse(outgoing, 'api_unreachable');
    });
    // A browser that leaves takes the call, and its connection, with it.
    outgoing.once('close', () => call.destroy());
    call.end(body ?? undefined);
  }
}

/**
 * Reads a body to its end, counting bytes as they come. One that is too long is read on and forgotten
 * for a while, so that its sender gets to read the refusal.
 *
 * @returns null when it is longer than allowed
 * @throws when the browser ends it early
 */
function readBody(incoming: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    let parts: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= mostBytes) {
        parts.push(part);
      } else {
        parts = [];
      }
      if (bytes > FORGOTTEN_BYTES) {
        resolve(null);
      }
    });
    incoming.once('end', () => resolve(bytes > mostBytes ? null : Buffer.concat(parts, bytes)));
    incoming.once('error', reject);
    incoming.once('close', () => reject(new Error('the request was not sent whole')));
  });
}

function passDown(call: ClientRequest, answer: IncomingMessage, outgoing: ServerResponse): void {
  if (outgoing.destroyed) {
    call.destroy();
    return;
  }
  if (!call.writableFinished) {
    // An answer before the call was written whole: what is left of it would stand in the next one's way.
    outgoing.shouldKeepAlive = false;
    answer.once('close', () => call.destroy());
  }
  outgoing.writeHead(answer.statusCode ?? 502, {
    ...headersDown(answer.headers),
    'x-content-type-options': 'nosniff',
  });
  pipeline(answer, outgoing, () => undefined);
}

function headersUp(incoming: IncomingMessage, body: Buffer | null): OutgoingHttpHeaders {
  const headers: Record<string, OutgoingHttpHeader> = {};
  for (const name of PASSED_UP) {
    const value = incoming.headers[name];
    if (value !== undefined) {
      headers[name] = value;
    }
  }
  headers['x-forwarded-for'] = forwardedFor(incoming);
  if (body !== null) {
    headers['content-length'] = body.length;
  }
  return headers;
}

/** Addresses of the proxies before this one, as far as they are addresses, and of the last hop. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  const before = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim());
  const last = socket.remoteAddress ?? '';
  return before.every((address) => isIP(address) !== 0) ? [...before, last].join(', ') : last;
}

function headersDown(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set(
    (headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !HOP_BY_HOP.has(name) && (name === 'content-length' || !named.has(name)),
    ),
  );
}
