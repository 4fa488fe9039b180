import { setTimeout as delay } from 'node:timers/promises';

import { DatabaseError } from '@reqrun/platform/database';

import type { FrameAppender } from './frame-appender.js';
import { dictionaryOf, type FrameBatch, type LogHead, type StoredFrame } from './frame-batch.js';
import type { LogEnd } from './log-reader.js';

/** The attempt that writes a log, and the log's number. */
export interface LogRef {
  readonly projectId: string;
  /** UUID of the request. */
  readonly id: string;
  readonly fence: number;
  readonly log: number;
  /** Whether a later attempt may write on in it, so that each batch makes sure that this one still runs. */
  readonly isShared?: boolean | undefined;
}

/** A part of a log that is to be committed, as a row. */
export interface LogBatch extends FrameBatch {
  /** Number of its first frame. */
  readonly from: number;
  readonly dictionary: Buffer | null;
  /** The provider's id of the answer, in the first batch alone. */
  readonly answerId: string | null;
  readonly bytes: number;
}

/** The side that is told how a log fares. */
export interface LogWriterListener {
  /**
   * Told of each commit.
   *
   * @param upTo number of frames that are committed, from the first
   */
  committed(upTo: number): void;
  /** Told once when the request no longer belongs to the attempt: nothing more is committed. */
  lost(): void;
}

/** Frames that make a batch due. */
const DUE_FRAMES = 64;
/** Bytes that make a batch due. */
const DUE_BYTES = 32 * 1024;
/** The most of one batch: the number fits its column, the bytes an ordinary statement. */
const MAX_FRAMES = 8_192;
const MAX_BYTES = 1024 * 1024;
const RETRY_MS = [20, 50, 100, 250, 500, 1_000];

/**
 * Writes the log of one attempt. Frames are numbered as they are added, and committed in batches. A batch is cut when
 * its statement is formed, so that under load batches grow and none waits in a queue.
 */
export class LogWriter {
  /** Number of frames that were added. */
  count = 0;
  /** Number of frames that are committed. */
  committedCount = 0;
  #open: StoredFrame[] = [];
  #openBytes = 0;
  /** `performance.now()` of the oldest open frame. */
  #openSince = 0;
  /** The batch that is being committed. It is sent again as it is: its answer may have been lost. */
  #cut: LogBatch | null = null;
  #heldFrom = Infinity;
  #dictionary: Buffer | null = null;
  #appending: Promise<void> | null = null;
  #isClosed = false;
  #isLost = false;

  /**
   * @param ref the attempt
   * @param head head of the log
   * @param appender commits the batches of all logs of this process
   * @param listener told how it fares
   * @param end its end, where it is written on
   */
  constructor(
    readonly ref: LogRef,
    private readonly head: LogHead,
    private readonly appender: FrameAppender,
    private readonly listener: LogWriterListener,
    end: LogEnd | null = null,
  ) {
    if (end !== null) {
      this.count = this.committedCount = end.count;
      this.#dictionary = end.dictionary;
    }
  }

  /** The provider's id of the answer. Set before the first append. */
  answerId: string | null = null;

  /** Bytes that are not committed and can be. */
  get uncommittedBytes(): number {
    return this.#openBytes + (this.#cut?.bytes ?? 0);
  }

  /** `performance.now()` of the oldest frame that waits for a batch; null where none does. */
  get waitingSince(): number | null {
    return this.#hasOpen ? this.#openSince : null;
  }

  /** Frames that are not committed, the oldest first; those that are held back are among them. */
  get uncommitted(): readonly StoredFrame[] {
    return [...(this.#cut?.frames ?? []), ...this.#open];
  }

  /**
   * Adds a frame.
   *
   * @param frame the frame
   * @returns its number
   */
  add(frame: StoredFrame): number {
    const number = this.count;
    this.count += 1;
    if (this.#open.length === 0) {
      this.#openSince = performance.now();
    }
    this.#open.push(frame);
    if (number >= this.#heldFrom) {
      return number;
    }
    this.#openBytes += frame.bytes.length;
    this.appender.heldBytes += frame.bytes.length;
    return number;
  }

  /** Sees to it that what was added is committed in time: at once where it is much. */
  schedule(): void {
    if (this.#open.length >= DUE_FRAMES || this.#openBytes >= DUE_BYTES) {
      this.append();
    } else {
      this.appender.watch(this);
    }
  }

  /** Holds back all frames that are added from now on: they are committed with the end of the attempt alone. */
  holdRest(): void {
    this.#heldFrom = this.count;
  }

  /** Commits what can be committed, with the next statement. */
  append(): void {
    if (this.#appending === null && !this.#isClosed && !this.#isLost && this.#hasOpen) {
      this.#appending = this.#appendAll().finally(() => {
        this.#appending = null;
        if (this.#hasOpen && !this.#isClosed && !this.#isLost) {
          this.appender.watch(this);
        }
      });
    }
  }

  /**
   * Cuts the next batch; the same again until it is committed.
   *
   * @returns null when there is nothing to commit
   */
  cut(): LogBatch | null {
    return (this.#cut ??= this.#hasOpen ? this.#take(this.#committable()) : null);
  }

  /** Notes that the batch that was cut is committed. */
  noteCommitted(): void {
    const batch = this.#cut;
    if (batch === null) {
      return;
    }
    this.#cut = null;
    this.appender.heldBytes -= batch.bytes;
    this.committedCount = batch.from + batch.frames.length;
    this.listener.committed(this.committedCount);
  }

  /** Notes that the attempt has lost its request. */
  noteLost(): void {
    if (!this.#isLost) {
      this.#isLost = true;
      this.#release();
      this.listener.lost();
    }
  }

  /**
   * Closes the log. What has not been committed is the last batch, which is committed with the end of the attempt.
   *
   * @returns null when nothing is left
   * @throws DatabaseError when it is not known whether a batch was committed, and the appender has given up
   */
  async close(): Promise<LogBatch | null> {
    this.#isClosed = true;
    await this.#appending;
    if (this.#cut !== null && !this.#isLost) {
      throw new DatabaseError('unavailable', null);
    }
    this.appender.unwatch(this);
    const rest = this.#open.length === 0 ? null : this.#take(this.#open.length);
    this.appender.heldBytes -= rest?.bytes ?? 0;
    return rest;
  }

  /** Drops what has not been committed. */
  abandon(): void {
    this.#isClosed = true;
    this.#release();
  }

  get #hasOpen(): boolean {
    return this.#open.length > 0 && this.#firstOpen < this.#heldFrom;
  }

  get #firstOpen(): number {
    return this.count - this.#open.length;
  }

  /** Number of open frames that go into one batch. */
  #committable(): number {
    const most = Math.min(this.#open.length, this.#heldFrom - this.#firstOpen, MAX_FRAMES);
    let bytes = 0;
    for (let taken = 0; taken < most; taken += 1) {
      bytes += this.#open[taken]?.bytes.length ?? 0;
      if (bytes > MAX_BYTES) {
        return taken + 1;
      }
    }
    return most;
  }

  #take(count: number): LogBatch {
    const from = this.#firstOpen;
    const frames = this.#open.splice(0, count);
    const bytes = frames
      .slice(0, Math.max(0, this.#heldFrom - from))
      .reduce((sum, frame) => sum + frame.bytes.length, 0);
    this.#openBytes -= bytes;
    this.#openSince = performance.now();
    const dictionary = this.#dictionary;
    if (from === 0) {
      this.#dictionary = dictionaryOf(frames[0]?.bytes ?? Buffer.alloc(0));
    }
    return {
      from,
      frames,
      bytes,
      dictionary,
      head: from === 0 ? this.head : null,
      answerId: from === 0 ? this.answerId : null,
    };
  }

  /** Commits batch after batch while there is much; the rest waits for its time. */
  async #appendAll(): Promise<void> {
    for (let tries = 0; !this.#isLost;) {
      try {
        await this.appender.commit(this);
        tries = 0;
        if (this.#isClosed || (this.#open.length < DUE_FRAMES && this.#openBytes < DUE_BYTES)) {
          break;
        }
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.kind === 'data') {
          // The frames can't be kept, so nobody may be told that the answer is whole.
          this.noteLost();
          break;
        }
        if (this.appender.hasGivenUp) {
          break;
        }
        await delay(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
        tries += 1;
      }
    }
  }

  #release(): void {
    this.appender.heldBytes -= this.uncommittedBytes;
    this.#openBytes = 0;
    this.#open = [];
    this.#cut = null;
    this.appender.unwatch(this);
  }
}
