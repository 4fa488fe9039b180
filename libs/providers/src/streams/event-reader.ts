import { createParser, type EventSourceParser } from 'eventsource-parser';

/** An event as it came. */
export interface StreamEvent {
  /** Value of its `event:` line; undefined where it has none. */
  readonly name: string | undefined;
  /** Its `data:` lines, with a line break between two of them; never empty. */
  readonly data: string;
  /** Whether the stream ended before the empty line that ends an event, so that the data may be cut. */
  readonly isLeftOver: boolean;
}

/** Reason for which a stream can't be read on. */
export type ReadProblem = 'not_utf8' | 'too_large';

/** The largest event that is read, in bytes of its data. */
export const MAX_EVENT_BYTES = 8 * 1024 * 1024;
/** Length of `data: `, which the parser counts too. */
const PREFIX_LENGTH = 6;

/**
 * Reads events from the bytes of a stream, whatever way these are cut
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). Comments, ids, `retry:` and events without
 * data give nothing.
 */
export class EventReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #parser: EventSourceParser;
  #problem: ReadProblem | null = null;
  #isAtEnd = false;

  /** @param onEvent told of each event */
  constructor(onEvent: (event: StreamEvent) => void) {
    this.#parser = createParser({
      onEvent: ({ event, data }) => {
        if (Buffer.byteLength(data) > MAX_EVENT_BYTES) {
          this.#problem ??= 'too_large';
        }
        if (data !== '' && this.#problem === null) {
          onEvent({ name: event, data, isLeftOver: this.#isAtEnd });
        }
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') {
          this.#problem ??= 'too_large';
        }
      },
      maxBufferSize: MAX_EVENT_BYTES + PREFIX_LENGTH,
    });
  }

  /**
   * Reads on.
   *
   * @param chunk the next bytes
   * @returns null while all is well; after a problem nothing is read any more
   */
  read(chunk: Buffer): ReadProblem | null {
    return this.#feed(() => this.#decoder.decode(chunk, { stream: true }));
  }

  /**
   * Reads what is left at the end of the stream.
   *
   * @returns null when that is nothing, or an event
   */
  end(): ReadProblem | null {
    const problem = this.#feed(() => this.#decoder.decode());
    this.#isAtEnd = true;
    // Ends the line and the event. The parser's own way would drop an event whose last line has ended.
    return problem ?? this.#feed(() => '\n\n');
  }

  #feed(decode: () => string): ReadProblem | null {
    if (this.#problem !== null) {
      return this.#problem;
    }
    let text: string;
    try {
      text = decode();
    } catch {
      this.#problem = 'not_utf8';
      return this.#problem;
    }
    if (text !== '') {
      this.#parser.feed(text);
    }
    return this.#problem;
  }
}
