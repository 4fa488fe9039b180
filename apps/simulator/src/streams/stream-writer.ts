import type { ServerResponse } from 'node:http';

import type { StreamPlan } from './stream-plan.js';

/** A text of a stream and its time, in ms from the beginning. */
export interface TimedText {
  readonly text: string;
  readonly atMs: number;
}

/** End of a stream: a proper one, a broken connection, or silence. */
export type Ending = 'end' | 'cut' | 'stall';

/** Characters that are written at once, at most; more of them wait until the caller takes them. */
const MAX_WRITE = 64 * 1024;

/** Writes a stream at its times, no faster than its caller reads. */
export class StreamWriter {
  #next = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /**
   * @param response the connection
   * @param traits how the bytes are written
   * @param texts what is written, in the order of its times
   * @param onWritten told when the connection has all of it
   * @param elapsedMs how long ago it began
   */
  constructor(
    private readonly response: ServerResponse,
    private readonly traits: StreamPlan['traits'],
    private readonly texts: readonly TimedText[],
    private readonly onWritten: () => void,
    private readonly elapsedMs = 0,
  ) {}

  /** Begins. */
  start(): void {
    this.#startedAt = performance.now() - this.elapsedMs;
    if (this.traits.has('bom')) {
      this.#write('\uFEFF', () => this.#go());
    } else {
      this.#go();
    }
  }

  /** Ends it, since the caller has left. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #go(): void {
    if (this.#isStopped) {
      return;
    }
    const now = performance.now() - this.#startedAt;
    let due = '';
    for (let next = this.texts[this.#next]; next !== undefined && next.atMs <= now;) {
      due += next.text;
      this.#next += 1;
      if (due.length >= MAX_WRITE) {
        break;
      }
      next = this.texts[this.#next];
    }
    if (due !== '') {
      this.#write(due, () => this.#go());
      return;
    }
    const next = this.texts[this.#next];
    if (next === undefined) {
      this.onWritten();
      return;
    }
    this.#timer = setTimeout(() => this.#go(), Math.max(1, next.atMs - now));
  }

  #write(text: string, written: () => void): void {
    const bytes = Buffer.from(this.traits.has('crlf') ? text.replaceAll('\n', '\r\n') : text);
    if (!this.traits.has('bytes')) {
      this.response.write(bytes, written);
      return;
    }
    for (let at = 0; at < bytes.length - 1; at += 1) {
      this.response.write(bytes.subarray(at, at + 1));
    }
    this.response.write(bytes.subarray(-1), written);
  }
}
