import type { RequestOutcome, RequestReader, Tenant } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import type { RequestCommands } from '../../requests/request-commands.js';

/** Cancels and retries requests for applications, and returns the resulting record. */
export class RequestControl {
  /**
   * @param commands cancels and retries requests
   * @param reader reads records
   */
  constructor(
    private readonly commands: RequestCommands,
    private readonly reader: RequestReader,
  ) {}

  /**
   * Cancels a request that has not ended.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns the resulting record
   * @throws ApiError `request_not_found`
   */
  async cancel(tenant: Tenant, id: string): Promise<RequestOutcome> {
    // A request past its deadline has failed and can't be canceled any more.
    await this.readRecord(tenant, id);
    await this.commands.cancel(tenant, id);
    return this.read(tenant, id);
  }

  /**
   * Opens a new round of a failed or canceled request. A request past its deadline has failed.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns the resulting record
   * @throws ApiError `request_not_found`, `not_retryable`, or `result_expired` when its content is gone
   */
  async retry(tenant: Tenant, id: string): Promise<RequestOutcome> {
    if (await this.open(tenant, id)) {
      return this.read(tenant, id);
    }
    throw new ApiError('not_retryable');
  }

  private async open(tenant: Tenant, id: string): Promise<boolean> {
    if (await this.commands.retry(tenant, id)) {
      return true;
    }
    // The read ends a request that is past its deadline and was not ended yet.
    const { record, contentDeleted } = await this.readRecord(tenant, id);
    const ended = record.status === 'failed' || record.status === 'canceled';
    if (ended && contentDeleted) {
      throw new ApiError('result_expired');
    }
    return ended && this.commands.retry(tenant, id);
  }

  private async readRecord(
    tenant: Tenant,
    id: string,
  ): Promise<Pick<RequestOutcome, 'record' | 'contentDeleted'>> {
    const found = await this.reader.getRecord(tenant, id);
    if (found === null) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    return found;
  }

  private async read(tenant: Tenant, id: string): Promise<RequestOutcome> {
    const outcome = await this.reader.get(tenant, id);
    if (outcome === null) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    return outcome;
  }
}
