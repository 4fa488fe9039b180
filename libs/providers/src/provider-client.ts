import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';

import type { ProviderKind, StreamUsage } from '@reqrun/contracts';
import type { ByteBudget } from '@reqrun/platform/budget';
import { type Dispatcher, Pool } from 'undici';
import type { EndpointModule } from './endpoints/endpoint-module.js';
import { anyObject } from './endpoints/any-object.js';
import { list } from './endpoints/list.js';
import { assertAllowedBaseUrl } from './base-url.js';
import { type CallSignal, Exchange } from './exchange.js';
import { kindRules } from './kinds/index.js';
import { OneTimeBody } from './one-time-body.js';
import type { ProviderAborted, ProviderNetworkError, ProviderOutcome } from './outcome.js';
import { outboundConnector } from './outbound-connector.js';
import type { OutboundProxy } from './outbound-proxy.js';
import { requestHeaders, type ForwardedHeaders } from './request-headers.js';
import { StreamExchange } from './streams/stream-exchange.js';
import type { StreamExpectation, StreamModule, StreamProgress } from './streams/stream-module.js';
import type { StreamOutcome } from './streams/stream-outcome.js';
import { readStreamRequest } from './streams/stream-request.js';
import type { StreamSink } from './streams/stream-sink.js';
import { systemClock } from './streams/stream-timer.js';
import { addUsageOption, takesUsageOption } from './streams/usage-option.js';

/** Settings of a {@link ProviderClient}; every one has a default. */
export interface ProviderClientOptions {
  /**
   * The most connections per origin; calls beyond it wait inside the client, on their own time. Null
   * (the default) sets no bound: the bound is the number of calls that the caller starts.
   */
  connectionsPerOrigin?: number | null;
  /** Milliseconds for DNS, TCP and TLS together. Default 10,000. */
  connectTimeoutMs?: number;
  /** The largest answer that is read, in bytes. Default 64 MiB. */
  maxResponseBytes?: number;
  /** Budget of which answers of more than 1 MiB need a share to be read. Without it they are read as they come. */
  answerBudget?: ByteBudget;
  /**
   * Milliseconds that an idle connection is kept when the server names no time of its own. Default
   * 4,000: uvicorn, which most self-hosted providers run on, closes after 5 s without saying so,
   * and a call that meets a closing connection is lost.
   */
  keepAliveTimeoutMs?: number;
  /** Allow http on addresses that are not loopback. Default false. */
  allowInsecure?: boolean;
  /** Hosts that may be called, as `assertAllowedBaseUrl` takes them; none named means all. */
  hosts?: readonly string[];
  /** Base URLs of our own making, such as the simulator's, that may be http and wherever they are. */
  trustedBaseUrls?: readonly string[];
  /** Proxy that providers are reached through; none by default. */
  proxy?: Pick<OutboundProxy, 'url' | 'noProxy'> | undefined;
  /** Certificates that are trusted besides those of Node.js, as PEM. */
  extraCa?: string | undefined;
  /** Resolves names, as `dns.lookup` does, which is the default. What it finds is judged all the same. */
  resolve?: LookupFunction;
}

/** Headers that every call to a provider carries. */
export interface ProviderGet {
  /** Such as `https://api.openai.com/v1`, with or without a trailing slash. */
  readonly baseUrl: string;
  /** Below the base URL, such as `/models`. */
  readonly path: string;
  /** Kind of the provider, which decides header, path and limits. Default: `openai`. */
  readonly kind?: ProviderKind | undefined;
  /** Dated version of the provider's API, of Azure alone. Default: none. */
  readonly apiVersion?: string | null | undefined;
  /** Model that is called, where the provider wants it in the path. Default: none. */
  readonly model?: string | undefined;
  /** Travels in the header that the kind names, and nowhere else; null sends none. */
  readonly apiKey: string | null;
  readonly headers: ForwardedHeaders;
  /** Milliseconds for the whole call: connect, headers and body. */
  readonly timeoutMs: number;
  /**
   * Milliseconds of silence within an answer, once its headers have come, after which the call is a
   * timeout. undici looks about once a second. Absent means no such limit.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Owner of the call, such as a project: large answers of one owner leave memory for those of others. */
  readonly owner?: string | undefined;
  /** Ends the call and closes its connection. */
  readonly signal?: CallSignal | undefined;
}

/** A call that posts a body: JSON, unless its headers name another content type. */
export interface ProviderCall extends ProviderGet {
  /** The bytes that are sent, unchanged. */
  readonly body: Buffer | OneTimeBody;
  /** Sent as `idempotency-key`, so that a provider that honours it can join two attempts. */
  readonly idempotencyKey: string | null;
  /** How the answers of the endpoint at `path` are judged. */
  readonly expect: EndpointModule;
}

/** A call whose answer is read as a stream; the body asks for one. */
export interface ProviderStreamCall extends ProviderCall {
  /** How the streams of the endpoint at `path` are read; `expect` judges a whole answer that comes in place of one. */
  readonly stream: StreamModule;
  /** Milliseconds from the call to the first frame that says something. Default: those of the whole call. */
  readonly ttftMs?: number | undefined;
  /**
   * Milliseconds between two reads of the socket, from the first frame that says something on. Absent means no such
   * limit.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Whether the usage is asked for where the body does not ask. Default `auto`: where that is known to be taken. */
  readonly usage?: StreamUsage | undefined;
  /** Whether frames are made of a plain answer that comes in place of a stream. Default true. */
  readonly makesUp?: boolean | undefined;
}

/** A stream that is taken up again. */
export type ProviderResumedStream = ProviderGet &
  Pick<ProviderStreamCall, 'expect' | 'stream' | 'ttftMs'> & {
    /** How far it had come. */
    readonly resumes: StreamProgress;
  };

interface Target {
  readonly pool: Pool;
  /** The base URL's own path, without a trailing slash. */
  readonly prefix: string;
}

type Method = 'DELETE' | 'GET' | 'POST';

/** The parts of a request that is sent. */
interface Sent {
  readonly method: Method;
  readonly request: ProviderGet;
  readonly expect: EndpointModule;
  readonly body: Buffer | OneTimeBody | null;
  readonly idempotencyKey: string | null;
  readonly bodyTimeout: number;
}

/** Gateways add trace, policy and cookie headers until 16 KiB, Node's own bound, do not suffice. */
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * The only outbound HTTP to providers. It sends every call once: it retries nothing, follows no
 * redirect and uses no other proxy than it is given. Connections are
 * kept alive per origin and carry one call at a time.
 */
export class ProviderClient {
  readonly #poolOptions: Pool.Options;
  readonly #maxResponseBytes: number;
  readonly #answerBudget: ByteBudget | undefined;
  readonly #allowInsecure: boolean;
  readonly #hosts: readonly string[];
  readonly #trusted: ReadonlySet<string>;
  // Never shrinks: base URLs are settings of an administrator, and an idle pool holds no socket.
  readonly #targets = new Map<string, Target>();
  readonly #pools = new Map<string, Pool>();
  #closed = false;

  constructor(options: ProviderClientOptions = {}) {
    this.#maxResponseBytes = options.maxResponseBytes ?? 64 * 1024 * 1024;
    this.#answerBudget = options.answerBudget;
    this.#allowInsecure = options.allowInsecure ?? false;
    this.#hosts = options.hosts ?? [];
    this.#trusted = new Set(options.trustedBaseUrls);
    this.#poolOptions = {
      connections: options.connectionsPerOrigin ?? null,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: options.keepAliveTimeoutMs ?? 4_000,
      // The exchange has one timer for the whole call; a call names its own limit of silence.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: outboundConnector(options),
    };
  }

  /** Posts one call. Resolves with how it ended; a failed call never rejects. */
  call(request: ProviderCall): Promise<ProviderOutcome> {
    const { body, expect, idempotencyKey } = request;
    const bytes = body instanceof OneTimeBody ? body.peek() : body;
    if (expect.forRequest === undefined || bytes === null) {
      return this.#exchange('POST', request, expect, body, idempotencyKey);
    }
    return expect
      .forRequest(bytes, request.headers['content-type'])
      .then((narrowed) => this.#exchange('POST', request, narrowed, body, idempotencyKey));
  }

  /**
   * Posts one call and hands on its stream frame by frame. Resolves with how it ended; a failed call never rejects.
   * What the sink was given of a call that failed is void.
   *
   * @param request the call
   * @param sink takes the frames
   */
  async callStream(request: ProviderStreamCall, sink: StreamSink): Promise<StreamOutcome> {
    const { body, choices } = await this.#prepareStream(request);
    const { idempotencyKey, makesUp = true } = request;
    return this.#stream(request, { choices }, makesUp, sink, {
      ...{ method: 'POST', body, idempotencyKey },
    });
  }

  /**
   * Takes up the stream of an answer that the provider keeps, behind the last frame that is known. Resolves with how it
   * ended; a failed call never rejects. A plain answer in place of a stream is a success without frames.
   *
   * @param request the call; its path is that of the answer
   * @param sink takes the frames that follow
   */
  resumeStream(request: ProviderResumedStream, sink: StreamSink): Promise<StreamOutcome> {
    const { path, resumes } = request;
    // Without a number the stream comes from its beginning.
    const after = resumes.frames === 0 ? '' : `&starting_after=${resumes.frames - 1}`;
    const call = { ...request, path: `${path}?stream=true${after}` };
    return this.#stream(call, { choices: 1, resumes }, false, sink, {
      ...{ method: 'GET', body: null, idempotencyKey: null },
    });
  }

  #stream(
    request: Omit<ProviderResumedStream, 'resumes'>,
    expectation: StreamExpectation,
    makesUp: boolean,
    sink: StreamSink,
    sent: Pick<Sent, 'method' | 'body' | 'idempotencyKey'>,
  ): Promise<StreamOutcome> {
    const { expect, signal, owner, timeoutMs } = request;
    const target = this.#open(request);
    if ('kind' in target) {
      return Promise.resolve(target);
    }
    const times = {
      callMs: timeoutMs,
      ttftMs: Math.min(request.ttftMs ?? timeoutMs, timeoutMs),
      idleMs: request.idleTimeoutMs ?? Infinity,
    };
    return new Promise((resolve) => {
      const exchange = new StreamExchange(
        {
          stream: request.stream,
          expect,
          expectation,
          makesUp,
          sink,
          times,
          clock: systemClock,
          maxResponseBytes: this.#maxResponseBytes,
          signal,
          budget: this.#answerBudget,
          owner,
          rules: kindRules(request.kind ?? 'openai'),
        },
        resolve,
      );
      this.#dispatch(
        target,
        {
          ...sent,
          request,
          expect,
          // The exchange looks at silence itself; this is for a plain answer in place of a stream.
          bodyTimeout: times.idleMs === Infinity ? 0 : Math.max(times.idleMs, times.ttftMs),
        },
        exchange,
      );
    });
  }

  /** Reads what a body asks for, and asks for the usage where it does not. */
  async #prepareStream({
    baseUrl,
    body,
    stream,
    usage = 'auto',
  }: ProviderStreamCall): Promise<{ body: Buffer | OneTimeBody; choices: number }> {
    const bytes = body instanceof OneTimeBody ? body.peek() : body;
    if (bytes === null) {
      return { body, choices: 1 };
    }
    const { choices, members, asksForUsage } = await readStreamRequest(bytes);
    const adds =
      stream.takesUsageOption &&
      !asksForUsage &&
      (usage === 'always' ||
        (usage === 'auto' && (this.#trusted.has(baseUrl) || takesUsageOption(baseUrl))));
    return { body: adds ? addUsageOption(body, bytes, members) : body, choices };
  }

  /** Gets a list, such as the models. Resolves with how it ended; a failed call never rejects. */
  get(request: ProviderGet): Promise<ProviderOutcome> {
    return this.#exchange('GET', request, list, null, null);
  }

  /**
   * Passes on a call about something that the provider keeps, such as a stored response. Resolves with how it
   * ended; a failed call never rejects.
   *
   * @param method GET, DELETE, or POST without a body
   * @param request the call
   * @param expect how the answer is judged; any object by default
   */
  passOn(
    method: 'GET' | 'DELETE' | 'POST',
    request: ProviderGet,
    expect: EndpointModule = anyObject,
  ): Promise<ProviderOutcome> {
    return this.#exchange(method, request, expect, null, null);
  }

  /** Closes every connection without waiting: calls in flight end as `CLIENT_CLOSED`. */
  async close(): Promise<void> {
    this.#closed = true;
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    this.#targets.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #exchange(
    method: Method,
    request: ProviderGet,
    expect: EndpointModule,
    body: Buffer | OneTimeBody | null,
    idempotencyKey: string | null,
  ): Promise<ProviderOutcome> {
    const target = this.#open(request);
    if ('kind' in target) {
      return Promise.resolve(target);
    }
    return new Promise((resolve) => {
      const limits = {
        rules: kindRules(request.kind ?? 'openai'),
        timeoutMs: request.timeoutMs,
        maxResponseBytes: this.#maxResponseBytes,
        signal: request.signal,
        budget: this.#answerBudget,
        owner: request.owner,
      };
      const exchange = new Exchange(expect, limits, resolve);
      // Stands still while the answer waits for memory here.
      const bodyTimeout = request.idleTimeoutMs ?? 0;
      this.#dispatch(
        target,
        { method, request, expect, body, idempotencyKey, bodyTimeout },
        exchange,
      );
    });
  }

  #dispatch(
    target: Target,
    { method, request, expect, body, idempotencyKey, bodyTimeout }: Sent,
    handler: Dispatcher.DispatchHandler,
  ): void {
    const rules = kindRules(request.kind ?? 'openai');
    target.pool.dispatch(
      {
        method,
        bodyTimeout,
        path: rules.pathOf(target.prefix, {
          path: request.path,
          model: request.model ?? null,
          apiVersion: request.apiVersion ?? null,
        }),
        headers: requestHeaders({
          apiKey: request.apiKey,
          rules,
          forwarded: request.headers,
          idempotencyKey,
          hasBody: body !== null,
          acceptsAny: expect.judgeBytes !== undefined,
          streamedBytes: body instanceof OneTimeBody ? body.length : null,
        }),
        body: body instanceof OneTimeBody ? Readable.from(body.send()) : body,
      },
      handler,
    );
  }

  /** The place that a call goes to, or the reason why it is not made. */
  #open(request: ProviderGet): Target | ProviderAborted | ProviderNetworkError {
    if (request.signal?.aborted === true) {
      return { kind: 'aborted' };
    }
    if (this.#closed) {
      return { kind: 'network_error', cause: 'CLIENT_CLOSED' };
    }
    return this.#target(request.baseUrl) ?? { kind: 'network_error', cause: 'INVALID_BASE_URL' };
  }

  /** Checks a base URL the first time it is seen; null when it is not allowed. */
  #target(baseUrl: string): Target | null {
    const known = this.#targets.get(baseUrl);
    if (known !== undefined) {
      return known;
    }
    let url: URL;
    try {
      const trusted = this.#trusted.has(baseUrl);
      url = assertAllowedBaseUrl(baseUrl, {
        allowInsecure: this.#allowInsecure || trusted,
        hosts: trusted ? [] : this.#hosts,
      });
    } catch {
      return null;
    }
    let pool = this.#pools.get(url.origin);
    if (pool === undefined) {
      pool = new Pool(url.origin, this.#poolOptions);
      this.#pools.set(url.origin, pool);
    }
    const target = { pool, prefix: url.pathname };
    this.#targets.set(baseUrl, target);
    return target;
  }
}
