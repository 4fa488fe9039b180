import type { RequestMode } from '@reqrun/contracts';
import { inTransaction, type Pool, type Queryable, run } from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import { REOPEN_MINUTE } from '../sql/metrics.js';
import { CANCEL, RETRY } from '../sql/transitions/index.js';

/** Project and mode of the records that a caller may access. */
export interface Tenant {
  projectId: string;
  mode: RequestMode;
}

/**
 * Cancels a record that has not ended, also while it is processing: the fence rejects an answer that
 * arrives later.
 *
 * @param pool the database
 * @param tenant project and mode that it must belong to
 * @param id UUID of the request
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
    // The record changed its state meanwhile, which it can do only a few times.
  }
}

/**
 * Outcome of a retry. `refused`: the record is in another state, its payload is gone, or it does not
 * exist. `provider_changed`: it would go to another server than its project had when it was accepted, and
 * the user has not agreed to that.
 */
export type RetryOutcome = 'opened' | 'refused' | 'provider_changed';

/** Time of an agreement to any provider that the project has. */
const ANY_PROVIDER = 'infinity';

/**
 * Opens a new round of a failed or canceled record for the application that it belongs to. A change of the
 * provider is not checked: the application would send the same content there anyway.
 *
 * @param pool the database
 * @param tenant project and mode that it must belong to
 * @param id UUID of the request
 * @returns whether a round was opened
 * @throws DatabaseError
 */
export async function retryRequest(pool: Pool, tenant: Tenant, id: string): Promise<boolean> {
  return (await open(pool, tenant, id, ANY_PROVIDER)) === 'opened';
}

/**
 * Opens a new round for a user, who can't see the content of the request.
 *
 * @param pool the database
 * @param tenant project and mode that it must belong to
 * @param id UUID of the request
 * @param agreed whether it may go to another provider than its project had when it was accepted
 * @throws DatabaseError
 */
export async function retryForUsers(
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
 * Opens a new round within a transaction. The metrics of the record's minute are computed anew.
 *
 * @param on a connection with a transaction
 * @param tenant project and mode that it must belong to
 * @param id UUID of the request
 * @param agreedAt time of a user's agreement to the provider, in PostgreSQL's format; null for none
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
