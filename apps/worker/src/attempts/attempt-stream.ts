import { passThroughHeaders } from '@reqrun/providers';
import type { Frame, StreamControl, StreamHead, StreamSink } from '@reqrun/providers';
import {
  answeredByOf,
  type ClosedLog,
  type CommitResult,
  type FrameAppender,
  type FrameHub,
  type LogHead,
  type LogWriter,
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
  #preambleBytes = 0;
  /** Whether something was said, so that the log is committed and shown. */
  #hasStarted = false;
  /** Whether the first batch is committed. */
  #isOpen = false;
  /** Number of the first frame that is held back until the end is committed. */
  #heldFrom = Infinity;
  #isPaused = false;
  /** Frames that were not shown yet, and the number of the first of them. */
  #unshown: StoredFrame[] = [];
  #shownUpTo = 0;

  /**
   * @param running the attempt
   * @param provider name of the provider
   * @param parts the shared parts
   */
  constructor(
    private readonly running: RunningAttempt,
    private readonly provider: string,
    private readonly parts: StreamParts,
  ) {}

  begin(head: StreamHead, control: StreamControl): void {
    const { projectId, id, fence, attempt } = this.running.claim;
    const headers = passThroughHeaders(head.headers);
    if (head.providerRequestId !== null) {
      headers['x-provider-request-id'] = head.providerRequestId;
    }
    this.#control = control;
    this.#head = { headers, answeredBy: answeredByOf(this.running.claim, this.provider) };
    this.#writer = this.parts.appender.open({ projectId, id, fence, log: attempt }, this.#head, {
      committed: (upTo) => this.#committed(upTo),
      lost: () => this.running.abort.abort(),
    });
    this.#writer.answerId = this.#answerId;
    this.parts.hub.begin(id, this);
    this.parts.metrics.countStream(this.#mode, 1);
  }

  answerId(id: string): void {
    this.#answerId = id;
    if (this.#writer !== null) {
      this.#writer.answerId = id;
    }
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

  #start(writer: LogWriter): void {
    this.#hasStarted = true;
    this.parts.metrics.firstFrame.observe(
      { at: 'worker' },
      (performance.now() - this.running.startedAt) / 1000,
    );
    this.running.report?.saidFirst();
    writer.append();
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
    const { id, attempt } = this.running.claim;
    return { id, log: attempt, from, frames, head: from === 0 ? this.#head : null };
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
