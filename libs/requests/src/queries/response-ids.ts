import { type Pool, run } from '@reqrun/platform/database';

import type { Tenant } from '../lifecycle/control.js';
import {
  FIND_OWN_RESPONSE_OF_REQUEST,
  FIND_REQUEST_OF_RESPONSE,
  FIND_RESPONSE_OF_REQUEST,
} from '../sql/response-ids.js';

/** Ids under which providers keep answers, and the requests that they belong to. */
export class ResponseIds {
  /** @param pool the database */
  constructor(private readonly pool: Pool) {}

  /**
   * The request that a provider's id belongs to.
   *
   * @param tenant project and mode
   * @param responseId the provider's id
   * @returns its UUID, and the log that said the id; null where there is none in this tenant
   * @throws DatabaseError
   */
  async requestOf(
    { projectId, mode }: Tenant,
    responseId: string,
  ): Promise<{ id: string; log: number | null } | null> {
    const [row] = await run<{ request_id: string; log: number | null }>(
      this.pool,
      { name: 'requests-of-response', text: FIND_REQUEST_OF_RESPONSE },
      [projectId, mode, responseId],
    );
    return row === undefined ? null : { id: row.request_id, log: row.log };
  }

  /**
   * The provider's id of a completed request.
   *
   * @param tenant project and mode
   * @param requestId UUID of the request
   * @returns null where it has none, is not completed, or its content is deleted
   * @throws DatabaseError
   */
  async responseOf({ projectId, mode }: Tenant, requestId: string): Promise<string | null> {
    const [row] = await run<{ response_id: string }>(
      this.pool,
      { name: 'requests-response-of', text: FIND_RESPONSE_OF_REQUEST },
      [projectId, mode, requestId],
    );
    return row?.response_id ?? null;
  }

  /**
   * The provider's id of a completed request that made its answer itself: one that got it from the cache has no
   * right to delete it.
   *
   * @param tenant project and mode
   * @param requestId UUID of the request
   * @returns null where it has none
   * @throws DatabaseError
   */
  async ownResponseOf({ projectId, mode }: Tenant, requestId: string): Promise<string | null> {
    const [row] = await run<{ response_id: string }>(
      this.pool,
      { name: 'requests-own-response-of', text: FIND_OWN_RESPONSE_OF_REQUEST },
      [projectId, mode, requestId],
    );
    return row?.response_id ?? null;
  }
}
