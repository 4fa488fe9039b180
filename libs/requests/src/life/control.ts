import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import { CANCEL, RETRY } from '../sql/transitions.js';

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
export function cancelRequest(pool: Pool, scope: Scope, id: string): Promise<boolean> {
  return touch(pool, 'cancel', CANCEL, scope, id);
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
export function retryRequest(pool: Pool, scope: Scope, id: string): Promise<boolean> {
  return touch(pool, 'retry', RETRY, scope, id);
}

async function touch(
  pool: Pool,
  name: 'cancel' | 'retry',
  text: string,
  scope: Scope,
  id: string,
): Promise<boolean> {
  failpoint(`${name}.before`);
  const rows = await run<{ id: string }>(pool, { name: `requests-${name}`, text }, [
    id,
    scope.projectId,
    scope.mode,
  ]).catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  failpoint(`${name}.after`);
  return rows.length > 0;
}
