import type { AbortSource } from '@reqrun/platform/abort';
import { type ByteBudget, type ByteShare } from '@reqrun/platform/budget';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';

import { unpackContent } from '../content/content-frame.js';
import type { RequestResult } from './request-result.js';
import { type AnsweredRecord, type AnsweredRow, toAnsweredBy } from './record-row.js';
import { openStored } from '../content/stored-content.js';

/** Row of a record with its sealed result; of a large result, only the length. */
export type ResultRow = AnsweredRow & {
  result: Buffer | null;
  /** Length of the sealed result, in bytes; 0 where there is none. */
  result_bytes: number;
};

/** Share of the memory budget that a large answer holds. It is given back once the answer is sent. */
export class AnswerHold {
  private users = 1;

  /** @param share the share, which the last user gives back */
  constructor(private readonly share: ByteShare) {}

  /**
   * Shares the answer among several users.
   *
   * @param count number of users, each of which will call `done`; 0 gives the share back at once
   */
  shareAmong(count: number): void {
    this.users = count;
    if (count === 0) {
      this.share.release();
    }
  }

  /** Notes that one user no longer needs the answer. */
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
   * @param keys the data keys of results
   * @param budget the memory budget of large answers
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    private readonly budget: ByteBudget,
  ) {}

  /**
   * Opens a record's answer. A large one comes with an `AnswerHold`, which must be given back.
   *
   * @param projectId UUID of the project
   * @param row the row, with its sealed result
   * @param record the record of the API
   * @param signal ends the wait for memory when the client is gone; there is no answer then
   * @throws DatabaseError
   */
  async open<R extends AnsweredRecord>(
    projectId: string,
    row: ResultRow,
    record: R,
    signal?: AbortSource,
  ): Promise<RequestResult<R>> {
    const ended = row.status === 'completed' || row.status === 'failed';
    const outcome = {
      record,
      answeredBy: toAnsweredBy(row),
      answer: null,
      cacheAgeS: row.cache_age,
      contentDeleted: row.content_deleted,
    };
    // The answer of another record outlives the content of this one.
    if (row.result_bytes === 0 || !ended || row.content_deleted) {
      return outcome;
    }
    try {
      if (row.result !== null) {
        const envelope = await this.keys.open(projectId, ownerOf(row), 'result', row.result);
        return { ...outcome, answer: unpackContent(envelope) };
      }
      return { ...outcome, answer: await this.openLarge(projectId, row, signal) };
    } catch (error) {
      if (error instanceof UnreadableError) {
        // The key was destroyed. For the reader, the content is gone.
        return { ...outcome, contentDeleted: true };
      }
      throw error;
    }
  }

  private async openLarge(
    projectId: string,
    row: ResultRow,
    signal?: AbortSource,
  ): Promise<RequestResult['answer']> {
    const bytes = row.result_bytes;
    const share = await this.budget.take(bytes, signal);
    if (share === null) {
      return null;
    }
    try {
      const where = { kind: 'result', projectId, id: ownerOf(row), bytes } as const;
      const envelope = await openStored(this.pool, this.keys, where);
      return { ...unpackContent(envelope), hold: new AnswerHold(share) };
    } catch (error) {
      share.release();
      throw error;
    }
  }
}

/** Returns the UUID of the record that a result was sealed for. */
const ownerOf = ({ id, cached_from: source }: ResultRow): string => source ?? id;
