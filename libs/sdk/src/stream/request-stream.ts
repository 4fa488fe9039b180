import {
  APIConnectionError,
  APIError,
  type EndedStream,
  errorOf,
  ReqRunError,
  StreamError,
} from '../errors.js';
import { CallLimits } from '../http/limits.js';
import { mayRetry, retryDelayMs } from '../http/retry.js';
import type { RequestOptions } from '../options.js';
import { type AbortControllerLike, type AbortSignalLike, runtime } from '../runtime.js';
import type { FetchResponse } from '../types/fetch.js';
import { StreamConnection } from './connection.js';
import type { ServerEvent } from './event-decoder.js';
import { placeOf, type Place } from './place.js';

/** A frame of a stream, as the provider sent it. */
export interface StreamFrame {
  /** Such as `1-57`: from here on `requests.stream()` goes on. */
  readonly id: string;
  /** The type of the event, as the Responses API has it. */
  readonly event: string | null;
  /** JSON, byte for byte. */
  readonly data: string;
}

/** Calls by which a stream goes on, and finds its answer. */
export interface StreamSource<Answer> {
  /**
   * Opens the stream again.
   *
   * @param lastEventId the id of the last frame that was shown; null for none
   * @param limits end the call
   */
  reopen(lastEventId: string | null, limits: CallLimits): Promise<FetchResponse>;
  /**
   * Waits for the answer of the request.
   *
   * @param options how it is asked for
   */
  answer(options: RequestOptions): Promise<Answer>;
}

/** How a stream is read, checked. */
export interface StreamSettings {
  readonly maxResumes: number;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignalLike | undefined;
  readonly idempotencyKey: string | null;
}

/** Events that end a stream of the Responses API cleanly. */
const LAST_EVENTS: readonly (string | null)[] = ['response.completed', 'response.incomplete'];
/** Data that ends any other stream cleanly. */
const DONE = '[DONE]';
/** The process that served the stream stops; another one goes on with it. */
const STOPPING = 'shutting_down';

/**
 * A stream of a request, to be read once: as chunks with `for await`, or as `frames()`.
 *
 * A connection that breaks is taken up again behind the last frame: none is shown twice, none is left out. It ends by
 * itself only when the answer is stored whole; anything else throws.
 */
export class RequestStream<Chunk, Answer> implements AsyncIterable<Chunk> {
  /** `rr_…`; the request runs on when nobody reads. */
  readonly requestId: string | null;
  readonly #source: StreamSource<Answer>;
  readonly #settings: StreamSettings;
  readonly #controller: AbortControllerLike = new runtime.AbortController();
  readonly #limits: CallLimits;
  readonly #unlink: () => void;
  #connection: StreamConnection;
  #lastEventId: string | null;
  #place: Place | null;
  #isBegun = false;
  #resumes = 0;

  /**
   * @param response the answer with which it begins
   * @param source opens it again
   * @param settings how it is read
   * @param lastEventId the id of the frame behind which it begins
   */
  constructor(
    response: FetchResponse,
    source: StreamSource<Answer>,
    settings: StreamSettings,
    lastEventId: string | null = null,
  ) {
    this.requestId = response.headers.get('x-request-id');
    this.#source = source;
    this.#settings = settings;
    this.#lastEventId = lastEventId;
    this.#place = placeOf(lastEventId);
    this.#limits = new CallLimits(Infinity, this.#controller.signal, settings.idempotencyKey);
    this.#limits.requestId = this.requestId;
    this.#connection = this.#connect(response);
    const { signal } = settings;
    const abort = (): void => this.#controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    this.#unlink = () => signal?.removeEventListener('abort', abort);
  }

  /** The id of the last frame that was shown, such as `1-57`; null before the first one. */
  get lastEventId(): string | null {
    return this.#lastEventId;
  }

  /**
   * Closes the connection; whoever reads the stream gets an `APIAbortError`. The request runs on, unless it was sent
   * with `cancel_on_disconnect`; `requests.cancel()` ends it.
   */
  abort(): void {
    this.#controller.abort();
    this.#close();
  }

  /**
   * The chunks, parsed.
   *
   * @throws StreamError, APIConnectionError, APIAbortError, ReqRunError as rejections
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    for await (const { data } of this.frames()) {
      yield JSON.parse(data) as Chunk;
    }
  }

  /**
   * The frames with their ids, as the provider sent them: to be passed on, or stored.
   *
   * @throws StreamError, APIConnectionError, APIAbortError, ReqRunError as rejections
   */
  async *frames(): AsyncGenerator<StreamFrame, void, undefined> {
    if (this.#isBegun) {
      throw new ReqRunError('A stream is read once. requests.stream(requestId) shows it again.');
    }
    this.#isBegun = true;
    try {
      for (;;) {
        for (const event of await this.#read()) {
          const { id, event: type, data } = event;
          if (id === null) {
            if (data === DONE) {
              return;
            }
            const error = this.#errorIn(data);
            if (error !== null) {
              await this.#resume(error);
              break;
            }
          } else if (this.#isNext(id)) {
            this.#lastEventId = id;
            this.#resumes = 0;
            yield { id, event: type, data };
            if (LAST_EVENTS.includes(type)) {
              return;
            }
          }
        }
      }
    } finally {
      this.#close();
    }
  }

  /**
   * The answer of the request, whole, as a call that waits returns it. Unless somebody reads the stream already, it is
   * read to its end first. It also waits for a request whose stream has ended with an error while the request went on.
   *
   * @param options how it is asked for; `timeout` is how long to wait once the stream has ended
   * @throws APIError as a rejection: how the request failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections; the request runs on
   */
  async finalResult(options: RequestOptions = {}): Promise<Answer> {
    if (!this.#isBegun) {
      try {
        const frames = this.frames();
        let next = await frames.next();
        while (next.done !== true) {
          next = await frames.next();
        }
      } catch (error) {
        if (!(error instanceof StreamError)) {
          throw error;
        }
      }
    }
    return this.#source.answer(options);
  }

  #connect(response: FetchResponse): StreamConnection {
    return new StreamConnection(response, this.#limits, this.#settings.idleTimeoutMs);
  }

  #close(): void {
    this.#unlink();
    this.#connection.close();
  }

  /** The next events; none where the connection broke and there is another one now. */
  async #read(): Promise<ServerEvent[]> {
    let broken: unknown;
    try {
      const events = await this.#connection.read();
      if (events !== null) {
        return events;
      }
      const id = this.requestId ?? 'The request';
      broken = new APIConnectionError(
        `The connection ended before the stream did. ${id} runs on.`,
        this.#limits.known(undefined),
      );
    } catch (error) {
      broken = error;
    }
    await this.#resume(broken);
    return [];
  }

  /** Takes the stream up again behind the last frame, or throws why it ended. */
  async #resume(broken: unknown): Promise<void> {
    for (let error = broken; ;) {
      if (!mayResume(error) || this.#resumes >= this.#settings.maxResumes) {
        throw this.#endOf(error);
      }
      this.#connection.close();
      this.#resumes += 1;
      await this.#limits.pause(retryDelayMs(error, this.#resumes - 1));
      try {
        this.#connection = this.#connect(
          await this.#source.reopen(this.#lastEventId, this.#limits),
        );
        return;
      } catch (next) {
        error = next;
      }
    }
  }

  /** Whether a frame has not been shown. */
  #isNext(id: string): boolean {
    const place = placeOf(id);
    const last = this.#place;
    if (place !== null && last !== null) {
      if (place.log !== last.log) {
        throw new StreamError(
          'The answer that was shown has ended without a result. The request went on with another one.',
          this.#known('stream_superseded', null),
        );
      }
      if (place.frame <= last.frame) {
        return false;
      }
    }
    this.#place = place;
    return true;
  }

  /** The error in an event that is no frame; null where there is none. */
  #errorIn(data: string): StreamError | null {
    const body = parse(data);
    if (typeof (body as { error?: unknown } | null | undefined)?.error !== 'object') {
      return null;
    }
    const { message, code, type } = errorOf(body);
    return new StreamError(message ?? 'The stream ended with an error.', this.#known(code, type));
  }

  /** Tells how the request ended as an error of the stream: whoever reads it need not know two kinds. */
  #endOf(error: unknown): unknown {
    return error instanceof APIError && error.headers.get('x-should-retry') === 'false'
      ? new StreamError(error.message, { ...this.#known(error.code, error.type), cause: error })
      : error;
  }

  #known(code: string | null, type: string | null): EndedStream {
    return { code, type, requestId: this.requestId, lastEventId: this.#lastEventId };
  }
}

/** Whether the stream may be taken up again: its connection broke, or its server stops or is full. */
function mayResume(error: unknown): boolean {
  return mayRetry(error, true) || (error instanceof StreamError && error.code === STOPPING);
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
