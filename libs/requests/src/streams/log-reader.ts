import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run } from '@reqrun/platform/database';

import { asReadError } from '../content/stored-content.js';
import { READ_BATCHES } from '../sql/streams.js';
import { batchOwner } from './frame-appender.js';
import { dictionaryOf, type LogHead, type StoredFrame, unpackBatch } from './frame-batch.js';

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
      const packed = await this.keys
        .open(projectId, batchOwner(id, log, row.from_no), 'frames', row.ciphertext)
        .catch((error: unknown) => {
          throw asReadError(error);
        });
      const isFirst = row.from_no === 0;
      if (!isFirst && known === null) {
        throw new UnreadableError('the first batch of the log is gone');
      }
      const batch = await unpackBatch(packed, isFirst ? null : known).catch(() => {
        throw new UnreadableError('this is no batch of frames');
      });
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
}
