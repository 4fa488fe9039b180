import { passThroughHeaders } from '@reqrun/providers';
import type { Frame, StreamControl, StreamHead, StreamSink } from '@reqrun/providers';
import {
  answeredByOf,
  type ClosedLog,
  type CommitResult,
  type FrameAppender,
  type FrameHub,
  type LogEnd,
  type LogHead,
  type LogWriter,
  type LogRef,
  type LogWriterListener,
  type ShownFrames,
  type StoredFrame,
} from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import type { RunningAttempt } from './in-flight.js';

/** Parts that streams share, and their bound. */
export interface StreamParts {
  appender: FrameAppender;
  hub: FrameHub;
  metrics: WorkerMetrics;
  /** Bytes of all streams of this process that may wait for their commit. */
  maxBufferBytes: number;
}

/** Parts of a stream whose answer the provider keeps, so that it can be taken up again. */
export interface ResumableStream {
  /**
   * Commits the id of the answer. Nothing is committed or shown before.
   *
   * @param id the provider's id
   * @returns false when the attempt does not count any more
   */
  keep(id: string): Promise<boolean>;
  /** End of the log of an earlier attempt, which is written on; null where the attempt begins one. */
  readonly end: LogEnd | null;
}

/** The most that is held before something has been said. */
const PREAMBLE_FRAMES = 64;
const PREAMBLE_BYTES = 64 * 1024;
/** Bytes of one stream that may wait for their commit. */
const MAX_UNCOMMITTED_BYTES = 1024 * 1024;

/**
 * The stream of one attempt, from the provider to its log and to who follows. It shows nothing before the first batch
 * is committed, and the end only after the attempt is: whoever has seen a frame finds its log in the table, and whoever
 * has seen the end finds the result. In between frames go out at once.
 */
export class AttemptStream implements StreamSink {
  #writer: LogWriter | null = null;
  #control: StreamControl | null = null;
  #head: LogHead | null = null;
  #answerId: string | null = null;
  /** Whether the id of the answer is committed; null where that is of no matter. */
  #kept: Promise<boolean> | null = null;
  #preambleBytes = 0;
  #hasSaid = false;
  /** Whether the log is committed and shown: something was said, or much has come. */
  #hasStarted = false;
  /** Whether the first batch is committed. */
  #isOpen = false;
  /** Number of the first frame that is held back until the end is committed. */
  #heldFrom = Infinity;
  #isPaused = false;
  /** Number of the log: that of the attempt that began it. */
  readonly #log: number;
  /** Frames that were not shown yet, and the number of the first of them. */
  #unshown: StoredFrame[] = [];
  #shownUpTo = 0;

  /**
   * @param running the attempt
   * @param provider name of the provider
   * @param parts the shared parts
   * @param resumable parts of a stream that can be taken up again; absent for any other
   */
  constructor(
    private readonly running: RunningAttempt,
    private readonly provider: string,
    private readonly parts: StreamParts,
    private readonly resumable: ResumableStream | null = null,
  ) {
    const end = resumable?.end ?? null;
    this.#log = end?.log ?? running.claim.attempt;
    if (end !== null) {
      // What was shown before may have come further, and comes again with the same numbers.
      this.#shownUpTo = end.count;
      this.#hasSaid = this.#hasStarted = this.#isOpen = true;
      this.#open(this.parts.appender.continue(this.#ref, end, this.#listener));
    }
  }

  /** Number of frames that have come, of all attempts that have written the log. */
  get count(): number {
    return this.#writer?.count ?? 0;
  }

  /** Whether a frame has said something of the answer. */
  get hasSaid(): boolean {
    return this.#hasSaid;
  }

  /** Whether the id of the answer is committed; true where it needs no commit, or none has come. */
  get idIsKept(): Promise<boolean> {
    return this.#kept ?? Promise.resolve(true);
  }

  begin(head: StreamHead, control: StreamControl): void {
    this.#control = control;
    if (this.#writer !== null) {
      if (this.#isPaused) {
        control.pause();
      }
      return;
    }
    const headers = passThroughHeaders(head.headers);
    if (head.providerRequestId !== null) {
      headers['x-provider-request-id'] = head.providerRequestId;
    }
    this.#head = { headers, answeredBy: answeredByOf(this.running.claim, this.provider) };
    const writer = this.parts.appender.open(this.#ref, this.#head, this.#listener);
    writer.answerId = this.#answerId;
    this.#open(writer);
  }

  answerId(id: string): void {
    this.#answerId = id;
    if (this.#writer !== null) {
      this.#writer.answerId = id;
    }
    this.#kept ??= this.resumable?.keep(id) ?? null;
  }

  frame(frame: Frame): 'pause' | undefined {
    const writer = this.#writer;
    if (writer === null) {
      return undefined;
    }
    const { bytes, usageOnly } = frame;
    if (frame.makesWhole) {
      this.#heldFrom = writer.count;
      writer.holdRest();
    }
    const stored = { bytes, usageOnly };
    writer.add(stored);
    this.#unshown.push(stored);
    if (writer.count > this.#heldFrom) {
      return undefined;
    }
    this.#hasSaid ||= frame.says;
    if (!this.#hasStarted) {
      this.#preambleBytes += bytes.length;
      if (frame.says || writer.count >= PREAMBLE_FRAMES || this.#preambleBytes >= PREAMBLE_BYTES) {
        this.#start(writer);
      }
      return undefined;
    }
    if (this.#isOpen) {
      writer.schedule();
      if (!this.parts.appender.commitsFirst) {
        this.#show(this.#unshown.length);
      }
    }
    return this.#isOverLimit(writer) ? this.#pause() : undefined;
  }

  /** Frames that were shown and may not be in the table yet, for a process that begins to follow. */
  recent(): ShownFrames | null {
    const writer = this.#writer;
    if (writer === null || this.#shownUpTo === 0) {
      return null;
    }
    const from = writer.committedCount;
    const frames = writer.uncommitted.slice(0, Math.max(0, this.#shownUpTo - from));
    return frames.length === 0 ? null : this.#shownFrames(from, frames);
  }

  /**
   * Closes the log, before the end of the attempt is committed.
   *
   * @param isWhole whether the answer is whole
   * @returns undefined for a log without frames, or whose frames were never shown
   * @throws DatabaseError when it is not known whether a batch was committed, and the process stops
   */
  async close(isWhole: boolean): Promise<ClosedLog | undefined> {
    const writer = this.#writer;
    if (writer === null || (!isWhole && !this.#hasStarted)) {
      writer?.abandon();
      return undefined;
    }
    const rest = await writer.close();
    const { appender } = this.parts;
    return {
      log: writer.ref.log,
      frames: writer.count,
      last: rest === null ? null : await appender.seal(writer.ref, rest),
    };
  }

  /**
   * Ends the log where it is, since the rest of the answer will not come as a stream.
   *
   * @returns number of the log; null where nothing of it was to be shown
   * @throws DatabaseError when it is not known whether a batch was committed, and the process stops
   */
  async leaveLog(): Promise<number | null> {
    const log = this.#hasStarted ? this.#log : null;
    await this.#writer?.close();
    return log;
  }

  /**
   * Shows the end, once the end of the attempt is committed.
   *
   * @param outcome the committed outcome
   */
  finished(outcome: CommitResult): void {
    if (outcome.kind === 'committed' && outcome.status === 'completed') {
      this.#show(this.#unshown.length);
    }
    this.end();
  }

  /** Ends the stream. What was not committed is dropped. */
  end(): void {
    const { hub } = this.parts;
    const { id } = this.running.claim;
    this.#writer?.abandon();
    this.#unshown = [];
    if (this.#writer !== null) {
      this.#writer = null;
      this.#setPaused(false);
      this.parts.metrics.countStream(this.#mode, -1);
      hub.closed(id);
      hub.end(id, this);
    }
  }

  get #mode(): 'live' | 'buffered' {
    return this.running.claim.policy.stream ?? 'live';
  }

  get #ref(): LogRef {
    const { projectId, id, fence } = this.running.claim;
    return { projectId, id, fence, log: this.#log, isShared: this.resumable !== null };
  }

  get #listener(): LogWriterListener {
    return {
      committed: (upTo) => this.#committed(upTo),
      lost: () => this.running.abort.abort(),
    };
  }

  #open(writer: LogWriter): void {
    this.#writer = writer;
    this.parts.hub.begin(this.running.claim.id, this);
    this.parts.metrics.countStream(this.#mode, 1);
  }

  #start(writer: LogWriter): void {
    this.#hasStarted = true;
    this.parts.metrics.firstFrame.observe(
      { at: 'worker' },
      (performance.now() - this.running.startedAt) / 1000,
    );
    this.running.report?.saidFirst();
    if (this.#kept === null) {
      writer.append();
    } else {
      // Whoever sees a frame can be sure that its answer is not paid for twice.
      void this.#kept.then((isKept) => isKept && writer.append());
    }
  }

  #committed(upTo: number): void {
    this.#isOpen = true;
    const { appender, hub } = this.parts;
    const added = this.#shownUpTo + this.#unshown.length;
    this.#show((appender.commitsFirst ? upTo : Math.min(added, this.#heldFrom)) - this.#shownUpTo);
    hub.stored(this.running.claim.id);
    if (
      this.#isPaused &&
      this.#writer !== null &&
      this.#writer.uncommittedBytes < MAX_UNCOMMITTED_BYTES / 2
    ) {
      this.#setPaused(false);
      this.#control?.resume();
    }
  }

  #show(count: number): void {
    if (count <= 0) {
      return;
    }
    const frames = this.#unshown.splice(0, count);
    const from = this.#shownUpTo;
    this.#shownUpTo += frames.length;
    this.parts.hub.show(this.#shownFrames(from, frames));
  }

  #shownFrames(from: number, frames: readonly StoredFrame[]): ShownFrames {
    const { id } = this.running.claim;
    return { id, log: this.#log, from, frames, head: from === 0 ? this.#head : null };
  }

  #isOverLimit(writer: LogWriter): boolean {
    return (
      writer.uncommittedBytes > MAX_UNCOMMITTED_BYTES ||
      this.parts.appender.heldBytes > this.parts.maxBufferBytes
    );
  }

  #pause(): 'pause' {
    this.#setPaused(true);
    return 'pause';
  }

  #setPaused(isPaused: boolean): void {
    if (this.#isPaused !== isPaused) {
      this.#isPaused = isPaused;
      this.parts.metrics.pausedStreams.inc(isPaused ? 1 : -1);
    }
  }
}
