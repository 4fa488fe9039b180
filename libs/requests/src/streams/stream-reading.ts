import type { LogHead, StoredFrame } from './frame-batch.js';
import type { ShownFrames } from './frame-message.js';

/** A place that a reader begins at. */
export interface StreamCursor {
  readonly log: number;
  /** Number of the first frame that is wanted. */
  readonly next: number;
}

/** The end of a reader's stream. */
export type StreamEnd =
  /** The request is completed, and the reader has had the whole log. */
  | { readonly kind: 'completed'; readonly attempts: number }
  /** The log has ended without a result, or there is nothing to show. */
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly httpStatus: number | null;
      /** Whether the request has ended: if not, it goes on with another attempt. */
      readonly isTerminal: boolean;
      readonly attempts: number;
    }
  /** The cursor names no frame of the request. */
  | { readonly kind: 'no_such_frame' }
  /** The process stops. */
  | { readonly kind: 'stopping' };

/** The side that is shown a stream. */
export interface StreamListener {
  /**
   * Told of frames, in order and without a gap.
   *
   * @param shown the frames
   * @returns whether more can be taken; if not, the reader says when
   */
  frames(shown: ShownFrames): boolean;
  /** Told once of the end. */
  ended(end: StreamEnd): void;
}

/** Frames that have come before those in front of them, in bytes. */
const MAX_EARLY_BYTES = 256 * 1024;

/** One reader of a stream: it has a place, and takes the frame that is next, wherever it comes from. */
export class StreamReading {
  /** The log whose frames it takes; null before there is one. */
  log: number | null;
  /** Number of the next frame. */
  next: number;
  /** Whether it takes no frames until it says so. */
  isSlow = false;
  hasEnded = false;
  /** Whether the request is committed. Before that there is nothing in the table to look at. */
  isCommitted = false;
  /** Whether its frames come from the table, so that processes elsewhere are to say when there are new ones. */
  followsRemotely = false;
  /** Dictionary of its log, once a batch was read. */
  dictionary: Buffer | null = null;
  /** Whether a look is under way, and whether another one is wanted after it. */
  isLooking = false;
  wantsLook = false;
  #early: ShownFrames[] = [];
  #earlyBytes = 0;

  /**
   * @param tenant project and mode that the request belongs to
   * @param id UUID of the request
   * @param cursor place to begin at; null for the beginning of the log that runs
   * @param isBuffered whether nothing is shown until the answer is whole
   * @param showsFailed whether the last log of a failed request is shown
   * @param listener told of frames and the end
   */
  constructor(
    readonly tenant: { projectId: string; mode: 'live' | 'test' },
    public id: string,
    readonly cursor: StreamCursor | null,
    readonly isBuffered: boolean,
    readonly showsFailed: boolean,
    readonly listener: StreamListener,
  ) {
    this.log = cursor?.log ?? null;
    this.next = cursor?.next ?? 0;
  }

  /** Whether frames wait for one that has not come. */
  get hasGap(): boolean {
    return this.#early.length > 0;
  }

  /** Whether it has taken a frame. */
  get hasShown(): boolean {
    return this.next > (this.cursor?.next ?? 0);
  }

  /**
   * Begins a log.
   *
   * @param log its number
   */
  adopt(log: number): void {
    this.log = log;
  }

  /**
   * Takes frames that have just been shown.
   *
   * @param shown the frames
   * @returns whether a look at the table is needed for what comes before them
   */
  takeLive(shown: ShownFrames): boolean {
    if (this.hasEnded || this.isBuffered) {
      return false;
    }
    if (this.log === null) {
      if (shown.from !== 0) {
        return true;
      }
      this.adopt(shown.log);
    }
    if (shown.log !== this.log || this.isSlow || shown.from + shown.frames.length <= this.next) {
      return false;
    }
    if (shown.from > this.next) {
      return this.#keepEarly(shown);
    }
    this.#take(shown);
    this.#takeEarly();
    return false;
  }

  /**
   * Takes frames of its log that were read.
   *
   * @param from number of the first
   * @param frames the frames
   * @param head head of the log, if it was read
   */
  takeRead(from: number, frames: readonly StoredFrame[], head: LogHead | null): void {
    if (this.log !== null && !this.hasEnded) {
      this.#take({ id: this.id, log: this.log, from, frames, head });
      this.#takeEarly();
    }
  }

  /**
   * Ends it.
   *
   * @param end the end
   */
  end(end: StreamEnd): void {
    if (!this.hasEnded) {
      this.hasEnded = true;
      this.listener.ended(end);
    }
  }

  #take(shown: ShownFrames): void {
    const skipped = this.next - shown.from;
    const frames = skipped === 0 ? shown.frames : shown.frames.slice(skipped);
    if (skipped < 0 || frames.length === 0) {
      return;
    }
    const from = this.next;
    this.next += frames.length;
    if (!this.listener.frames({ ...shown, from, frames })) {
      this.isSlow = true;
      this.#dropEarly();
    }
  }

  #keepEarly(shown: ShownFrames): boolean {
    const isFirst = this.#early.length === 0;
    this.#earlyBytes += shown.frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#earlyBytes > MAX_EARLY_BYTES) {
      this.#dropEarly();
      return true;
    }
    this.#early.push(shown);
    return isFirst;
  }

  #takeEarly(): void {
    while (!this.isSlow) {
      const [first] = this.#early;
      if (first === undefined || first.from > this.next) {
        break;
      }
      this.#early.shift();
      this.#take(first);
    }
    if (this.#early.length === 0) {
      this.#earlyBytes = 0;
    }
  }

  #dropEarly(): void {
    this.#early = [];
    this.#earlyBytes = 0;
  }
}
