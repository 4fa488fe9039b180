import { randomUUID } from 'node:crypto';

import type { RequestMode } from '@reqrun/contracts';
import {
  DatabaseError,
  inTransaction,
  type Pool,
  run,
  type SqlRunner,
  toDatabaseError,
} from '@reqrun/platform/database';

import { retryWithin } from '../lifecycle/control.js';
import { type AdminFilter, AdminList } from '../sql/admin-queries.js';
import {
  FAIL_BULK_RETRY,
  FIND_BULK_RETRIES,
  NOTE_PORTION,
  ORDER_BULK_RETRY,
  READ_BULK_RETRY,
  READ_PROVIDER_CHANGE,
  TAKE_BULK_RETRY,
} from '../sql/bulk-retries.js';

/** Filter of a bulk retry. It always selects among failed requests only. */
export type BulkRetryFilter = Omit<
  AdminFilter,
  'statuses' | 'id' | 'idempotencyKey' | 'completedBefore' | 'acceptedBefore'
>;

/** A bulk retry with its progress. */
export interface BulkRetry {
  id: string;
  state: 'running' | 'completed' | 'failed';
  /** Number of matches at the time of the order; of a large set only a part is counted. */
  matched: number;
  retried: number;
  /**
   * Number of requests that could not be retried: another user was first, retention has deleted the body, or
   * they would go to another provider than before and the user has not agreed to that.
   */
  skipped: number;
  createdAt: Date;
  completedAt: Date | null;
}

interface BulkRetryRow {
  [column: string]: unknown;
  id: string;
  state: BulkRetry['state'];
  matched: number;
  retried: number;
  skipped: number;
  created_at: Date;
  completed_at: Date | null;
}

/** Records per transaction. It is small so that no other statement waits long for one of them. */
const PORTION = 50;

/** Orders bulk retries and reads their progress. Workers run them. */
export class BulkRetries {
  /** @param on the database, or a transaction */
  constructor(private readonly on: SqlRunner) {}

  /**
   * Returns the same operations within a transaction.
   *
   * @param transaction the transaction
   */
  within(transaction: SqlRunner): BulkRetries {
    return new BulkRetries(transaction);
  }

  /**
   * Counts the failed requests that a filter matches.
   *
   * @param projectId UUID of the project
   * @param filter the filter
   * @returns the count; `capped` when more may match than were read
   * @throws DatabaseError
   */
  async count(
    projectId: string,
    filter: BulkRetryFilter,
  ): Promise<{ matched: number; capped: boolean }> {
    const { text, values } = listOf(projectId, filter, null).count();
    const [row] = await this.rows<{ matched: number; capped: boolean }>(text, values);
    return row ?? { matched: 0, capped: false };
  }

  /**
   * Returns whether a filter matches requests that would go to another provider than their project had when
   * they were accepted.
   *
   * @param projectId UUID of the project
   * @param filter the filter
   * @throws DatabaseError
   */
  async goElsewhere(projectId: string, filter: BulkRetryFilter): Promise<boolean> {
    const [change] = await this.rows<{ changed_at: string }>(READ_PROVIDER_CHANGE, [projectId]);
    if (change === undefined || filter.mode === 'test') {
      return false;
    }
    const earlier = { ...filter, mode: 'live', acceptedBefore: change.changed_at } as const;
    const { text, values } = listOf(projectId, earlier, null).count();
    const [row] = await this.rows<{ matched: number; capped: boolean }>(text, values);
    return row !== undefined && (row.matched > 0 || row.capped);
  }

  /**
   * Orders a bulk retry.
   *
   * @param projectId UUID of the project
   * @param filter the filter, applied to requests that have failed by now
   * @param matched number of matches that a count has found
   * @param acceptsProviderChange whether they may go to the present provider if it is another than before
   * @throws DatabaseError
   */
  async order(
    projectId: string,
    filter: BulkRetryFilter,
    matched: number,
    acceptsProviderChange = false,
  ): Promise<BulkRetry> {
    const [row] = await this.rows<BulkRetryRow>(ORDER_BULK_RETRY, [
      randomUUID(),
      projectId,
      JSON.stringify(filter),
      matched,
      acceptsProviderChange,
    ]);
    if (row === undefined) {
      throw new DatabaseError('other', null);
    }
    return toBulkRetry(row);
  }

  /**
   * Reads a bulk retry with its progress.
   *
   * @param projectId UUID of the project that it must belong to
   * @param id UUID of the bulk retry
   * @returns null when there is none
   * @throws DatabaseError
   */
  async find(projectId: string, id: string): Promise<BulkRetry | null> {
    const [row] = await this.rows<BulkRetryRow>(READ_BULK_RETRY, [id, projectId]);
    return row === undefined ? null : toBulkRetry(row);
  }

  private async rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.on.query(text, values)).rows as Row[];
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/**
 * Returns the UUIDs of the bulk retries that are not done.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function unfinishedBulkRetries(pool: Pool): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, { name: 'bulk-find', text: FIND_BULK_RETRIES }, []);
  return rows.map(({ id }) => id);
}

/**
 * Runs a portion of a bulk retry, oldest records first. The new rounds and the progress are written in one
 * transaction: a worker that dies in between has changed nothing, and the next one continues after the last
 * record of the progress. Only requests that had failed at the time of the order are retried. One that fails
 * again is no longer among them, so each is retried once at most.
 *
 * @param pool the database
 * @param id UUID of the bulk retry
 * @returns number of requests that were retried; null when nothing is left, or another worker runs it
 * @throws DatabaseError
 */
export async function retryPortion(pool: Pool, id: string): Promise<number | null> {
  try {
    return await inTransaction(pool, async (on) => {
      const [taken] = await run<{
        project_id: string;
        filter: BulkRetryFilter;
        cursor_id: string | null;
        cursor_at: string | null;
        created_at: string;
        agreed_at: string | null;
        deleted: boolean;
      }>(on, { name: 'bulk-take', text: TAKE_BULK_RETRY }, [id]);
      if (taken === undefined) {
        return null;
      }
      if (taken.deleted) {
        await on.query(FAIL_BULK_RETRY, [id]);
        return null;
      }
      const { project_id: projectId, cursor_id, cursor_at } = taken;
      const list = listOf(
        projectId,
        { ...taken.filter, completedBefore: taken.created_at },
        cursor_id === null || cursor_at === null ? null : { id: cursor_id, createdAt: cursor_at },
      );
      const page = list.page(PORTION);
      const { rows } = await on.query<{ id: string; mode: RequestMode }>(page.text, page.values);
      // Read first, because a retried request is no longer among the failed ones.
      const boundary = list.boundary();
      const last =
        rows.length === PORTION
          ? rows.at(-1)
          : (await on.query<{ id: string }>(boundary.text, boundary.values)).rows[0];
      let retried = 0;
      for (const { id: requestId, mode } of rows) {
        const scope = { projectId, mode };
        const outcome = await retryWithin(on, scope, requestId, taken.agreed_at);
        retried += outcome === 'opened' ? 1 : 0;
      }
      await run(on, { name: 'bulk-note', text: NOTE_PORTION }, [
        id,
        retried,
        rows.length - retried,
        last?.id ?? null,
      ]);
      return retried;
    });
  } catch (error) {
    const reason = toDatabaseError(error);
    if (reason.kind === 'data') {
      // Another try would fail too.
      await pool.query(FAIL_BULK_RETRY, [id]).catch(() => undefined);
    }
    throw reason;
  }
}

function listOf(
  projectId: string,
  filter: BulkRetryFilter & Pick<AdminFilter, 'completedBefore' | 'acceptedBefore'>,
  from: { id: string; createdAt: string } | null,
): AdminList {
  return new AdminList(projectId, { ...filter, statuses: ['failed'] }, from, 'newer');
}

function toBulkRetry(row: BulkRetryRow): BulkRetry {
  return {
    id: row.id,
    state: row.state,
    matched: row.matched,
    retried: row.retried,
    skipped: row.skipped,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  };
}
