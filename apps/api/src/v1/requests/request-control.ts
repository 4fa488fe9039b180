import { requestIdFromUuid } from '@reqrun/contracts';
import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import {
  cancelRequest,
  type RequestOutcome,
  type RequestReader,
  retryRequest,
  type Scope,
} from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import type { ApiMetrics } from '../../metrics.js';

/** Cancels and retries: the statement first, then whoever should know at once. */
export class RequestControl {
  /**
   * @param pool the database
   * @param reader reads records
   * @param signals tells workers and waiters
   * @param metrics counts
   * @param logger one line per change
   */
  constructor(
    private readonly pool: Pool,
    private readonly reader: RequestReader,
    private readonly signals: SignalBus,
    private readonly metrics: ApiMetrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Ends a request that has not ended.
   *
   * @param scope whose it must be
   * @param id its UUID
   * @returns the record as it is now
   * @throws ApiError `request_not_found`
   */
  async cancel(scope: Scope, id: string): Promise<RequestOutcome> {
    // What is past its deadline has failed: it can't be canceled any more.
    await this.readRecord(scope, id);
    if (await cancelRequest(this.pool, scope, id)) {
      this.signals.publish('canceled', [id]);
      this.signals.publish('finished', [id]);
      this.metrics.finished.inc({ outcome: 'canceled', code: 'canceled' });
      this.logger.info('request', {
        request_id: requestIdFromUuid(id),
        project_id: scope.projectId,
        status: 'canceled',
        error_code: 'canceled',
      });
    }
    return this.read(scope, id);
  }

  /**
   * Opens a new round of a failed or canceled request. One that is past its deadline has failed.
   *
   * @param scope whose it must be
   * @param id its UUID
   * @returns the record as it is now
   * @throws ApiError `request_not_found`, `not_retryable`, or `result_expired` when its content is gone
   */
  async retry(scope: Scope, id: string): Promise<RequestOutcome> {
    if (await this.open(scope, id)) {
      this.signals.publish('due');
      this.logger.info('request retried', {
        request_id: requestIdFromUuid(id),
        project_id: scope.projectId,
      });
      return this.read(scope, id);
    }
    throw new ApiError('not_retryable');
  }

  private async open(scope: Scope, id: string): Promise<boolean> {
    if (await retryRequest(this.pool, scope, id)) {
      return true;
    }
    // The look ends what is past its deadline but was not ended by anybody.
    const { record, contentDeleted } = await this.readRecord(scope, id);
    const ended = record.status === 'failed' || record.status === 'canceled';
    if (ended && contentDeleted) {
      throw new ApiError('result_expired');
    }
    return ended && retryRequest(this.pool, scope, id);
  }

  private async readRecord(
    scope: Scope,
    id: string,
  ): Promise<Pick<RequestOutcome, 'record' | 'contentDeleted'>> {
    const found = await this.reader.getRecord(scope, id);
    if (found === null) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    return found;
  }

  private async read(scope: Scope, id: string): Promise<RequestOutcome> {
    const outcome = await this.reader.get(scope, id);
    if (outcome === null) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    return outcome;
  }
}
