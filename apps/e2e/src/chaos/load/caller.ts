import { createHash } from 'node:crypto';
import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';

import { ReceivedStream } from '../../harness/stream-client.js';
import { type CallEnd, type ClientCall, type Ledger, ON_A_KEPT_CONNECTION } from '../ledger.js';
import type { Supervised } from '../system/supervised.js';

/** A call to send. */
export interface Outgoing {
  readonly what: ClientCall['what'];
  readonly tag: string;
  readonly key: string | null;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** API key to use instead of the caller's own. */
  readonly apiKey?: string;
  /** Told of an answer that is a stream, when it begins. */
  readonly onStream?: (stream: ReceivedStream) => void;
}

/** Time after which a call is given up, in ms: longer than any wait. */
const SILENCE_MS = 60_000;

/** Calls the APIs in turn over kept connections, as a client behind a load balancer does. */
export class Caller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'lifo' });
  private readonly waiting = new Set<ClientRequest>();
  /** Calls whose client has lost its network. */
  private readonly gone = new WeakSet<ClientRequest>();
  private turn = 0;

  /**
   * @param apis the called APIs
   * @param apiKey API key of the calls
   * @param ledger ledger that records the calls
   */
  constructor(
    private readonly apis: readonly Supervised[],
    private readonly apiKey: string,
    private readonly ledger: Ledger,
  ) {}

  /** Number of calls without an answer. */
  get open(): number {
    return this.waiting.size;
  }

  /**
   * Makes a call. Never rejects; every end of the call is a result.
   *
   * @param outgoing the call
   * @param leave signal on which the client disconnects
   */
  call(outgoing: Outgoing, leave?: AbortSignal): Promise<CallEnd> {
    const api = this.next();
    const { tag, what, key } = outgoing;
    const entry = this.ledger.begin({ tag, what, key, api: api.name });
    return new Promise((resolve) => {
      const settle = (end: CallEnd): void => {
        if (entry.end === null) {
          this.waiting.delete(sent);
          this.ledger.finish(entry, end);
          resolve(end);
        }
      };
      const sent = request(`${api.origin}${outgoing.path}`, {
        method: outgoing.method,
        agent: this.agent,
        headers: this.headersOf(outgoing),
      });
      this.waiting.add(sent);
      const broken = (error: NodeJS.ErrnoException): void => {
        const left = leave?.aborted === true || this.gone.has(sent) || error.message === LEFT;
        const code = error.code ?? 'UNKNOWN';
        settle(
          left
            ? { kind: 'left' }
            : code === 'ECONNREFUSED'
              ? { kind: 'refused' }
              : { kind: 'broken', code: sent.reusedSocket ? code + ON_A_KEPT_CONNECTION : code },
        );
      };
      sent.on('error', broken);
      sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error('silence')));
      sent.on('response', (response) => {
        if (outgoing.onStream !== undefined && isStream(response)) {
          const stream = receive(response, sent, broken);
          outgoing.onStream(stream);
          response.on('end', () => settle(toldByStream(response, stream)));
          return;
        }
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', broken);
        response.on('end', () => settle(toldBy(response, Buffer.concat(parts))));
      });
      leave?.addEventListener('abort', () => sent.destroy(new Error(LEFT)), { once: true });
      sent.end(outgoing.body);
    });
  }

  /** Ends all open calls, as clients do that lose their network. */
  leaveAll(): void {
    for (const sent of this.waiting) {
      this.gone.add(sent);
      sent.destroy(new Error(LEFT));
    }
  }

  /** Closes the kept connections. */
  close(): void {
    this.agent.destroy();
  }

  /** Returns the next API. A load balancer skips those that it knows to be down. */
  private next(): Supervised {
    this.turn += 1;
    const up = this.apis.filter(({ up }) => up);
    const list = up.length > 0 ? up : this.apis;
    const api = list[this.turn % list.length];
    if (api === undefined) {
      throw new Error('There is no API.');
    }
    return api;
  }

  private headersOf({ body, headers, apiKey }: Outgoing): Record<string, string> {
    return {
      authorization: `Bearer ${apiKey ?? this.apiKey}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(body.length) }),
      ...headers,
    };
  }
}

const LEFT = 'the client left';

const isStream = ({ statusCode, headers }: IncomingMessage): boolean =>
  statusCode === 200 && headers['content-type']?.startsWith('text/event-stream') === true;

/** Reads a stream until it ends or its connection breaks. */
function receive(
  response: IncomingMessage,
  sent: ClientRequest,
  broken: (error: NodeJS.ErrnoException) => void,
): ReceivedStream {
  const stream = new ReceivedStream(response.statusCode ?? 0, response.headers, {
    leave: () => sent.destroy(new Error(LEFT)),
    pause: () => response.pause(),
    resume: () => response.resume(),
  });
  response.setEncoding('utf8');
  response.on('data', (text: string) => stream.take(text));
  response.on('end', () => stream.end(true));
  response.on('error', (error) => {
    stream.end(false);
    broken(error);
  });
  return stream;
}

/** A stream is compared frame by frame, so it has no hash that others must have too. */
function toldByStream(response: IncomingMessage, { errorCode }: ReceivedStream): CallEnd {
  const end = toldBy(response, Buffer.alloc(0));
  return end.kind === 'answer'
    ? { ...end, told: { ...end.told, attempts: null, providerRequestId: null, errorCode } }
    : end;
}

function toldBy(
  response: { statusCode?: number | undefined; headers: IncomingHttpHeaders },
  body: Buffer,
): CallEnd {
  const { headers } = response;
  const status = response.statusCode ?? 0;
  const header = (name: string): string | null => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
  const id = header('x-request-id');
  const attempts = header('x-reqrun-attempts');
  return {
    kind: 'answer',
    told: {
      status,
      id: id?.startsWith('rr_') ? id : null,
      attempts: attempts === null ? null : Number(attempts),
      hash: createHash('sha256').update(body).digest('hex').slice(0, 24),
      errorCode: status >= 400 ? errorCodeOf(body) : null,
      retryAfter: header('retry-after'),
      shouldRetry: header('x-should-retry'),
      providerRequestId: header('x-provider-request-id'),
    },
  };
}

function errorCodeOf(body: Buffer): string | null {
  try {
    const { error } = JSON.parse(body.toString('utf8')) as { error?: { code?: unknown } };
    return typeof error?.code === 'string' ? error.code : null;
  } catch {
    return 'not JSON';
  }
}
