import type { Endpoint } from '@reqrun/contracts';
import type { LogHead, ShownFrames, StreamEnd, StreamListener } from '@reqrun/requests';
import type { FastifyReply } from 'fastify';

import { sourceHeaders } from '../submission/replies.js';
import { framesOnWire, HEARTBEAT, type StreamError, type StreamWire, wireOf } from './wire.js';

/** Times of a relay, in ms. */
export interface RelayTimes {
  /** Silence after which a heartbeat is sent, and the longest time that the headers wait for the first frame. */
  heartbeatMs: number;
  /** Time for which a client may take nothing of what it was sent. */
  stallMs: number;
}

/** Facts of a stream that a relay needs, and the listeners of its events. */
export interface StreamRelayOptions {
  reply: FastifyReply;
  endpoint: Endpoint;
  model: string;
  includeUsage: boolean;
  times: RelayTimes;
  /** Headers of the answer beside the usual ones. */
  headers: Readonly<Record<string, string>>;
  /** True when the request is known to be committed. Before that no headers are sent. */
  isAccepted: () => boolean;
  /** Public id of the request, once it is known. */
  id: () => string;
  /** Whether the process stops, so that connections are not kept. */
  isStopping: () => boolean;
  /** Has frames sent again after the client was slow. */
  onDrain: () => void;
  /** Told when the client is dropped because it takes nothing. */
  onStalled: () => void;
  /** Told once when the client has gone before the end. */
  onGone: () => void;
  /** Told of the first frame. */
  onFirstFrame: () => void;
  /** Told once of the end, whatever it is. */
  onEnd: (end: StreamEnd | null) => void;
  /**
   * Answers with a failure that came before anything was sent.
   *
   * @param end the failure
   */
  answerFailure: (end: Exclude<StreamEnd, { kind: 'completed' }>) => void;
}

/**
 * Sends one stream to one client. The headers wait for the first frame, so that a failure before it keeps its HTTP
 * status. A client that reads slowly is shown nothing more until it has taken what was sent, and one that takes nothing
 * for a time is dropped: whatever clients do, each holds one part of a log in memory at most.
 */
export class StreamRelay implements StreamListener {
  #isOpen = false;
  #isOver = false;
  #needsDrain = false;
  /** Idle timeout of the connection while nothing waits to be taken, in ms; 0 for none. */
  #idleMs = 0;
  #lastWriteAt = performance.now();
  #timer: NodeJS.Timeout;
  #next = 0;
  #firstFrame: Buffer | null = null;
  #attempts: number | null = null;
  readonly #wire: StreamWire;

  /** @param options what it is told, and whom it asks */
  constructor(private readonly options: StreamRelayOptions) {
    this.#wire = wireOf(options.endpoint.path);
    this.#timer = setTimeout(() => this.#onSilence(), options.times.heartbeatMs);
    const { raw } = options.reply;
    raw.once('close', () => this.#onClose());
    raw.on('drain', () => {
      this.#setNeedsDrain(false);
      options.onDrain();
    });
    raw.on('timeout', () => {
      if (this.#needsDrain) {
        options.onStalled();
      }
      raw.destroy();
    });
  }

  frames(shown: ShownFrames): boolean {
    if (this.#isOver) {
      return false;
    }
    if (!this.#isOpen) {
      this.options.onFirstFrame();
      this.#attempts = shown.log === 0 ? this.#attempts : shown.log;
      this.#open(shown.head);
    }
    if (shown.from === 0) {
      this.#firstFrame = shown.frames[0]?.bytes ?? null;
    }
    this.#next = shown.from + shown.frames.length;
    return this.#write(framesOnWire(shown, this.options.includeUsage));
  }

  ended(end: StreamEnd): void {
    if (this.#isOver) {
      return;
    }
    this.#finish(end);
    if (end.kind === 'completed') {
      this.#attempts = end.attempts;
      if (!this.#isOpen) {
        this.#open(null);
      }
      this.#close(this.#wire.done);
    } else if (this.#isOpen) {
      this.#close(this.#errorBytes(end));
    } else {
      this.options.answerFailure(end);
    }
  }

  /** Ends it without an answer: somebody else answers. */
  cancel(): void {
    if (!this.#isOver) {
      this.#finish(null);
    }
  }

  #finish(end: StreamEnd | null): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.options.onEnd(end);
  }

  #onClose(): void {
    if (!this.#isOver) {
      this.#finish(null);
      this.options.onGone();
    }
  }

  /** Sends the headers after the longest hold, and heartbeats after each silence. */
  #onSilence(): void {
    const { heartbeatMs } = this.options.times;
    if (!this.options.isAccepted()) {
      // Neither its id nor its status is known yet.
      this.#timer = setTimeout(() => this.#onSilence(), heartbeatMs);
      return;
    }
    const silentMs = performance.now() - this.#lastWriteAt;
    if (silentMs < heartbeatMs) {
      this.#timer = setTimeout(() => this.#onSilence(), heartbeatMs - silentMs);
      return;
    }
    if (!this.#isOpen) {
      this.#open(null);
    }
    // To a client that does not read nothing is sent, so that its connection is found to be idle.
    if (!this.#needsDrain) {
      this.#write(HEARTBEAT);
    }
    this.#timer = setTimeout(() => this.#onSilence(), heartbeatMs);
  }

  #open(head: LogHead | null): void {
    const { reply, headers, id } = this.options;
    this.#isOpen = true;
    const kept = reply.getHeaders() as Record<string, string | string[]>;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...kept,
      ...head?.headers,
      ...(head?.answeredBy !== undefined && sourceHeaders(head.answeredBy)),
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': id(),
      ...(this.#attempts !== null && { 'x-reqrun-attempts': String(this.#attempts) }),
      ...(this.options.isStopping() && { connection: 'close' }),
    });
    reply.raw.flushHeaders();
  }

  #write(bytes: Buffer): boolean {
    if (bytes.length === 0) {
      return true;
    }
    this.#lastWriteAt = performance.now();
    const canTakeMore = this.options.reply.raw.write(bytes);
    this.#setNeedsDrain(!canTakeMore);
    return canTakeMore;
  }

  /** Has a connection closed on which nothing moves while something waits to be taken. */
  #setNeedsDrain(needsDrain: boolean): void {
    if (this.#needsDrain === needsDrain) {
      return;
    }
    this.#needsDrain = needsDrain;
    const { socket } = this.options.reply.raw;
    if (socket === null) {
      return;
    }
    if (needsDrain) {
      this.#idleMs = socket.timeout ?? 0;
      socket.setTimeout(Math.min(this.options.times.stallMs, this.#idleMs || Infinity));
    } else {
      socket.setTimeout(this.#idleMs);
    }
  }

  #close(last: Buffer): void {
    const { raw } = this.options.reply;
    if (this.options.isStopping()) {
      // A connection that is kept would hold up the end of the process.
      raw.once('finish', () => raw.socket?.end());
    }
    raw.end(last);
    this.#setNeedsDrain(raw.writableLength > 0);
  }

  #errorBytes(end: Exclude<StreamEnd, { kind: 'completed' }>): Buffer {
    const { id, model } = this.options;
    const error: StreamError =
      end.kind === 'failed'
        ? { ...end, id: id() }
        : {
            code: end.kind === 'stopping' ? 'shutting_down' : 'invalid_value',
            httpStatus: null,
            isTerminal: false,
            id: id(),
          };
    return this.#wire.failed(error, { next: this.#next, firstFrame: this.#firstFrame, model });
  }
}
