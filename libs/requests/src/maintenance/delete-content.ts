import { type Pool, run } from '@reqrun/platform/database';

import type { Tenant } from '../lifecycle/control.js';
import { DELETE_CONTENT } from '../sql/response-ids.js';

/**
 * Deletes what a request that has ended was sent and answered with. The record stays, without content.
 *
 * @param pool the database
 * @param tenant project and mode that it must belong to
 * @param id UUID of the request
 * @returns false where there is nothing to delete, or the request has not ended
 * @throws DatabaseError
 */
export async function deleteContent(pool: Pool, tenant: Tenant, id: string): Promise<boolean> {
  const rows = await run(pool, { name: 'requests-delete-content', text: DELETE_CONTENT }, [
    id,
    tenant.projectId,
    tenant.mode,
  ]);
  return rows.length > 0;
}
