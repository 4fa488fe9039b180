import type { ErrorDetail } from '@reqrun/contracts';
import { setMembers } from '@reqrun/platform/json';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { CallTarget } from '@reqrun/projects';
import {
  backgroundResponse,
  finalOutcome,
  OneTimeBody,
  type ProviderCall,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';
import type { ProviderResponses, RunningResponse } from '@reqrun/requests';
import { pollDelayMs } from '@reqrun/retry-policy';

import { idsOf } from './attempt-reporter.js';
import type { RunningAttempt } from './in-flight.js';
import { pause } from './pause.js';

/** Parts that calls in the background are made with. */
export interface BackgroundCallsOptions {
  provider: ProviderClient;
  responses: ProviderResponses;
  logger: Logger;
}

/** The response of a lost attempt can't be had any more. */
export interface ResponseLost {
  kind: 'response_lost';
  detail: ErrorDetail;
}

/** A call, with the identity of its target. */
export type BackgroundCall = Omit<ProviderCall, 'expect'> & Pick<CallTarget, 'identity'>;

/** Members that the body of a call in the background has, whatever the caller wrote. */
const IN_BACKGROUND = { background: 'true', store: 'true' };
/** Longest look at a running response, in ms. */
const LOOK_MS = 60_000;
/** Longest cancellation, in ms. */
const CANCEL_MS = 10_000;
/** Statuses of a look that say that the response is not to be had: it is gone, or is another account's. */
const LOST_STATUSES: ReadonlySet<number> = new Set([401, 403, 404]);
/** Pauses between tries to commit the id of a response, in ms: the database is away. */
const KEEP_RETRY_MS = [50, 100, 250, 500, 1_000];

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
      return this.poll(running, response, call, endsAt, 0);
    }
    return this.begin(running, call, endsAt);
  }

  private async begin(
    running: RunningAttempt,
    call: BackgroundCall,
    endsAt: number,
  ): Promise<ProviderOutcome | ResponseLost> {
    const body = await inBackground(call.body);
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
    if (!(await this.keep(running, response))) {
      // Nobody else knows of it.
      await this.cancel(response, call);
      return { kind: 'aborted' };
    }
    running.response = response;
    const delayMs = delayOf(0, created);
    return this.poll(running, response, call, endsAt, delayMs);
  }

  /** Commits the id, also while the database is away for a time. */
  private async keep(running: RunningAttempt, response: RunningResponse): Promise<boolean> {
    const { responses, logger } = this.options;
    for (let tries = 0; ; tries += 1) {
      try {
        return await responses.keep(running.claim, response);
      } catch (error) {
        logger.warn('response.not_kept', { ...idsOf(running.claim), ...errorFields(error) });
        await pause(KEEP_RETRY_MS[Math.min(tries, KEEP_RETRY_MS.length - 1)] ?? 0, running.abort);
        if (running.abort.aborted) {
          return false;
        }
      }
    }
  }

  /** Polls the response until it is final. A look that fails says nothing about the response. */
  private async poll(
    { abort }: RunningAttempt,
    { id }: RunningResponse,
    call: BackgroundCall,
    endsAt: number,
    firstDelayMs: number,
  ): Promise<ProviderOutcome | ResponseLost> {
    let delayMs = firstDelayMs;
    for (let polls = 1; ; polls += 1) {
      await pause(Math.min(delayMs, Math.max(0, endsAt - performance.now())), abort);
      const leftMs = endsAt - performance.now();
      if (abort.aborted) {
        return { kind: 'aborted' };
      }
      if (leftMs <= 0) {
        return { kind: 'timeout', phase: 'body' };
      }
      const got = await this.options.provider.passOn(
        'GET',
        { ...call, path: `${call.path}/${id}`, timeoutMs: Math.max(1, Math.min(LOOK_MS, leftMs)) },
        backgroundResponse,
      );
      if (got.kind === 'aborted') {
        return got;
      }
      if (got.kind === 'success' && got.answerId === id) {
        const final = finalOutcome(got);
        if (final !== null) {
          return final;
        }
      }
      if ('share' in got) {
        got.share?.release();
      }
      if (got.kind === 'http_error' && LOST_STATUSES.has(got.httpStatus)) {
        return { kind: 'response_lost', detail: 'response_gone' };
      }
      delayMs = delayOf(polls, got);
    }
  }

  /** Cancels a response at once, if the provider can be reached. */
  private async cancel({ id }: RunningResponse, call: BackgroundCall): Promise<void> {
    await this.options.provider.passOn('POST', {
      ...{ baseUrl: call.baseUrl, apiKey: call.apiKey, headers: call.headers },
      ...{ kind: call.kind, apiVersion: call.apiVersion },
      path: `${call.path}/${id}/cancel`,
      timeoutMs: CANCEL_MS,
    });
  }
}

/** The body of a call in the background. */
async function inBackground(body: ProviderCall['body']): Promise<ProviderCall['body']> {
  const change = (bytes: Buffer): Promise<Buffer> => setMembers(bytes, IN_BACKGROUND);
  if (!(body instanceof OneTimeBody)) {
    return change(body);
  }
  await body.edit(change);
  return body;
}

const delayOf = (polls: number, got: ProviderOutcome): number =>
  pollDelayMs({
    polls,
    answer: 'headers' in got ? got : null,
    nowMs: Date.now(),
    random: Math.random(),
  });
