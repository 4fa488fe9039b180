import type { Pool } from '@reqrun/platform/database';
import {
  cancelRequest,
  type RequestEvents,
  type RequestRecovery,
  retryForPeople,
  type RetryOutcome,
  retryRequest,
  type Tenant,
} from '@reqrun/requests';

/**
 * Commands of applications and users to a request: the statement first, then what follows it. They write
 * states, which the role of the admin API may not, so they work on the process's own connections.
 */
export class RequestCommands {
  /**
   * @param pool the process's own connections
   * @param recovery ends what is past its deadline
   * @param events tells, counts and logs
   */
  constructor(
    private readonly pool: Pool,
    private readonly recovery: RequestRecovery,
    private readonly events: RequestEvents,
  ) {}

  /**
   * Ends a request that has not ended.
   *
   * @param tenant whose it must be
   * @param id its UUID
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
   * @param tenant whose it must be
   * @param id its UUID
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
   * The same for users, who do not see what the request says.
   *
   * @param tenant whose it must be
   * @param id its UUID
   * @param agreed whether it may go to another provider than its project had when it was accepted
   * @throws DatabaseError
   */
  async retryForPeople(tenant: Tenant, id: string, agreed: boolean): Promise<RetryOutcome> {
    const outcome = await retryForPeople(this.pool, tenant, id, agreed);
    if (outcome === 'opened') {
      this.events.reopened(id, tenant.projectId);
    }
    return outcome;
  }

  /**
   * Ends a request that is past its deadline, as every look at it does.
   *
   * @param id its UUID
   * @throws DatabaseError
   */
  async expire(id: string): Promise<void> {
    await this.recovery.expireIfOverdue([id]);
  }
}
