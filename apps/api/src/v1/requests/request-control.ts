import type { RequestOutcome, RequestReader, Tenant } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import type { RequestCommands } from '../../requests/request-commands.js';

/** Cancels and retries for applications, which are told where the request stands then. */
export class RequestControl {
  /**
   * @param commands change requests
   * @param reader reads records
   */
  constructor(
    private readonly commands: RequestCommands,
    private readonly reader: RequestReader,
  ) {}

  /**
   * Ends a request that has not ended.
   *
   * @param tenant whose it must be
   * @param id its UUID
   * @returns the record as it is now
   * @throws ApiError `request_not_found`
   */
  async cancel(tenant: Tenant, id: string): Promise<RequestOutcome> {
    // What is past its deadline has failed: it can't be canceled any more.
    await this.readRecord(tenant, id);
    await this.commands.cancel(tenant, id);
    return this.read(tenant, id);
  }

  /**
   * Opens a new round of a failed or canceled request. One that is past its deadline has failed.
   *
   * @param tenant whose it must be
   * @param id its UUID
   * @returns the record as it is now
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
    // The look ends what is past its deadline but was not ended by anybody.
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
