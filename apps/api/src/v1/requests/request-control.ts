import type { RequestOutcome, RequestReader, Scope } from '@reqrun/requests';

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
   * @param scope whose it must be
   * @param id its UUID
   * @returns the record as it is now
   * @throws ApiError `request_not_found`
   */
  async cancel(scope: Scope, id: string): Promise<RequestOutcome> {
    // What is past its deadline has failed: it can't be canceled any more.
    await this.readRecord(scope, id);
    await this.commands.cancel(scope, id);
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
      return this.read(scope, id);
    }
    throw new ApiError('not_retryable');
  }

  private async open(scope: Scope, id: string): Promise<boolean> {
    if (await this.commands.retry(scope, id)) {
      return true;
    }
    // The look ends what is past its deadline but was not ended by anybody.
    const { record, contentDeleted } = await this.readRecord(scope, id);
    const ended = record.status === 'failed' || record.status === 'canceled';
    if (ended && contentDeleted) {
      throw new ApiError('result_expired');
    }
    return ended && this.commands.retry(scope, id);
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
