import type { RequestMode } from '@reqrun/contracts';
import { inTransaction, type Pool, type Queryable, run } from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import { REOPEN_MINUTE } from '../sql/metrics.js';
import { CANCEL, RETRY } from '../sql/transitions/index.js';

/** Whose records a caller may touch. */
export interface Tenant {
  projectId: string;
  mode: RequestMode;
}

/**
 * Cancels a record that has not ended, also while it is processing: the fence keeps out an answer
 * that comes anyway.
 *
 * @param pool the database
 * @param tenant whose it must be
 * @param id its UUID
 * @returns whether this call ended it; false also when there is no such record
 * @throws DatabaseError
 */
export async function cancelRequest(pool: Pool, tenant: Tenant, id: string): Promise<boolean> {
  for (;;) {
    failpoint('cancel.before');
    const row = await touch<{ ended: boolean }>(pool, 'cancel', CANCEL, tenant, id);
    failpoint('cancel.after');
    if (row?.ended !== false) {
      return row !== undefined;
    }
    // Somebody else took a step of this record's life meanwhile, of which it has few.
  }
}

/**
 * Outcome of a retry. `refused`: the record is in another state, its payload is gone, or there is no
 * such record. `provider_changed`: it would go to another server than its project had when it was
 * accepted, and nobody has agreed to that.
 */
export type RetryOutcome = 'opened' | 'refused' | 'provider_changed';

/** Agrees to whatever provider the project has. */
const ANY_PROVIDER = 'infinity';

/**
 * Opens a new round of a failed or canceled record for the application that it belongs to. Where the
 * project's requests go is not asked: the application would send the same content there anew.
 *
 * @param pool the database
 * @param tenant whose it must be
 * @param id its UUID
 * @returns whether a round was opened
 * @throws DatabaseError
 */
export async function retryRequest(pool: Pool, tenant: Tenant, id: string): Promise<boolean> {
  return (await open(pool, tenant, id, ANY_PROVIDER)) === 'opened';
}

/**
 * The same for people, who do not see what the request says.
 *
 * @param pool the database
 * @param tenant whose it must be
 * @param id its UUID
 * @param agreed whether it may go to another provider than its project had when it was accepted
 * @throws DatabaseError
 */
export async function retryForPeople(
  pool: Pool,
  tenant: Tenant,
  id: string,
  agreed: boolean,
): Promise<RetryOutcome> {
  return open(pool, tenant, id, agreed ? ANY_PROVIDER : null);
}

async function open(
  pool: Pool,
  tenant: Tenant,
  id: string,
  agreedAt: string | null,
): Promise<RetryOutcome> {
  failpoint('retry.before');
  const outcome = await inTransaction(pool, (on) => retryWithin(on, tenant, id, agreedAt));
  failpoint('retry.after');
  return outcome;
}

/**
 * The same in a transaction. The figures of the minute that the record belongs to are computed anew.
 *
 * @param on a connection with a transaction
 * @param tenant whose it must be
 * @param id its UUID
 * @param agreedAt when somebody agreed to the provider of that time, as PostgreSQL prints it, or null
 * @throws DatabaseError
 */
export async function retryWithin(
  on: Queryable,
  tenant: Tenant,
  id: string,
  agreedAt: string | null,
): Promise<RetryOutcome> {
  const row = await touch<{ opened: boolean }>(on, 'retry', RETRY, tenant, id, [agreedAt]);
  if (row?.opened !== true) {
    return row === undefined ? 'refused' : 'provider_changed';
  }
  await run(on, { name: 'requests-reopen-minute', text: REOPEN_MINUTE }, [id]);
  return 'opened';
}

async function touch<Row extends object = object>(
  on: Queryable,
  name: 'cancel' | 'retry',
  text: string,
  tenant: Tenant,
  id: string,
  more: readonly unknown[] = [],
): Promise<(Row & { id: string }) | undefined> {
  const [row] = await run<Row & { id: string }>(on, { name: `requests-${name}`, text }, [
    id,
    tenant.projectId,
    tenant.mode,
    ...more,
  ]);
  return row;
}
