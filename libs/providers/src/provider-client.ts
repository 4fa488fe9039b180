import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';

import type { ByteBudget } from '@reqrun/platform/budget';
import { buildConnector, Pool } from 'undici';
import type { EndpointModule } from './endpoints/endpoint-module.js';
import { anyObject } from './endpoints/any-object.js';
import { list } from './endpoints/list.js';
import { assertAllowedBaseUrl, joinUrl } from './base-url.js';
import { type CallSignal, Exchange } from './exchange.js';
import { dropContinue } from './interim-responses.js';
import { OneTimeBody } from './one-time-body.js';
import type { ProviderOutcome } from './outcome.js';
import { lookupAllowed } from './refused-addresses.js';
import { requestHeaders, type ForwardedHeaders } from './request-headers.js';

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
  /** Resolves names, as `dns.lookup` does, which is the default. What it finds is judged all the same. */
  resolve?: LookupFunction;
}

/** Headers that every call to a provider carries. */
export interface ProviderGet {
  /** Such as `https://api.openai.com/v1`, with or without a trailing slash. */
  readonly baseUrl: string;
  /** Below the base URL, such as `/models`. */
  readonly path: string;
  /** Travels in the `authorization` header and nowhere else; null sends none. */
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

/** A call that posts a JSON body. */
export interface ProviderCall extends ProviderGet {
  /** The bytes that are sent, unchanged. */
  readonly body: Buffer | OneTimeBody;
  /** Sent as `idempotency-key`, so that a provider that honours it can join two attempts. */
  readonly idempotencyKey: string | null;
  /** How the answers of the endpoint at `path` are judged. */
  readonly expect: EndpointModule;
}

interface Target {
  readonly pool: Pool;
  /** The base URL's own path, without a trailing slash. */
  readonly prefix: string;
}

/** Gateways add trace, policy and cookie headers until 16 KiB, Node's own bound, do not suffice. */
const MAX_HEADER_BYTES = 64 * 1024;

function connector(options: ProviderClientOptions): buildConnector.connector {
  const connect = buildConnector({
    timeout: options.connectTimeoutMs ?? 10_000,
    allowH2: false,
    // Node gives each address 250 ms before it tries the next one, which a far host can exceed.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1_000,
    lookup: lookupAllowed(options.resolve),
  });
  return (target, callback) => {
    connect(target, (...[error, socket]) => {
      if (error === null) {
        dropContinue(socket);
        callback(null, socket);
      } else {
        callback(error, null);
      }
    });
  };
}

/**
 * The only outbound HTTP to providers. It sends every call once: it retries nothing, follows no
 * redirect and reads no proxy from the environment. Connections are
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
      connect: connector(options),
    };
  }

  /** Posts one call. Resolves with how it ended; a failed call never rejects. */
  call(request: ProviderCall): Promise<ProviderOutcome> {
    const { body, expect, idempotencyKey } = request;
    const bytes = body instanceof OneTimeBody ? body.peek() : body;
    const narrowed = bytes === null ? expect : (expect.forRequest?.(bytes) ?? expect);
    return this.#exchange('POST', request, narrowed, body, idempotencyKey);
  }

  /** Gets a list, such as the models. Resolves with how it ended; a failed call never rejects. */
  get(request: ProviderGet): Promise<ProviderOutcome> {
    return this.#exchange('GET', request, list, null, null);
  }

  /**
   * Passes on a call about something that the provider keeps, such as a stored response. Resolves with how it
   * ended; a failed call never rejects.
   *
   * @param method GET or DELETE
   * @param request the call
   */
  passOn(method: 'GET' | 'DELETE', request: ProviderGet): Promise<ProviderOutcome> {
    return this.#exchange(method, request, anyObject, null, null);
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
    method: 'DELETE' | 'GET' | 'POST',
    request: ProviderGet,
    expect: EndpointModule,
    body: Buffer | OneTimeBody | null,
    idempotencyKey: string | null,
  ): Promise<ProviderOutcome> {
    if (request.signal?.aborted === true) {
      return Promise.resolve({ kind: 'aborted' });
    }
    if (this.#closed) {
      return Promise.resolve({ kind: 'network_error', cause: 'CLIENT_CLOSED' });
    }
    const target = this.#target(request.baseUrl);
    if (target === null) {
      return Promise.resolve({ kind: 'network_error', cause: 'INVALID_BASE_URL' });
    }
    return new Promise((resolve) => {
      const limits = {
        timeoutMs: request.timeoutMs,
        maxResponseBytes: this.#maxResponseBytes,
        signal: request.signal,
        budget: this.#answerBudget,
        owner: request.owner,
      };
      const exchange = new Exchange(expect, limits, resolve);
      target.pool.dispatch(
        {
          method,
          // Stands still while the answer waits for memory here.
          bodyTimeout: request.idleTimeoutMs ?? 0,
          path: joinUrl(target.prefix, request.path),
          headers: requestHeaders({
            apiKey: request.apiKey,
            forwarded: request.headers,
            idempotencyKey,
            hasBody: body !== null,
            acceptsAny: expect.judgeBytes !== undefined,
            streamedBytes: body instanceof OneTimeBody ? body.length : null,
          }),
          body: body instanceof OneTimeBody ? Readable.from(body.send()) : body,
        },
        exchange,
      );
    });
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
