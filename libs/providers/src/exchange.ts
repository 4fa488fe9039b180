import { type ByteBudget, LARGE_BYTES } from '@reqrun/platform/budget';
import type { Dispatcher } from 'undici';
import { parseErrorBody, validateBody, validateLargeBody } from './answer-body.js';
import type { EndpointModule, JudgedBody } from './endpoints/endpoint-module.js';
import { AnswerMemory } from './answer-memory.js';
import { codingsOf, decodeBody, type DecodeProblem } from './decode-body.js';
import type { KindRules } from './kinds/kind-rules.js';
import { networkCause } from './network-cause.js';
import type { CallPhase, InvalidReason, KeptHeaders, ProviderOutcome } from './outcome.js';
import {
  headerValue,
  keptHeaders,
  providerRequestId,
  type RawHeaders,
} from './response-headers.js';

/** Signal that ends a call early: an AbortSignal, or anything else that can be listened to like one. */
export interface CallSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The bounds of one exchange. */
export interface ExchangeLimits {
  /** Milliseconds from the start to the last byte. */
  readonly timeoutMs: number;
  /** The largest body that is read, in bytes. */
  readonly maxResponseBytes: number;
  readonly signal: CallSignal | undefined;
  /** Rules of the provider's kind, which name the headers that are read. */
  readonly rules: KindRules;
  /** Budget of which answers beyond `LARGE_BYTES` need a share; without it they are read as they come. */
  readonly budget?: ByteBudget | undefined;
  /** Owner of the answer: it leaves room in the budget for those of others. */
  readonly owner?: string | undefined;
}

/** The longest delay that a timer of Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const EMPTY = Buffer.alloc(0);
/** One error for all, since nobody reads it and a stack trace for each would cost. */
export const SETTLED = new Error('The exchange is settled.');

/**
 * One request and its answer, as a handler of undici's dispatcher. The dispatcher itself is used,
 * and not `request()`, because it says when the connection stands (the phase of a timeout), spares
 * the body stream, and lets the first of answer, timer, signal and error settle the call.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #expect: EndpointModule;
  readonly #maxResponseBytes: number;
  readonly #signal: CallSignal | undefined;
  readonly #rules: KindRules;
  readonly #resolve: (outcome: ProviderOutcome) => void;
  readonly #budget: ByteBudget | undefined;
  readonly #owner: string | null;
  #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#settleAndDestroy({ kind: 'aborted' });

  #controller: Dispatcher.DispatchController | null = null;
  #phase: CallPhase = 'connect';
  #settled = false;
  #httpStatus = 0;
  #contentType: string | null = null;
  #encoding: string | null = null;
  #headers: KeptHeaders = {};
  #providerRequestId: string | null = null;
  #chunks: Buffer[] = [];
  /** Announced length of a large answer; 0 where none was announced. */
  #announced = 0;
  /** Room for an answer of the announced length, so that it is never held twice. */
  #whole: Buffer | null = null;
  #bytes = 0;
  /** Its part of the budget, once the answer is known to be large. */
  #memory: AnswerMemory | null = null;

  /** Starts the clock. The caller hands this to a dispatcher at once. */
  constructor(
    expect: EndpointModule,
    limits: ExchangeLimits,
    resolve: (outcome: ProviderOutcome) => void,
  ) {
    this.#expect = expect;
    this.#maxResponseBytes = limits.maxResponseBytes;
    this.#signal = limits.signal;
    this.#rules = limits.rules;
    this.#budget = limits.budget;
    this.#owner = limits.owner ?? null;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#onTimeout(), Math.min(limits.timeoutMs, MAX_TIMER_MS));
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      // It ended while the connection was being made: aborting here means that nothing is written.
      controller.abort(SETTLED);
      return;
    }
    if (this.#controller !== null) {
      // undici may start a request again on a new connection; a completion is never sent twice.
      this.#settle({ kind: 'network_error', cause: 'UND_ERR_SOCKET' });
      controller.abort(SETTLED);
      return;
    }
    this.#controller = controller;
    this.#phase = 'headers';
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: RawHeaders,
  ): void {
    if (this.#settled || statusCode < 200) {
      return;
    }
    this.#phase = 'body';
    this.#httpStatus = statusCode;
    this.#headers = keptHeaders(headers, this.#rules);
    this.#contentType = headerValue(headers, 'content-type');
    this.#providerRequestId = providerRequestId(headers, this.#rules);
    const encoding = headers['content-encoding'];
    this.#encoding = Array.isArray(encoding) ? encoding.join(',') : (encoding ?? null);
    if (statusCode >= 300 && statusCode < 400) {
      this.#settleAndDestroy(this.#invalid('redirect'));
      return;
    }
    const announced = Number(headers['content-length'] ?? 0);
    if (announced > this.#maxResponseBytes) {
      this.#settleAndDestroy(this.#withoutBody('too_large'));
    } else if (announced > LARGE_BYTES) {
      this.#announced = announced;
      // How long it is when it is decoded it does not say.
      this.#readWithin(this.#encoding === null ? announced : this.#maxResponseBytes);
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) {
      return;
    }
    const at = this.#bytes;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxResponseBytes) {
      this.#settleAndDestroy(this.#withoutBody('too_large'));
      return;
    }
    if (this.#announced > 0) {
      // The parser of HTTP lets no body be longer than announced.
      this.#whole ??= Buffer.allocUnsafeSlow(this.#announced);
      chunk.copy(this.#whole, at);
      return;
    }
    this.#chunks.push(chunk);
    if (this.#bytes > LARGE_BYTES && this.#memory === null) {
      // No length was announced, so it may be as long as any answer that is taken.
      this.#readWithin(this.#maxResponseBytes);
    }
  }

  /** Reads on when there is memory for all of the answer; until then the provider has to wait. */
  #readWithin(bytes: number): void {
    if (this.#budget === undefined) {
      return;
    }
    this.#memory = new AnswerMemory(this.#budget, this.#owner);
    if (!this.#memory.ask(bytes, () => this.#controller?.resume())) {
      this.#controller?.pause();
    }
  }

  onResponseEnd(): void {
    if (this.#settled) {
      return;
    }
    const body = this.#takeBody();
    const codings = codingsOf(this.#encoding, body);
    if (codings.length === 0) {
      this.#end(body);
      return;
    }
    void this.#decode(body, codings).then((content) => {
      if (typeof content === 'string') {
        this.#settle(this.#withoutBody(content));
      } else {
        this.#end(content);
      }
    });
  }

  #takeBody(): Buffer {
    const [first = EMPTY] = this.#chunks;
    const body =
      this.#whole?.subarray(0, this.#bytes) ??
      (this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#bytes) : first);
    this.#chunks = [];
    this.#whole = null;
    return body;
  }

  /** Judges the whole body. A large one takes several turns of the event loop. */
  #end(body: Buffer): void {
    if (this.#httpStatus >= 400) {
      this.#settle(this.#httpError(body));
    } else if (body.length > LARGE_BYTES && this.#expect.judgeLarge !== undefined) {
      void validateLargeBody(this.#httpStatus, body, this.#expect).then((judged) =>
        this.#settle(this.#answer(body, judged)),
      );
    } else {
      this.#settle(this.#answer(body, validateBody(this.#httpStatus, body, this.#expect)));
    }
  }

  /** Decodes with as much memory as a small answer takes, and with more when that is to be had. */
  async #decode(body: Buffer, codings: readonly string[]): Promise<Buffer | DecodeProblem> {
    const max = this.#maxResponseBytes;
    if (this.#budget === undefined || max <= LARGE_BYTES || this.#memory?.bytes === max) {
      return decodeBody(body, codings, max);
    }
    const small = await decodeBody(body, codings, LARGE_BYTES);
    if (small !== 'too_large' || this.#settled) {
      return small;
    }
    const memory = (this.#memory ??= new AnswerMemory(this.#budget, this.#owner));
    await new Promise<void>((resolve) => {
      if (memory.ask(max, resolve)) {
        resolve();
      }
    });
    return decodeBody(body, codings, max);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) {
      return;
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'UND_ERR_CONNECT_TIMEOUT') {
      this.#settle({ kind: 'timeout', phase: 'connect' });
      return;
    }
    if (code === 'UND_ERR_BODY_TIMEOUT') {
      this.#settle(
        this.#httpStatus >= 400 ? this.#httpError(EMPTY) : { kind: 'timeout', phase: 'idle' },
      );
      return;
    }
    const cause = networkCause(error);
    // A body that ends before its end was promised is an answer that came, in part.
    this.#settle(
      this.#phase === 'body' && cause !== 'CLIENT_CLOSED'
        ? this.#withoutBody('truncated')
        : { kind: 'network_error', cause },
    );
  }

  #onTimeout(): void {
    // The call's time is the provider's: what was spent waiting for memory here does not count.
    const waitedMs = this.#memory?.takeWaitedMs() ?? 0;
    if (waitedMs > 0) {
      this.#timer = setTimeout(() => this.#onTimeout(), Math.min(waitedMs, MAX_TIMER_MS));
      return;
    }
    this.#settleAndDestroy(
      this.#httpStatus >= 400 ? this.#httpError(EMPTY) : { kind: 'timeout', phase: this.#phase },
    );
  }

  #answer(body: Buffer, judged: JudgedBody): ProviderOutcome {
    if (judged.ok) {
      return {
        kind: 'success',
        httpStatus: this.#httpStatus,
        contentType: this.#contentType,
        headers: this.#headers,
        body,
        usage: judged.usage,
        answerId: judged.id ?? null,
        isCacheable: judged.isCacheable ?? false,
        share: this.#memory?.share ?? null,
        providerRequestId: this.#providerRequestId,
      };
    }
    return 'reason' in judged
      ? this.#invalid(judged.reason)
      : this.#httpError(body, judged.status, judged.error);
  }

  /** A status of an error stands whatever becomes of its body; any other answer is void without it. */
  #withoutBody(reason: InvalidReason): ProviderOutcome {
    return this.#httpStatus >= 400 ? this.#httpError(EMPTY) : this.#invalid(reason);
  }

  #httpError(
    body: Buffer,
    httpStatus = this.#httpStatus,
    error = body.length > 0 ? parseErrorBody(body) : null,
  ): ProviderOutcome {
    return {
      kind: 'http_error',
      httpStatus,
      contentType: this.#contentType,
      headers: this.#headers,
      body,
      error,
      share: this.#memory?.share ?? null,
      providerRequestId: this.#providerRequestId,
    };
  }

  #invalid(reason: InvalidReason): ProviderOutcome {
    return {
      kind: 'invalid_response',
      reason,
      httpStatus: this.#httpStatus,
      headers: this.#headers,
      providerRequestId: this.#providerRequestId,
    };
  }

  /** Ends the call and closes its connection, which the provider sees. */
  #settleAndDestroy(outcome: ProviderOutcome): void {
    this.#settle(outcome);
    this.#controller?.abort(SETTLED);
  }

  #settle(outcome: ProviderOutcome): void {
    if (this.#settled) {
      return;
    }
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#chunks = [];
    this.#whole = null;
    if (!('share' in outcome)) {
      this.#memory?.release();
    }
    this.#resolve(outcome);
  }
}
