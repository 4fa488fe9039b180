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

/** Methods of the admin API, each with whether its requests may have a body. */
const METHODS: ReadonlyMap<string, boolean> = new Map([
  ['GET', false],
  ['HEAD', false],
  ['POST', true],
  ['PUT', true],
  ['PATCH', true],
  ['DELETE', true],
]);
const ALLOW = [...METHODS.keys()].join(', ');
/** Largest body that the admin API accepts, in bytes. */
const MOST_BODY_BYTES = 64 * 1024;
/** Largest part of an oversized body that is read and discarded before the refusal, in bytes. */
const FORGOTTEN_BYTES = 1024 * 1024;

/**
 * Headers that are forwarded: those that the admin API reads. A list of forwarded headers can't be
 * circumvented with `Connection`, as a list of removed headers can.
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

/** Headers that belong to one connection, not to the message (RFC 9110, 7.6.1). */
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
 * Forwards a browser's calls to the admin API. Each call is read completely, checked, and written anew. The
 * framing upstream is the proxy's own, so that no byte of a body can become a separate request on a shared
 * connection (RFC 9112, 11.2). Answers are streamed. The proxy stores and repeats nothing.
 */
export class AdminProxy {
  private readonly origin: URL;
  private readonly agent: Agent;

  /**
   * @param apiUrl origin of the API
   * @param logger logs that the API can't be reached
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
   * @param incoming the browser's call, with a target of the admin API
   * @param outgoing the answer
   */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const takesBody = METHODS.get(incoming.method ?? '');
    if (takesBody === undefined) {
      refuse(outgoing, 'method_not_allowed', { allow: ALLOW });
    } else if (!takesBody) {
      // A body was refused before, so there is nothing to read.
      this.send(incoming, outgoing, null);
    } else {
      readBody(incoming, MOST_BODY_BYTES).then(
        (body) =>
          body === null ? refuse(outgoing, 'body_too_large') : this.send(incoming, outgoing, body),
        // The browser closed the connection, or sent invalid framing.
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
    // If the browser disconnects, the call and its connection are closed.
    outgoing.once('close', () => call.destroy());
    call.end(body ?? undefined);
  }
}

/**
 * Reads a complete body and counts its bytes on arrival. An oversized body is read and discarded up to a
 * limit, so that the sender can read the refusal.
 *
 * @returns null for an oversized body
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
    // The API answered before the call was written completely. The rest would precede the next call.
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

/** Returns the valid addresses of the proxies before this one, and that of the last hop. */
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
