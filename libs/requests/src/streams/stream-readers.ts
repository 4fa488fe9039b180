import { type AttemptOutcome, isTerminal, type RequestStatus } from '@reqrun/contracts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool, run } from '@reqrun/platform/database';
import { Batcher } from '@reqrun/platform/batching';
import type { SignalBus } from '@reqrun/platform/signals';

import type { RequestRecovery } from '../lifecycle/recovery.js';
import { LOOK_AT_STREAMS } from '../sql/streams.js';
import type { LogHead, StoredFrame } from './frame-batch.js';
import type { ShownFrames } from './frame-message.js';
import { LogReader } from './log-reader.js';
import type { StreamReading } from './stream-reading.js';

/** The link to workers of the same machine. */
export interface StreamLink {
  follow(id: string): void;
  unfollow(id: string): void;
}

/** Frames that are made of an answer which was no stream. */
export interface MadeUpLog {
  readonly head: LogHead;
  readonly frames: readonly StoredFrame[];
}

/** Parts and settings of the readers. */
export interface StreamReadersOptions {
  pool: Pool;
  keys: DataKeyRing;
  recovery: RequestRecovery;
  signals: SignalBus;
  /** Null where there is no link. */
  link: StreamLink | null;
  /** Interval of the look at the table, in ms. */
  pollMs: number;
  /**
   * Makes the frames of an answer that was no stream.
   *
   * @param reading the reader, whose request is completed
   * @returns null when the answer is gone
   */
  makeUp: (reading: StreamReading) => Promise<MadeUpLog | null>;
  /** Told of each read of batches by a reader that had fallen behind. */
  onCatchUp?: () => void;
}

/** Numbers of readers, by the way that their frames come. */
export interface ReadersByWay {
  /** Over a link, as they are shown. */
  readonly link: number;
  /** By reads of the table. */
  readonly table: number;
}

interface StreamRow {
  [column: string]: unknown;
  n: number;
  id: string;
  project_id: string;
  status: RequestStatus;
  attempts: number;
  endpoint: string;
  error_code: string | null;
  error_http_status: number | null;
  result_log: number | null;
  content_deleted: boolean;
  overdue: boolean;
  log: number | null;
  outcome: AttemptOutcome | null;
  /** Whether more frames of the log may come. */
  goes_on: boolean;
  log_error_code: string | null;
  log_http_status: number | null;
  frames: number | null;
  stored: number;
}

const MAX_LOOKS = 128;
/** Interval at which processes elsewhere are told again which streams are read here, in ms. */
const FOLLOW_EVERY_MS = 10_000;
/** Log of the frames that are made of an answer which was no stream. */
export const MADE_UP_LOG = 0;

/**
 * The readers of streams of an API process. The table is the truth: a look at it, every 250 ms and whenever something
 * says that there is news, finds what a reader has not had, and alone finds the end. Frames that are shown as they
 * come only make it faster, and may get lost.
 */
export class StreamReaders {
  readonly #readings = new Map<string, Set<StreamReading>>();
  readonly #looks: Batcher<StreamReading, StreamRow | null>;
  readonly #logs: LogReader;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  #followTimer: NodeJS.Timeout | null = null;
  #isStopped = false;

  /** @param options the parts and settings */
  constructor(private readonly options: StreamReadersOptions) {
    this.#logs = new LogReader(options.pool, options.keys);
    this.#looks = new Batcher<StreamReading, StreamRow | null>({
      maxItems: MAX_LOOKS,
      run: (readings) => this.#lookAt(readings),
    });
    const wake = (ids: readonly string[]): void => void setImmediate(() => this.changed(ids));
    options.signals.subscribe('finished', wake);
    options.signals.subscribe('stream_appended', wake);
  }

  /** Numbers of readers, by the way that their frames come. */
  get counts(): ReadersByWay {
    let table = 0;
    for (const readings of this.#readings.values()) {
      for (const { followsRemotely } of readings) {
        table += followsRemotely ? 1 : 0;
      }
    }
    return { link: this.#count - table, table };
  }

  /**
   * Adds a reader, of a request that may not be committed yet. It gets what is shown from now on; `begin` has it look
   * at the table.
   *
   * @param reading the reader
   */
  add(reading: StreamReading): void {
    if (this.#isStopped) {
      reading.end({ kind: 'stopping' });
      return;
    }
    const others = this.#readings.get(reading.id);
    if (others === undefined) {
      this.#readings.set(reading.id, new Set([reading]));
      this.options.link?.follow(reading.id);
    } else {
      others.add(reading);
    }
    this.#count += 1;
    this.#timer ??= setTimeout(() => this.#lookAtAll(), this.options.pollMs);
    this.#followTimer ??= setInterval(() => this.#followRemotely(), FOLLOW_EVERY_MS);
  }

  /**
   * Moves a reader to another request, before it has had anything.
   *
   * @param reading the reader
   * @param id UUID of the request
   */
  move(reading: StreamReading, id: string): void {
    this.remove(reading);
    reading.id = id;
    this.add(reading);
  }

  /**
   * Has a reader of a committed request look at the table, from now on.
   *
   * @param reading the reader
   * @param where where the stream runs: a link shows it from its beginning, it may be on another machine, or it is
   *   over
   */
  begin(reading: StreamReading, where: 'link' | 'elsewhere' | 'ended'): void {
    reading.isCommitted = true;
    if (where === 'elsewhere') {
      this.#wantSignals(reading);
    }
    if (where !== 'link') {
      void this.#look(reading);
    }
  }

  /**
   * Removes a reader.
   *
   * @param reading the reader
   */
  remove(reading: StreamReading): void {
    const readings = this.#readings.get(reading.id);
    if (readings?.delete(reading) !== true) {
      return;
    }
    this.#count -= 1;
    if (readings.size === 0) {
      this.#readings.delete(reading.id);
      this.options.link?.unfollow(reading.id);
    }
    if (this.#count === 0) {
      clearTimeout(this.#timer ?? undefined);
      clearInterval(this.#followTimer ?? undefined);
      this.#timer = this.#followTimer = null;
    }
  }

  /**
   * Has a reader that was slow go on.
   *
   * @param reading the reader
   */
  resume(reading: StreamReading): void {
    if (reading.isSlow) {
      reading.isSlow = false;
      void this.#look(reading);
    }
  }

  /**
   * Takes frames that a worker shows.
   *
   * @param shown the frames
   */
  shown(shown: ShownFrames): void {
    for (const reading of this.#readings.get(shown.id) ?? []) {
      if (reading.takeLive(shown)) {
        void this.#look(reading);
      }
    }
  }

  /**
   * Looks at streams of which there is news.
   *
   * @param ids UUIDs of the requests; those without readers cost nothing
   */
  changed(ids: readonly string[]): void {
    for (const id of ids) {
      for (const reading of this.#readings.get(id) ?? []) {
        void this.#look(reading);
      }
    }
  }

  /** Ends all readers, because the process stops. */
  stop(): void {
    this.#isStopped = true;
    for (const readings of [...this.#readings.values()]) {
      for (const reading of [...readings]) {
        this.remove(reading);
        reading.end({ kind: 'stopping' });
      }
    }
  }

  #lookAtAll(): void {
    for (const readings of this.#readings.values()) {
      for (const reading of readings) {
        void this.#look(reading);
      }
    }
    this.#timer = setTimeout(() => this.#lookAtAll(), this.options.pollMs);
  }

  #wantSignals(reading: StreamReading): void {
    if (!reading.followsRemotely) {
      reading.followsRemotely = true;
      this.options.signals.publish('stream_followed', [reading.id]);
    }
  }

  #followRemotely(): void {
    const ids = [...this.#readings].flatMap(([id, readings]) =>
      [...readings].some(({ followsRemotely }) => followsRemotely) ? [id] : [],
    );
    if (ids.length > 0) {
      this.options.signals.publish('stream_followed', ids);
    }
  }

  /** Looks for one reader: one look at a time, and another one if something was said meanwhile. */
  async #look(reading: StreamReading): Promise<void> {
    if (reading.isLooking) {
      reading.wantsLook = true;
      return;
    }
    reading.isLooking = true;
    try {
      do {
        reading.wantsLook = false;
        if (reading.isCommitted && !reading.hasEnded && !reading.isSlow) {
          const row = await this.#looks.call(reading);
          await this.#advance(reading, row);
        }
      } while (this.#isToLookAgain(reading));
    } catch (error) {
      // While the database is away, the next look finds it again.
      if (!(error instanceof DatabaseError)) {
        this.#fail(reading, 'payload_unreadable', null, true, 0);
      }
    } finally {
      reading.isLooking = false;
    }
    if (reading.hasEnded) {
      this.remove(reading);
    }
  }

  #isToLookAgain({ wantsLook, hasEnded }: StreamReading): boolean {
    return wantsLook && !hasEnded;
  }

  async #lookAt(readings: readonly StreamReading[]): Promise<(StreamRow | null)[]> {
    const rows = await run<StreamRow>(
      this.options.pool,
      { name: 'streams-look', text: LOOK_AT_STREAMS },
      [readings.map(({ id }) => id), readings.map(({ log }) => log ?? 0)],
    );
    const found = new Map(rows.map((row) => [row.n, row]));
    return readings.map((_, index) => found.get(index + 1) ?? null);
  }

  async #advance(reading: StreamReading, row: StreamRow | null): Promise<void> {
    if (reading.hasEnded) {
      return;
    }
    if (row === null || row.content_deleted) {
      this.#fail(reading, 'result_expired', null, true, row?.attempts ?? 0);
      return;
    }
    if (row.overdue) {
      await this.options.recovery.expireIfOverdue([row.id]);
      reading.wantsLook = true;
      return;
    }
    if (reading.isBuffered && row.status !== 'completed') {
      if (isTerminal(row.status)) {
        this.#failWithRecord(reading, row);
      }
      return;
    }
    if (row.status === 'completed' && row.result_log === null && isForMadeUp(reading)) {
      await this.#showMadeUp(reading, row);
      return;
    }
    if (reading.log === MADE_UP_LOG) {
      reading.end({ kind: 'no_such_frame' });
      return;
    }
    if (reading.log === null) {
      if (!this.#choose(reading, row)) {
        return;
      }
    } else if (row.log !== reading.log) {
      if (row.log === null && reading.cursor !== null) {
        reading.end({ kind: 'no_such_frame' });
      } else {
        // The log was taken from live frames after this look had been sent.
        reading.wantsLook = row.log !== null;
      }
      return;
    }
    await this.#catchUp(reading, row);
    this.#endWhenClosed(reading, row);
  }

  /** Chooses the log of a reader that has none. Returns false where there is nothing to show yet. */
  #choose(reading: StreamReading, row: StreamRow): boolean {
    if (
      isTerminal(row.status) &&
      row.status !== 'completed' &&
      (row.log === null || !reading.showsFailed)
    ) {
      this.#failWithRecord(reading, row);
      return false;
    }
    if (row.log === null || (!isTerminal(row.status) && !row.goes_on)) {
      // The newest log is dead, and the next attempt begins another.
      return false;
    }
    reading.adopt(row.log);
    return true;
  }

  async #catchUp(reading: StreamReading, row: StreamRow): Promise<void> {
    const { onCatchUp } = this.options;
    while (
      reading.log === row.log &&
      reading.next < row.stored &&
      !reading.isSlow &&
      !reading.hasEnded
    ) {
      const { log, next } = reading;
      const read = await this.#logs.read(
        { projectId: row.project_id, id: row.id, log: log ?? 0, next },
        reading.dictionary,
      );
      if (read === null) {
        break;
      }
      if (row.goes_on) {
        this.#wantSignals(reading);
      }
      onCatchUp?.();
      reading.dictionary = read.dictionary;
      reading.takeRead(read.from, read.frames, read.head);
    }
  }

  #endWhenClosed(reading: StreamReading, row: StreamRow): void {
    if (reading.hasEnded || row.goes_on || reading.isSlow) {
      return;
    }
    const isResult = row.status === 'completed' && row.result_log === reading.log;
    const count = row.frames ?? row.stored;
    if (reading.next < count) {
      return;
    }
    if (reading.cursor !== null && reading.cursor.next > count && isResult) {
      reading.end({ kind: 'no_such_frame' });
      return;
    }
    if (isResult) {
      reading.end({ kind: 'completed', attempts: row.attempts });
    } else if (isTerminal(row.status) && row.status !== 'completed') {
      this.#failWithRecord(reading, row);
    } else if (reading.cursor !== null) {
      this.#fail(reading, 'stream_superseded', null, isTerminal(row.status), row.attempts);
    } else {
      const code = row.log_error_code ?? codeOfClosed(row);
      this.#fail(reading, code, row.log_http_status, isTerminal(row.status), row.attempts);
    }
  }

  async #showMadeUp(reading: StreamReading, row: StreamRow): Promise<void> {
    const made = await this.options.makeUp(reading);
    if (reading.hasEnded) {
      return;
    }
    if (made === null) {
      this.#fail(reading, 'result_expired', null, true, row.attempts);
      return;
    }
    if (reading.next > made.frames.length) {
      reading.end({ kind: 'no_such_frame' });
      return;
    }
    reading.adopt(MADE_UP_LOG);
    reading.takeRead(0, made.frames, made.head);
    if (!reading.isSlow) {
      reading.end({ kind: 'completed', attempts: row.attempts });
    }
  }

  #failWithRecord(reading: StreamReading, row: StreamRow): void {
    const code = row.error_code ?? (row.status === 'canceled' ? 'canceled' : 'internal_error');
    this.#fail(reading, code, row.error_http_status, true, row.attempts);
  }

  #fail(
    reading: StreamReading,
    code: string,
    httpStatus: number | null,
    isEnd: boolean,
    attempts: number,
  ): void {
    reading.end({ kind: 'failed', code, httpStatus, isTerminal: isEnd, attempts });
  }
}

/** The code of a log without an error. One that was closed before the end of its answer was cut by the provider. */
const codeOfClosed = ({ outcome }: StreamRow): string =>
  outcome === 'running' || outcome === 'succeeded' ? 'stream_truncated' : 'worker_lost';

const isForMadeUp = ({ log }: StreamReading): boolean => log === null || log === MADE_UP_LOG;
