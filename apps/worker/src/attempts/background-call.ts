import type { Logger } from '@reqrun/platform/logging';
import {
  backgroundResponse,
  finalOutcome,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';

import { idsOf } from './attempt-reporter.js';
import type { RunningAttempt } from './in-flight.js';
import {
  type BackgroundCall,
  delayOf,
  type ResponseLost,
  type RunningResponses,
  withMembers,
} from './running-responses.js';

/** Parts that calls in the background are made with. */
export interface BackgroundCallsOptions {
  provider: ProviderClient;
  running: RunningResponses;
  logger: Logger;
}

/** Members that the body of a call in the background has, whatever the caller wrote. */
const IN_BACKGROUND = { background: 'true', store: 'true' };

/**
 * Makes calls that the provider answers in the background: it returns an id at once, and the response is polled by
 * that id. The id is committed before anything else, so that another worker can go on where this one is lost.
 */
export class BackgroundCalls {
  /** @param options the parts */
  constructor(private readonly options: BackgroundCallsOptions) {}

  /**
   * Begins a response, or re-attaches to the one that a lost attempt has left, and waits for its end.
   *
   * @param running the attempt; its `response` is set while a response may run at the provider
   * @param call the call; its timeout is that of the whole response
   */
  async make(
    running: RunningAttempt,
    call: BackgroundCall,
  ): Promise<ProviderOutcome | ResponseLost> {
    const endsAt = performance.now() + call.timeoutMs;
    const { claim } = running;
    const { response } = claim;
    if (response !== undefined) {
      if (response.target !== call.identity) {
        return { kind: 'response_lost', detail: 'provider_changed' };
      }
      running.response = response;
      this.options.logger.info('attempt.reattached', idsOf(claim));
      return this.options.running.poll(running, response, call, endsAt, 0);
    }
    return this.begin(running, call, endsAt);
  }

  private async begin(
    running: RunningAttempt,
    call: BackgroundCall,
    endsAt: number,
  ): Promise<ProviderOutcome | ResponseLost> {
    const body = await withMembers(call.body, IN_BACKGROUND);
    const created = await this.options.provider.call({ ...call, body, expect: backgroundResponse });
    if (created.kind !== 'success') {
      return created;
    }
    const final = finalOutcome(created);
    if (final !== null) {
      return final;
    }
    const { answerId: id, httpStatus, headers, providerRequestId } = created;
    created.share?.release();
    if (id === null) {
      return {
        ...{ kind: 'invalid_response', reason: 'wrong_shape' },
        ...{ httpStatus, headers, providerRequestId },
      };
    }
    const response = { id, target: call.identity };
    if (!(await this.options.running.keep(running, response))) {
      // Nobody else knows of it.
      await this.options.running.cancel(response, call);
      return { kind: 'aborted' };
    }
    running.response = response;
    return this.options.running.poll(running, response, call, endsAt, delayOf(0, created));
  }
}
