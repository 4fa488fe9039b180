import type { Pool } from '@reqrun/platform/database';
import {
  cancelRequest,
  type RequestEvents,
  type RequestRecovery,
  retryForUsers,
  type RetryOutcome,
  retryRequest,
  type Tenant,
} from '@reqrun/requests';

/**
 * Commands of applications and users to a request: first the statement, then its events. They write
 * statuses, which the role of the admin API may not, so they use the process's own connections.
 */
export class RequestCommands {
  /**
   * @param pool the process's own connections
   * @param recovery ends requests that are past their deadline
   * @param events publishes, counts and logs changes
   */
  constructor(
    private readonly pool: Pool,
    private readonly recovery: RequestRecovery,
    private readonly events: RequestEvents,
  ) {}

  /**
   * Cancels a request that has not ended.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns whether this call ended it
   * @throws DatabaseError
   */
  async cancel(tenant: Tenant, id: string): Promise<boolean> {
    if (!(await cancelRequest(this.pool, tenant, id))) {
      return false;
    }
    const { projectId } = tenant;
    this.events.ended([{ id, projectId, status: 'canceled', errorCode: 'canceled' }], {
      mayBeRunning: true,
    });
    return true;
  }

  /**
   * Opens a new round of a failed or canceled request for the application that it belongs to.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns whether a round was opened
   * @throws DatabaseError
   */
  async retry(tenant: Tenant, id: string): Promise<boolean> {
    const isOpened = await retryRequest(this.pool, tenant, id);
    if (isOpened) {
      this.events.reopened(id, tenant.projectId);
    }
    return isOpened;
  }

  /**
   * Opens a new round for a user, who can't see the content of the request.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @param agreed whether it may go to another provider than its project had when it was accepted
   * @throws DatabaseError
   */
  async retryForUsers(tenant: Tenant, id: string, agreed: boolean): Promise<RetryOutcome> {
    const outcome = await retryForUsers(this.pool, tenant, id, agreed);
    if (outcome === 'opened') {
      this.events.reopened(id, tenant.projectId);
    }
    return outcome;
  }

  /**
   * Ends the requests that are past their deadline, as every read of one does.
   *
   * @param ids UUIDs of requests
   * @throws DatabaseError
   */
  async expire(ids: readonly string[]): Promise<void> {
    await this.recovery.expireIfOverdue(ids);
  }
}
