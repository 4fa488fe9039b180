import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run } from '@reqrun/platform/database';

import { asReadError } from '../content/stored-content.js';
import { READ_BATCHES, READ_LOG_END } from '../sql/streams.js';
import { batchOwner } from './frame-appender.js';
import {
  dictionaryOf,
  type FrameBatch,
  type LogHead,
  type StoredFrame,
  unpackBatch,
} from './frame-batch.js';

/** Place in a log. */
export interface LogPlace {
  readonly projectId: string;
  /** UUID of the request. */
  readonly id: string;
  readonly log: number;
  /** Number of the next frame. */
  readonly next: number;
}

/** Frames of a log that were read from the table. */
export interface ReadFrames {
  readonly from: number;
  readonly frames: readonly StoredFrame[];
  readonly head: LogHead | null;
}

/** End of a log, from which on it can be written on. */
export interface LogEnd {
  readonly log: number;
  /** Number of its frames, which is the number of the next one. */
  readonly count: number;
  /** Dictionary of its batches. */
  readonly dictionary: Buffer;
}

interface BatchRow {
  [column: string]: unknown;
  from_no: number;
  frames: number;
  ciphertext: Buffer;
}

/** Bytes of sealed batches that one read brings. */
const MAX_READ_BYTES = 64 * 1024;
/** Bytes of frames after which a read ends: what repeats a lot is small where it is sealed. */
const MAX_FRAME_BYTES = 256 * 1024;

/** Reads logs from the table, a part at a time. */
export class LogReader {
  /**
   * @param pool the database
   * @param keys the data keys of the batches
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
  ) {}

  /**
   * Reads the next frames of a log.
   *
   * @param place the log, and the number of the first frame that is wanted
   * @param dictionary that of the log, where it is known
   * @returns null where the frame is not in the table
   * @throws UnreadableError when they can't be opened, DatabaseError
   */
  async read(
    { projectId, id, log, next }: LogPlace,
    dictionary: Buffer | null,
  ): Promise<(ReadFrames & { dictionary: Buffer }) | null> {
    const rows = await run<BatchRow>(this.pool, { name: 'streams-read', text: READ_BATCHES }, [
      id,
      log,
      next,
      MAX_READ_BYTES,
      dictionary === null,
    ]);
    let known = dictionary;
    let head: LogHead | null = null;
    const frames: StoredFrame[] = [];
    let from: number | null = null;
    let bytes = 0;
    for (const row of rows) {
      if (bytes >= MAX_FRAME_BYTES) {
        break;
      }
      const isFirst = row.from_no === 0;
      if (!isFirst && known === null) {
        throw new UnreadableError('the first batch of the log is gone');
      }
      const owner = batchOwner(id, log, row.from_no);
      const batch = await this.#open(projectId, owner, row.ciphertext, isFirst ? null : known);
      if (isFirst) {
        known = dictionaryOf(batch.frames[0]?.bytes ?? Buffer.alloc(0));
        head = batch.head;
      }
      if (row.from_no + row.frames <= next) {
        // Read for its beginning alone.
        continue;
      }
      from ??= row.from_no;
      if (row.from_no !== from + frames.length) {
        break;
      }
      frames.push(...batch.frames);
      bytes += batch.frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    }
    return from === null || known === null || frames.length === 0
      ? null
      : { from, frames, head, dictionary: known };
  }

  /**
   * Reads where a log ends. For its attempt alone: the log of another one may grow meanwhile.
   *
   * @param place the log
   * @returns null where it has no frames
   * @throws UnreadableError when it can't be opened, DatabaseError
   */
  async endOf({ projectId, id, log }: Omit<LogPlace, 'next'>): Promise<LogEnd | null> {
    const [row] = await run<{ ciphertext: Buffer; frames: number }>(
      this.pool,
      { name: 'streams-log-end', text: READ_LOG_END },
      [id, log],
    );
    if (row === undefined) {
      return null;
    }
    const { frames } = await this.#open(projectId, batchOwner(id, log, 0), row.ciphertext, null);
    const dictionary = dictionaryOf(frames[0]?.bytes ?? Buffer.alloc(0));
    return { log, count: row.frames, dictionary };
  }

  async #open(
    projectId: string,
    owner: string,
    ciphertext: Buffer,
    dictionary: Buffer | null,
  ): Promise<FrameBatch> {
    const packed = await this.keys
      .open(projectId, owner, 'frames', ciphertext)
      .catch((error: unknown) => {
        throw asReadError(error);
      });
    return unpackBatch(packed, dictionary).catch(() => {
      throw new UnreadableError('this is no batch of frames');
    });
  }
}
