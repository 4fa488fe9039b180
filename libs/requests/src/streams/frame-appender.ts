import { Batcher } from '@reqrun/platform/batching';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { type Pool, run, type Statement, toDatabaseError } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';

import {
  compareUuids,
  packBlobs,
  pgArrayLiteral,
  STATEMENT_GROUPS,
} from '../sql/batch-parameters.js';
import type { SealedBatch } from '../content/sealed-batch.js';
import { APPEND_FRAMES, APPEND_SHARED_FRAMES } from '../sql/streams.js';
import { type LogHead, packBatch } from './frame-batch.js';
import type { LogEnd } from './log-reader.js';
import { type LogBatch, type LogRef, LogWriter, type LogWriterListener } from './log-writer.js';

/** Told of each statement that was committed. */
export interface AppendObserver {
  /**
   * Notes a statement.
   *
   * @param seconds duration of the statement
   * @param frames number of frames of each batch
   */
  appended(seconds: number, frames: readonly number[]): void;
}

/** Parts and settings of an appender. */
export interface FrameAppenderOptions {
  pool: Pool;
  /** Seals the batches. */
  keys: DataKeyRing;
  /** Longest time that a frame waits for its batch, in ms. */
  everyMs: number;
  observer?: AppendObserver;
}

const APPEND_OWN: Statement = { name: 'streams-append', text: APPEND_FRAMES };
const APPEND_SHARED: Statement = { name: 'streams-append-shared', text: APPEND_SHARED_FRAMES };
/** Looks for batches that are due, per interval: a batch is committed within its time, not after it. */
const LOOKS_PER_INTERVAL = 4;
const MIN_LOOK_MS = 2;
/** Streams whose batches share a statement at most. More would be sealed in one turn of the event loop. */
const MAX_BATCHES = 64;

/**
 * Commits the batches of all logs of this process, one statement at a time. All batches that are due when a statement
 * is formed go with it.
 */
export class FrameAppender {
  /** Bytes of frames that wait for their commit. */
  heldBytes = 0;
  /** Whether batches that fail are given up instead of sent again: the process stops. */
  hasGivenUp = false;
  readonly #watched = new Set<LogWriter>();
  readonly #group: Batcher<LogWriter, void>;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | null = null;

  /** @param options the parts and settings */
  constructor(private readonly options: FrameAppenderOptions) {
    this.#everyMs = options.everyMs;
    this.#group = new Batcher<LogWriter, void>({
      maxItems: MAX_BATCHES,
      isItemError: STATEMENT_GROUPS.isItemError,
      isTransient: STATEMENT_GROUPS.isTransient,
      compare: (a, b) => compareUuids(a.ref.id, b.ref.id),
      run: (writers) => this.#appendGroup(writers),
    });
  }

  /** Whether each frame is committed before it is shown. */
  get commitsFirst(): boolean {
    return this.#everyMs === 0;
  }

  /**
   * Begins a log.
   *
   * @param ref the attempt
   * @param head head of the log
   * @param listener told how the log fares
   */
  open(ref: LogRef, head: LogHead, listener: LogWriterListener): LogWriter {
    return new LogWriter(ref, head, this, listener);
  }

  /**
   * Goes on with a log that an earlier attempt has begun.
   *
   * @param ref the attempt, and the log
   * @param end its end
   * @param listener told how the log fares
   */
  continue(ref: LogRef, end: LogEnd, listener: LogWriterListener): LogWriter {
    // The head stands in the first batch, which is there.
    return new LogWriter(ref, { headers: {} }, this, listener, end);
  }

  /**
   * Commits the next batch of a log. Resolves when it is committed, or its attempt has lost the request.
   *
   * @param writer the log
   * @throws DatabaseError when it is not known whether it was committed
   */
  commit(writer: LogWriter): Promise<void> {
    this.#watched.delete(writer);
    return this.#group.call(writer);
  }

  /** Has a log's batch committed in its time. */
  watch(writer: LogWriter): void {
    if (this.commitsFirst) {
      writer.append();
      return;
    }
    this.#watched.add(writer);
    this.#timer ??= setTimeout(() => this.#look(), this.#lookMs);
  }

  /** Forgets a log. */
  unwatch(writer: LogWriter): void {
    this.#watched.delete(writer);
  }

  /**
   * Seals a batch for the table. It opens at no other place.
   *
   * @param ref the attempt
   * @param batch the batch
   * @throws DatabaseError when the project's key can't be read
   */
  async seal({ projectId, id, log }: LogRef, batch: LogBatch): Promise<SealedBatch> {
    try {
      const packed = await packBatch(batch, batch.dictionary);
      const owner = batchOwner(id, log, batch.from);
      const blob = await this.options.keys.sealInParts(projectId, owner, 'frames', packed);
      return { from: batch.from, frames: batch.frames.length, blob };
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  get #lookMs(): number {
    return Math.max(MIN_LOOK_MS, this.#everyMs / LOOKS_PER_INTERVAL);
  }

  #look(): void {
    this.#timer = null;
    const dueBefore = performance.now() - this.#everyMs + this.#lookMs;
    for (const writer of [...this.#watched]) {
      const { waitingSince } = writer;
      if (waitingSince === null) {
        this.#watched.delete(writer);
      } else if (waitingSince <= dueBefore) {
        this.#watched.delete(writer);
        writer.append();
      }
    }
    if (this.#watched.size > 0) {
      this.#timer = setTimeout(() => this.#look(), this.#lookMs);
    }
  }

  async #appendGroup(writers: readonly LogWriter[]): Promise<undefined[]> {
    const cuts = writers.flatMap((writer) => {
      const batch = writer.cut();
      return batch === null ? [] : [{ writer, batch }];
    });
    for (const isShared of [false, true]) {
      const some = cuts.filter(({ writer }) => (writer.ref.isShared ?? false) === isShared);
      if (some.length > 0) {
        await this.#append(some, isShared ? APPEND_SHARED : APPEND_OWN);
      }
    }
    return writers.map(() => undefined);
  }

  async #append(
    cuts: readonly { writer: LogWriter; batch: LogBatch }[],
    statement: Statement,
  ): Promise<void> {
    const sealed: SealedBatch[] = [];
    for (const { writer, batch } of cuts) {
      sealed.push(await this.seal(writer.ref, batch));
    }
    const blobs = packBlobs(sealed.map(({ blob }) => blob));
    const refs = cuts.map(({ writer }) => writer.ref);
    failpoint('append.before');
    const began = performance.now();
    const rows = await run<{ id: string; fence: number }>(this.options.pool, statement, [
      pgArrayLiteral(refs.map(({ id }) => id)),
      pgArrayLiteral(refs.map(({ fence }) => fence)),
      pgArrayLiteral(refs.map(({ log }) => log)),
      pgArrayLiteral(sealed.map(({ from }) => from)),
      pgArrayLiteral(sealed.map(({ frames }) => frames)),
      pgArrayLiteral(blobs.offsets),
      pgArrayLiteral(blobs.lengths),
      blobs.all,
      cuts.map(({ batch }) => batch.answerId),
    ]);
    failpoint('append.after');
    this.options.observer?.appended(
      (performance.now() - began) / 1000,
      sealed.map(({ frames }) => frames),
    );
    // Not by the log: the attempt that has lost it and the one that writes on in it may be in one process.
    const owned = new Set(rows.map(({ id, fence }) => `${id} ${fence}`));
    for (const { writer } of cuts) {
      if (owned.has(`${writer.ref.id} ${writer.ref.fence}`)) {
        writer.noteCommitted();
      } else {
        writer.noteLost();
      }
    }
  }
}

/**
 * The record that a batch belongs to, as its seal names it.
 *
 * @param id UUID of the request
 * @param log number of the log
 * @param from number of the first frame
 */
export const batchOwner = (id: string, log: number, from: number): string => `${id}/${log}/${from}`;
