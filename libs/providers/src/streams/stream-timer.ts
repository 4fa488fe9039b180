/** Time as a stream needs it, so that a test can set it. */
export interface StreamClock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /**
   * Calls back once.
   *
   * @param ms how long from now
   * @param callback told then
   * @returns a function that calls it off
   */
  after(ms: number, callback: () => void): () => void;
}

/** The limits of one streamed call, in ms. */
export interface StreamTimes {
  /** The whole call. */
  readonly callMs: number;
  /** From the call to the first frame that says something. */
  readonly ttftMs: number;
  /** Between two reads of the socket, from the first frame that says something on. */
  readonly idleMs: number;
}

/** A limit that was passed; `rest` is the wait for what may follow a whole answer. */
export type PassedLimit = 'call' | 'ttft' | 'idle' | 'rest';

/** Wait for the usage, `[DONE]` or the end after a whole answer, in ms. */
export const REST_MS = 5_000;
/** The longest delay that a timer of Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The real time. */
export const systemClock: StreamClock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * All limits of one streamed call, with a single timer. A read only notes its time: the timer looks at it when it
 * fires, and is set again for what is left. Time in which the stream is paused counts for no limit.
 */
export class StreamTimer {
  #startedAt: number;
  #readAt: number;
  #wholeAt: number | null = null;
  #hasSaid = false;
  #pausedAt: number | null = null;
  #isStopped = false;
  #firesAt = Infinity;
  #callOff: () => void = () => undefined;

  /**
   * Starts the clock.
   *
   * @param times the limits
   * @param clock the time
   * @param onPassed told of the first limit that was passed; afterwards it is stopped
   */
  constructor(
    private readonly times: StreamTimes,
    private readonly clock: StreamClock,
    private readonly onPassed: (limit: PassedLimit) => void,
  ) {
    this.#startedAt = clock.now();
    this.#readAt = this.#startedAt;
    this.#arm();
  }

  /** Milliseconds of the call that are left, pauses not counted. */
  get leftMs(): number {
    const now = this.#pausedAt ?? this.clock.now();
    return Math.max(1, this.#startedAt + this.times.callMs - now);
  }

  /** Notes that something was read from the socket. */
  read(): void {
    this.#readAt = this.clock.now();
  }

  /** Notes that a frame has said something; from then on silence counts, and `ttft` no more. */
  said(): void {
    if (!this.#hasSaid) {
      this.#hasSaid = true;
      this.#arm();
    }
  }

  /** Notes that the answer is whole. */
  whole(): void {
    if (this.#wholeAt === null) {
      this.#wholeAt = this.clock.now();
      this.#arm();
    }
  }

  /** Stops the time. */
  pause(): void {
    this.#pausedAt ??= this.clock.now();
  }

  /** Lets the time go on. */
  resume(): void {
    if (this.#pausedAt === null) {
      return;
    }
    const pausedMs = this.clock.now() - this.#pausedAt;
    this.#pausedAt = null;
    this.#startedAt += pausedMs;
    this.#readAt += pausedMs;
    if (this.#wholeAt !== null) {
      this.#wholeAt += pausedMs;
    }
    this.#arm();
  }

  /** Ends it; nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#callOff();
  }

  /** The limit that comes next, and its time. */
  #next(): [limit: PassedLimit, at: number] {
    const { callMs, ttftMs, idleMs } = this.times;
    const call = this.#startedAt + callMs;
    const [limit, at]: [PassedLimit, number] =
      this.#wholeAt !== null
        ? ['rest', this.#wholeAt + REST_MS]
        : this.#hasSaid
          ? ['idle', this.#readAt + idleMs]
          : ['ttft', this.#startedAt + ttftMs];
    return at < call || this.#wholeAt !== null ? [limit, Math.min(at, call)] : ['call', call];
  }

  /** Sets the timer, unless it fires early enough as it is. */
  #arm(): void {
    const [, at] = this.#next();
    if (this.#isStopped || this.#pausedAt !== null || at >= this.#firesAt) {
      return;
    }
    this.#callOff();
    this.#firesAt = at;
    const ms = Math.ceil(Math.max(0, at - this.clock.now()));
    this.#callOff = this.clock.after(Math.min(ms, MAX_TIMER_MS), () => this.#fire());
  }

  #fire(): void {
    this.#firesAt = Infinity;
    if (this.#isStopped || this.#pausedAt !== null) {
      return;
    }
    const [limit, at] = this.#next();
    if (this.clock.now() < at) {
      this.#arm();
      return;
    }
    this.stop();
    this.onPassed(limit);
  }
}
