import { type IncomingHttpHeaders, request } from 'node:http';

/** A frame as it was received. */
export interface ReceivedFrame {
  /** Its id line, such as `1-57`. */
  readonly id: string;
  /** The rest of it, byte for byte. */
  readonly bytes: string;
}

/** How a stream ended: with its clean end, with an error frame, or neither. */
export type ReceivedEnd = 'clean' | 'error' | 'broken';

/** A stream that is being read. */
export interface OpenStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Frames so far. */
  readonly frames: readonly ReceivedFrame[];
  /** Everything so far. */
  readonly text: string;
  /** Code of the error frame, or of the body of a failure. */
  readonly errorCode: string | null;
  /** Resolves when it has this many frames, or has ended. */
  has(count: number): Promise<void>;
  /** Resolves with its end. */
  readonly ended: Promise<ReceivedEnd>;
  /** Closes the connection. */
  leave(): void;
  /** Stops reading: what comes stays in the buffers of the system. */
  pause(): void;
  /** Goes on reading. */
  resume(): void;
}

/** A call whose answer is a stream. */
export interface StreamCall {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const ID = /^id: (\d+-\d+)\n/;

/**
 * Opens a stream. Resolves with the headers.
 *
 * @param origin `http://127.0.0.1:<port>`
 * @param key an API key
 * @param call the call
 * @throws when the connection breaks before the headers
 */
export function openStream(origin: string, key: string, call: StreamCall): Promise<OpenStream> {
  const { path, body, headers, method = body === undefined ? 'GET' : 'POST' } = call;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${origin}${path}`,
      {
        method,
        agent: false,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const stream = new ReceivedStream(response.statusCode ?? 0, response.headers, {
          leave: () => sent.destroy(),
          pause: () => response.pause(),
          resume: () => response.resume(),
        });
        response.setEncoding('utf8');
        response.on('data', (text: string) => stream.take(text));
        response.on('end', () => stream.end(true));
        response.on('error', () => stream.end(false));
        response.on('close', () => stream.end(false));
        resolve(stream);
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A stream as it is received. */
export class ReceivedStream implements OpenStream {
  readonly frames: ReceivedFrame[] = [];
  text = '';
  errorCode: string | null = null;
  readonly ended: Promise<ReceivedEnd>;
  readonly leave: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  #rest = '';
  #isClean = false;
  #isOver = false;
  #waiting: { count: number; resolve: () => void }[] = [];
  #onEnd: (end: ReceivedEnd) => void = () => undefined;

  /**
   * @param status HTTP status
   * @param headers headers of the answer
   * @param controls close, pause and resume the connection
   */
  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    { leave, pause, resume }: Pick<OpenStream, 'leave' | 'pause' | 'resume'>,
  ) {
    this.leave = leave;
    this.pause = pause;
    this.resume = resume;
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  has(count: number): Promise<void> {
    return this.frames.length >= count || this.#isOver
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /**
   * Takes what has come.
   *
   * @param text the next text
   */
  take(text: string): void {
    this.text += text;
    this.#rest += text;
    for (;;) {
      // A heartbeat is a line of its own.
      this.#rest = this.#rest.replace(/^(?::[^\n]*\n)+/, '');
      const end = this.#rest.indexOf('\n\n');
      if (end === -1) {
        break;
      }
      this.#event(this.#rest.slice(0, end + 2));
      this.#rest = this.#rest.slice(end + 2);
    }
    const { length } = this.frames;
    this.#waiting.filter(({ count }) => count <= length).forEach(({ resolve }) => resolve());
    this.#waiting = this.#waiting.filter(({ count }) => count > length);
  }

  /**
   * Notes the end of the connection.
   *
   * @param isWhole whether the answer was sent whole, as HTTP sees it
   */
  end(isWhole: boolean): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    if (this.status >= 400 && this.#rest !== '') {
      this.errorCode = (JSON.parse(this.#rest) as { error: { code: string } }).error.code;
    }
    this.#waiting.forEach(({ resolve }) => resolve());
    this.#onEnd(
      !isWhole ? 'broken' : this.errorCode !== null ? 'error' : this.#isClean ? 'clean' : 'broken',
    );
  }

  #event(event: string): void {
    const id = ID.exec(event)?.[1];
    if (id !== undefined) {
      const bytes = event.replace(ID, '');
      this.frames.push({ id, bytes });
      this.#isClean ||= /^event: response\.(completed|incomplete)$/m.test(bytes);
      return;
    }
    if (event === 'data: [DONE]\n\n') {
      this.#isClean = true;
      return;
    }
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? '{}';
    const { error } = JSON.parse(data) as { error?: { code: string } };
    this.errorCode ??= error?.code ?? null;
  }
}
