import type { ByteBudget } from '@reqrun/platform/budget';
import type { Dispatcher } from 'undici';

import type { BodyProblem, EndpointModule } from '../endpoints/endpoint-module.js';
import { type CallSignal, Exchange, SETTLED } from '../exchange.js';
import type { KindRules } from '../kinds/kind-rules.js';
import { networkCause } from '../network-cause.js';
import type { CallPhase, InvalidReason, KeptHeaders, ProviderOutcome } from '../outcome.js';
import {
  headerValue,
  keptHeaders,
  providerRequestId,
  type RawHeaders,
} from '../response-headers.js';
import { ContentDecoder } from './content-decoder.js';
import { EventReader, type ReadProblem } from './event-reader.js';
import { startsLikeBody } from './first-byte.js';
import { FrameFeed } from './frame-feed.js';
import type { StreamExpectation, StreamModule } from './stream-module.js';
import type { StreamOutcome } from './stream-outcome.js';
import type { StreamControl, StreamSink } from './stream-sink.js';
import {
  type PassedLimit,
  type StreamClock,
  StreamTimer,
  type StreamTimes,
} from './stream-timer.js';

/** The parts of a streamed exchange. */
export interface StreamExchangeOptions {
  /** How its stream is read. */
  readonly stream: StreamModule;
  /** How a plain answer is judged, which may come in place of a stream. */
  readonly expect: EndpointModule;
  /** Whether frames are made of such an answer. */
  readonly makesUp: boolean;
  readonly expectation: StreamExpectation;
  readonly sink: StreamSink;
  readonly times: StreamTimes;
  readonly clock: StreamClock;
  /** The most that is read, in bytes. */
  readonly maxResponseBytes: number;
  readonly signal: CallSignal | undefined;
  /** As of a plain exchange, for a plain answer. */
  readonly budget: ByteBudget | undefined;
  readonly owner: string | undefined;
  /** Rules of the provider's kind, which name the headers that are read. */
  readonly rules: KindRules;
}

/** Time in which a provider may end its answer after the call has been settled, in ms. */
const DRAIN_MS = 1_000;

/** Reason for which nothing is read for a while. */
type PauseReason = 'sink' | 'feed' | 'decoder';

const REASONS: Readonly<Record<ReadProblem, InvalidReason>> = {
  not_utf8: 'not_json',
  too_large: 'too_large',
};

/**
 * One request and its stream, as a handler of undici's dispatcher. It hands on frames as they come, and settles
 * once, as `Exchange` does. An answer that is no stream is left to an `Exchange`.
 */
export class StreamExchange implements Dispatcher.DispatchHandler {
  readonly #options: StreamExchangeOptions;
  readonly #resolve: (outcome: StreamOutcome) => void;
  readonly #timer: StreamTimer;
  readonly #feed: FrameFeed;
  readonly #reader = new EventReader((event) => this.#feed.take(event));
  readonly #onAbort = (): void => this.#settleAndDestroy({ kind: 'aborted' });
  readonly #control: StreamControl = {
    pause: () => this.#pause('sink'),
    resume: () => this.#resume('sink'),
  };

  #controller: Dispatcher.DispatchController | null = null;
  #phase: CallPhase = 'connect';
  #settled = false;
  #ended = false;
  /** Reasons for which nothing is read: the sink's wish, a large event that is being read, bytes to be decoded. */
  readonly #pauses = new Set<PauseReason>();
  #httpStatus = 0;
  #rawHeaders: RawHeaders = {};
  #headers: KeptHeaders = {};
  #providerRequestId: string | null = null;
  /** Decoder of a stream that is compressed. */
  #decoder: ContentDecoder | null = null;
  /** Whether the answer is known to be a stream. */
  #isStream = false;
  /** The one that reads an answer which is no stream. */
  #plain: Exchange | null = null;
  #bytes = 0;

  /** Starts the clock. The caller hands this to a dispatcher at once. */
  constructor(options: StreamExchangeOptions, resolve: (outcome: StreamOutcome) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#timer = new StreamTimer(options.times, options.clock, (limit) => this.#onLimit(limit));
    this.#feed = new FrameFeed(options.stream, options.expectation, {
      onBusy: (isBusy) => (isBusy ? this.#pause('feed') : this.#resume('feed')),
      onBegin: () =>
        options.sink.begin?.(
          {
            httpStatus: this.#httpStatus,
            headers: this.#headers,
            providerRequestId: this.#providerRequestId,
          },
          this.#control,
        ),
      onFrame: (frame) => {
        if (frame.says) {
          this.#timer.said();
        }
        if (frame.makesWhole) {
          this.#timer.whole();
        }
        if (options.sink.frame(frame) === 'pause') {
          this.#pause('sink');
        }
      },
      onAnswerId: (id) => options.sink.answerId?.(id),
      onEnd: () => this.#finish(),
      onFailure: (problem, data) => this.#fail(problem, data),
    });
    if (this.#feed.hasSaid) {
      this.#timer.said();
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
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
    controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: RawHeaders,
  ): void {
    if (this.#settled || statusCode < 200) {
      return;
    }
    this.#phase = 'body';
    this.#httpStatus = statusCode;
    this.#rawHeaders = headers;
    this.#headers = keptHeaders(headers, this.#options.rules);
    this.#providerRequestId = providerRequestId(headers, this.#options.rules);
    this.#timer.read();
    const coding = headerValue(headers, 'content-encoding') ?? '';
    const isCoded = !/^(?:\s*identity\s*)?$/i.test(coding);
    if (isCoded && statusCode < 300 && this.#isLabelledAsStream()) {
      this.#decoder = ContentDecoder.of(coding, {
        onContent: (content) => this.#take(controller, content),
        onBusy: (isBusy) => this.#onDecoderBusy(isBusy),
        onProblem: () => this.#settleAndDestroy(this.#invalid('bad_encoding')),
      });
    }
    if (statusCode >= 300 || (isCoded && this.#decoder === null)) {
      this.#leaveToPlain(controller, headers);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#decoder === null) {
      this.#take(controller, chunk);
    } else if (!this.#settled) {
      this.#timer.read();
      this.#decoder.write(chunk);
    }
  }

  /** Takes bytes of the content. */
  #take(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#plain !== null) {
      this.#plain.onResponseData(controller, chunk);
      return;
    }
    if (this.#settled) {
      return;
    }
    this.#timer.read();
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.maxResponseBytes) {
      this.#settleAndDestroy(this.#invalid('too_large'));
      return;
    }
    if (!this.#isStream) {
      const isBody = startsLikeBody(chunk);
      if (isBody === null) {
        return;
      }
      if (isBody) {
        const headers = { ...this.#rawHeaders };
        if (this.#decoder !== null) {
          // They are those of the bytes as they came.
          delete headers['content-encoding'];
          delete headers['content-length'];
        }
        this.#leaveToPlain(controller, headers).onResponseData(controller, chunk);
        return;
      }
      this.#isStream = true;
      if (this.#httpStatus !== 200 && this.#httpStatus !== 201) {
        this.#settleAndDestroy(this.#invalid('wrong_status'));
        return;
      }
    }
    const problem = this.#reader.read(chunk);
    if (problem !== null) {
      this.#fail({ ok: false, reason: REASONS[problem] }, null);
    }
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#whenDecoded(() => this.#onEnd());
  }

  #onEnd(): void {
    if (this.#plain !== null) {
      this.#plain.onResponseEnd();
      return;
    }
    if (this.#settled) {
      return;
    }
    if (this.#waits(() => this.#onEnd())) {
      return;
    }
    if (!this.#isStream) {
      this.#settle(this.#invalid('empty'));
      return;
    }
    this.#reader.end();
    if (this.#waits(() => this.#onEnd())) {
      return;
    }
    // What was left may have settled it; then this changes nothing.
    if (this.#feed.isWhole) {
      this.#finish();
    } else if (this.#feed.isEmpty && !this.#isLabelledAsStream()) {
      this.#settle(this.#invalid('not_json'));
    } else {
      this.#settle(this.#truncated());
    }
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#ended = true;
    this.#whenDecoded(() => this.#onError(controller, error));
  }

  #onError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#plain !== null) {
      this.#plain.onResponseError(controller, error);
      return;
    }
    if (this.#settled) {
      return;
    }
    if (this.#waits(() => this.#onError(controller, error))) {
      return;
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'UND_ERR_CONNECT_TIMEOUT') {
      this.#settle({ kind: 'timeout', phase: 'connect' });
      return;
    }
    if (this.#feed.isHeld) {
      this.#finish();
      return;
    }
    if (code === 'UND_ERR_BODY_TIMEOUT') {
      this.#settle({ kind: 'timeout', phase: this.#feed.hasSaid ? 'idle' : 'ttft' });
      return;
    }
    const cause = networkCause(error);
    this.#settle(
      this.#phase === 'body' && cause !== 'CLIENT_CLOSED'
        ? this.#truncated()
        : { kind: 'network_error', cause },
    );
  }

  /** Has the rest of the answer read as a plain one. */
  #leaveToPlain(controller: Dispatcher.DispatchController, headers: RawHeaders): Exchange {
    const { expect, maxResponseBytes, signal, budget, owner } = this.#options;
    const timeoutMs = this.#timer.leftMs;
    this.#timer.stop();
    signal?.removeEventListener('abort', this.#onAbort);
    const plain = new Exchange(
      expect,
      { timeoutMs, maxResponseBytes, signal, budget, owner, rules: this.#options.rules },
      (outcome) => this.#settle(this.#ofPlain(outcome)),
    );
    this.#plain = plain;
    plain.onRequestStart(controller);
    plain.onResponseStart(controller, this.#httpStatus, headers);
    return plain;
  }

  /** The outcome of a plain answer; of a whole one the frames are made, where they are wanted. */
  #ofPlain(outcome: ProviderOutcome): StreamOutcome {
    if (outcome.kind !== 'success') {
      return outcome;
    }
    if (!this.#options.makesUp) {
      return { ...outcome, frames: 0, finishReasons: [], madeUp: true };
    }
    const { frames, finishReasons } = this.#feed.makeUp(outcome.body);
    return { ...outcome, frames, finishReasons, madeUp: true };
  }

  #onLimit(limit: PassedLimit): void {
    if (limit === 'rest') {
      this.#finish();
      return;
    }
    const phase = this.#phase === 'body' && limit !== 'call' ? limit : this.#phase;
    this.#settleAndDestroy({ kind: 'timeout', phase });
  }

  #onDecoderBusy(isBusy: boolean): void {
    // A plain answer pauses the socket for reasons of its own.
    if (isBusy && this.#plain === null) {
      this.#pause('decoder');
    } else if (!isBusy) {
      this.#resume('decoder');
    }
  }

  /** Calls back when all that has come is decoded: at once where nothing is coded. */
  #whenDecoded(call: () => void): void {
    if (this.#decoder === null) {
      call();
    } else if (!this.#settled) {
      this.#decoder.end(call);
    }
  }

  /** Puts a call off while events wait behind a large one; false where none do. */
  #waits(call: () => void): boolean {
    if (this.#feed.isBusy) {
      this.#feed.whenIdle(call);
      return true;
    }
    return false;
  }

  #pause(reason: PauseReason): void {
    if (this.#settled) {
      return;
    }
    this.#pauses.add(reason);
    if (reason !== 'decoder') {
      this.#decoder?.pause();
    }
    this.#timer.pause();
    this.#controller?.pause();
  }

  #resume(...reasons: PauseReason[]): void {
    const wasPaused = this.#pauses.size > 0;
    for (const reason of reasons) {
      this.#pauses.delete(reason);
    }
    if (!this.#pauses.has('sink') && !this.#pauses.has('feed')) {
      this.#decoder?.resume();
    }
    if (wasPaused && this.#pauses.size === 0) {
      this.#timer.resume();
      this.#controller?.resume();
    }
  }

  /** Settles a stream whose frames are whole, and lets the provider end it. */
  #finish(): void {
    if (this.#settled) {
      return;
    }
    if (!this.#feed.isWhole) {
      this.#settleAndDestroy(this.#truncated());
      return;
    }
    const answer = this.#feed.assemble();
    if ('ok' in answer) {
      this.#fail(answer, null);
      return;
    }
    this.#settle({
      kind: 'success',
      httpStatus: this.#httpStatus,
      contentType: 'application/json',
      headers: this.#headers,
      body: answer.body,
      share: null,
      usage: answer.usage,
      answerId: this.#feed.answerId,
      isCacheable: answer.isCacheable,
      providerRequestId: this.#providerRequestId,
      frames: this.#feed.frames,
      finishReasons: answer.finishReasons,
      madeUp: false,
    });
    this.#resume('sink', 'feed', 'decoder');
    if (!this.#ended) {
      // An answer that is read to its end leaves a connection that can be used again.
      this.#options.clock.after(DRAIN_MS, () => {
        if (!this.#ended) {
          this.#controller?.abort(SETTLED);
        }
      });
    }
  }

  #fail(problem: BodyProblem, data: string | null): void {
    if ('reason' in problem) {
      this.#settleAndDestroy(this.#invalid(problem.reason));
      return;
    }
    this.#settleAndDestroy({
      kind: 'http_error',
      httpStatus: problem.status,
      contentType: 'application/json',
      headers: this.#headers,
      body: Buffer.from(data ?? ''),
      error: problem.error,
      share: null,
      providerRequestId: this.#providerRequestId,
      isInStream: true,
    });
  }

  #truncated(): StreamOutcome {
    return {
      kind: 'stream_truncated',
      httpStatus: this.#httpStatus,
      headers: this.#headers,
      providerRequestId: this.#providerRequestId,
    };
  }

  #invalid(reason: InvalidReason): StreamOutcome {
    return {
      kind: 'invalid_response',
      reason,
      httpStatus: this.#httpStatus,
      headers: this.#headers,
      providerRequestId: this.#providerRequestId,
    };
  }

  #isLabelledAsStream(): boolean {
    return /^text\/event-stream\b/i.test(headerValue(this.#rawHeaders, 'content-type') ?? '');
  }

  /** Ends the call and closes its connection, which the provider sees. */
  #settleAndDestroy(outcome: StreamOutcome): void {
    this.#settle(outcome);
    this.#controller?.abort(SETTLED);
  }

  #settle(outcome: StreamOutcome): void {
    if (this.#settled) {
      return;
    }
    this.#settled = true;
    this.#feed.stop();
    this.#decoder?.stop();
    this.#timer.stop();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#resolve(outcome);
  }
}
