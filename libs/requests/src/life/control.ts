import type { RequestMode } from '@reqrun/contracts';
import {
  inTransaction,
  type Pool,
  type Queryable,
  run,
  toDatabaseError,
} from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import { REOPEN_MINUTE } from '../sql/metrics.js';
import { CANCEL, RETRY } from '../sql/transitions/index.js';

/** Whose records a caller may touch. */
export interface Scope {
  projectId: string;
  mode: RequestMode;
}

/**
 * Cancels a record that has not ended, also while it is processing: the fence keeps out an answer
 * that comes anyway.
 *
 * @param pool the database
 * @param scope whose it must be
 * @param id its UUID
 * @returns whether this call ended it; false also when there is no such record
 * @throws DatabaseError
 */
export async function cancelRequest(pool: Pool, scope: Scope, id: string): Promise<boolean> {
  for (;;) {
    failpoint('cancel.before');
    const row = await touch<{ ended: boolean }>(pool, 'cancel', CANCEL, scope, id);
    failpoint('cancel.after');
    if (row?.ended !== false) {
      return row !== undefined;
    }
    // Somebody else took a step of this record's life meanwhile, of which it has few.
  }
}

/**
 * Opens a new round of a failed or canceled record.
 *
 * @param pool the database
 * @param scope whose it must be
 * @param id its UUID
 * @returns whether a round was opened; false when the record is in another state, its payload is
 *   gone, or there is no such record
 * @throws DatabaseError
 */
export async function retryRequest(pool: Pool, scope: Scope, id: string): Promise<boolean> {
  failpoint('retry.before');
  const opened = await inTransaction(pool, (on) => retryWithin(on, scope, id)).catch(
    (error: unknown) => {
      throw toDatabaseError(error);
    },
  );
  failpoint('retry.after');
  return opened;
}

/**
 * The same in a transaction. The figures of the minute that the record belongs to are computed anew.
 *
 * @param on a connection with a transaction
 * @param scope whose it must be
 * @param id its UUID
 * @returns whether a round was opened
 * @throws DatabaseError
 */
export async function retryWithin(on: Queryable, scope: Scope, id: string): Promise<boolean> {
  if ((await touch(on, 'retry', RETRY, scope, id)) === undefined) {
    return false;
  }
  await run(on, { name: 'requests-reopen-minute', text: REOPEN_MINUTE }, [id]);
  return true;
}

async function touch<Row extends object = object>(
  on: Queryable,
  name: 'cancel' | 'retry',
  text: string,
  scope: Scope,
  id: string,
): Promise<(Row & { id: string }) | undefined> {
  const [row] = await run<Row & { id: string }>(on, { name: `requests-${name}`, text }, [
    id,
    scope.projectId,
    scope.mode,
  ]).catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  return row;
}
