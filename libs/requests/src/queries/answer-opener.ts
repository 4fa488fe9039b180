import type { AbortSource } from '@reqrun/platform/abort';
import { type ByteBudget, type ByteShare } from '@reqrun/platform/budget';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';

import { unpackContent } from '../content/content-frame.js';
import type { RequestResult } from './request-result.js';
import type { AnsweredRecord, AnsweredRow } from './record-row.js';
import { openStored } from '../content/stored-content.js';

/** A record's row with its sealed result: with it a small one, of a large one its length alone. */
export type ResultRow = AnsweredRow & {
  result: Buffer | null;
  /** 0 where there is none. */
  result_bytes: number;
};

/** A large answer's share of the memory: whoever sends the answer gives it back when it is sent. */
export class AnswerHold {
  private users = 1;

  /** @param share given back with the last user */
  constructor(private readonly share: ByteShare) {}

  /**
   * Gives the answer to several.
   *
   * @param count how many will call `done`; with none it is given back at once
   */
  shareAmong(count: number): void {
    this.users = count;
    if (count === 0) {
      this.share.release();
    }
  }

  /** One user needs the answer no longer. */
  done(): void {
    this.users -= 1;
    if (this.users === 0) {
      this.share.release();
    }
  }
}

/** Opens the answers of records. Large ones wait until the process has memory for them. */
export class AnswerOpener {
  /**
   * @param pool the database
   * @param keys what results are sealed with
   * @param budget how many bytes of large answers are held at once
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly budget: ByteBudget,
  ) {}

  /**
   * Opens a record's answer. One that is large brings an `AnswerHold`, which must be given back.
   *
   * @param projectId whose it is
   * @param row the record, with its sealed result
   * @param record the same as the wire shows it
   * @param signal ends the wait for memory: nobody is there any more, and there is no answer then
   * @throws DatabaseError
   */
  async open<R extends AnsweredRecord>(
    projectId: string,
    row: ResultRow,
    record: R,
    signal?: AbortSource,
  ): Promise<RequestResult<R>> {
    const ended = row.status === 'completed' || row.status === 'failed';
    const outcome = { record, answer: null, contentDeleted: row.content_deleted };
    if (row.result_bytes === 0 || !ended) {
      return outcome;
    }
    try {
      if (row.result !== null) {
        const envelope = await this.keys.open(projectId, row.id, 'result', row.result);
        return { ...outcome, answer: unpackContent(envelope) };
      }
      return { ...outcome, answer: await this.openLarge(projectId, row, signal) };
    } catch (error) {
      if (error instanceof UnreadableError) {
        // The key was destroyed: for whoever asks, the content is gone.
        return { ...outcome, contentDeleted: true };
      }
      throw error;
    }
  }

  private async openLarge(
    projectId: string,
    { id, result_bytes: bytes }: ResultRow,
    signal?: AbortSource,
  ): Promise<RequestResult['answer']> {
    const share = await this.budget.take(bytes, signal);
    if (share === null) {
      return null;
    }
    try {
      const where = { kind: 'result', projectId, id, bytes } as const;
      const envelope = await openStored(this.pool, this.keys, where);
      return { ...unpackContent(envelope), hold: new AnswerHold(share) };
    } catch (error) {
      share.release();
      throw error;
    }
  }
}
