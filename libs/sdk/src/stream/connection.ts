import { APIConnectionError } from '../errors.js';
import type { CallLimits } from '../http/limits.js';
import { runtime, type TextDecoderLike } from '../runtime.js';
import type { ByteReader, FetchResponse } from '../types/fetch.js';
import { EventDecoder, type ServerEvent } from './event-decoder.js';

/** One HTTP answer that is a stream, while it is read. */
export class StreamConnection {
  readonly #reader: ByteReader;
  readonly #text: TextDecoderLike = new runtime.TextDecoder();
  readonly #events = new EventDecoder();

  /**
   * @param response the answer; nothing of its body has been read
   * @param limits end the reading
   * @param idleTimeoutMs the longest silence; heartbeats are no silence
   * @throws APIConnectionError where the platform's answers can't be read piece by piece
   */
  constructor(
    response: FetchResponse,
    private readonly limits: CallLimits,
    private readonly idleTimeoutMs: number,
  ) {
    this.#reader = readerOf(response, limits);
  }

  /**
   * Reads on.
   *
   * @returns the events of what came, which may be none; null at the end of the connection
   * @throws APIConnectionError, APIAbortError
   */
  async read(): Promise<ServerEvent[] | null> {
    const { done, value } = await this.limits.run(this.idleTimeoutMs, () => this.#reader.read());
    return done === true || value === undefined
      ? null
      : this.#events.take(this.#text.decode(value, { stream: true }));
  }

  /** Closes the connection, read to its end or not. */
  close(): void {
    // One that broke rejects this; that it broke has been told.
    void this.#reader.cancel().catch(() => undefined);
  }
}

function readerOf({ body }: FetchResponse, limits: CallLimits): ByteReader {
  if (typeof body === 'object' && body !== null) {
    if ('getReader' in body) {
      return body.getReader();
    }
    // As of the package node-fetch.
    const iterator = body[Symbol.asyncIterator]();
    return {
      read: () => iterator.next(),
      cancel: async () => {
        await iterator.return?.();
      },
    };
  }
  throw new APIConnectionError(
    'This fetch gives no body that can be read piece by piece. Pass another one as the option fetch.',
    limits.known(undefined),
  );
}
