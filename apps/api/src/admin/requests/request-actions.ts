import { requestIdFromUuid } from '@reqrun/contracts';
import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import {
  cancelRequest,
  type RequestRecovery,
  retryForPeople,
  type RetryOutcome,
  type Scope,
} from '@reqrun/requests';

import type { ApiMetrics } from '../../metrics.js';

/**
 * What people may do to a request. It writes states, which the role of the admin API may not, so it
 * works on the process's own connections; it reads nothing there.
 */
export class RequestActions {
  /**
   * @param pool the process's own connections
   * @param recovery ends what is past its deadline
   * @param signals tells workers and waiters
   * @param metrics counts
   * @param logger one line per change
   */
  constructor(
    private readonly pool: Pool,
    private readonly recovery: RequestRecovery,
    private readonly signals: SignalBus,
    private readonly metrics: ApiMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Ends a request that has not ended.
   *
   * @param scope whose it is
   * @param id its UUID
   * @returns whether this call ended it
   * @throws DatabaseError
   */
  async cancel(scope: Scope, id: string): Promise<boolean> {
    if (!(await cancelRequest(this.pool, scope, id))) {
      return false;
    }
    this.signals.publish('canceled', [id]);
    this.signals.publish('finished', [id]);
    this.metrics.finished.inc({ outcome: 'canceled', code: 'canceled' });
    this.logger.info('request', {
      request_id: requestIdFromUuid(id),
      project_id: scope.projectId,
      status: 'canceled',
      error_code: 'canceled',
    });
    return true;
  }

  /**
   * Opens a new round of a failed or canceled request.
   *
   * @param scope whose it is
   * @param id its UUID
   * @param agreed whether it may go to another provider than its project had when it was accepted
   * @throws DatabaseError
   */
  async retry(scope: Scope, id: string, agreed: boolean): Promise<RetryOutcome> {
    const outcome = await retryForPeople(this.pool, scope, id, agreed);
    if (outcome !== 'opened') {
      return outcome;
    }
    this.signals.publish('due');
    this.logger.info('request retried', {
      request_id: requestIdFromUuid(id),
      project_id: scope.projectId,
    });
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
