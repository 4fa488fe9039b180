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

/** Parts with which responses in the background are kept and looked at. */
export interface RunningResponsesOptions {
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

/** Statuses of a look that say that the response is not to be had: it is gone, or is another account's. */
export const LOST_STATUSES: ReadonlySet<number> = new Set([401, 403, 404]);
/** Longest look at a running response, in ms. */
const LOOK_MS = 60_000;
/** Longest cancellation, in ms. */
const CANCEL_MS = 10_000;
/** Pauses between tries to write or read the table, in ms: the database is away. */
const TABLE_RETRY_MS = [50, 100, 250, 500, 1_000];

/** Responses that run in the background at a provider, as the attempts of this worker wait for them. */
export class RunningResponses {
  /** @param options the parts */
  constructor(private readonly options: RunningResponsesOptions) {}

  /**
   * Commits the id of a response, also while the database is away for a time.
   *
   * @param running the attempt
   * @param response the response
   * @returns false when the attempt does not count any more
   */
  async keep(running: RunningAttempt, response: RunningResponse): Promise<boolean> {
    const { responses, logger } = this.options;
    const kept = await untilDone(
      running,
      () => responses.keep(running.claim, response),
      (error) =>
        logger.warn('response.not_kept', { ...idsOf(running.claim), ...errorFields(error) }),
    );
    return kept ?? false;
  }

  /**
   * Polls a response until it is final. A look that fails says nothing about the response.
   *
   * @param running the attempt
   * @param response the response
   * @param call the call; its path is that of the endpoint
   * @param endsAt `performance.now()` at which the time of the call is up
   * @param firstDelayMs pause before the first look, in ms
   */
  async poll(
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

  /**
   * Cancels a response at once, if the provider can be reached.
   *
   * @param response the response
   * @param call the call that began it
   */
  async cancel({ id }: RunningResponse, call: BackgroundCall): Promise<void> {
    await this.options.provider.passOn('POST', {
      ...{ baseUrl: call.baseUrl, apiKey: call.apiKey, headers: call.headers },
      ...{ kind: call.kind, apiVersion: call.apiVersion },
      path: `${call.path}/${id}/cancel`,
      timeoutMs: CANCEL_MS,
    });
  }
}

/**
 * Does something that needs the database, also while that is away for a time.
 *
 * @param running the attempt
 * @param act what is done; its errors are taken for the database's
 * @param onError told of each failure
 * @returns null when the attempt was aborted before it was done
 */
export async function untilDone<T>(
  { abort }: RunningAttempt,
  act: () => Promise<T>,
  onError: (error: unknown) => void,
): Promise<T | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      onError(error);
      await pause(TABLE_RETRY_MS[Math.min(tries, TABLE_RETRY_MS.length - 1)] ?? 0, abort);
      if (abort.aborted) {
        return null;
      }
    }
  }
}

/**
 * Sets members of the body of a call in the background, whatever the caller wrote.
 *
 * @param body the body
 * @param members JSON by name
 */
export async function withMembers(
  body: ProviderCall['body'],
  members: Readonly<Record<string, string>>,
): Promise<ProviderCall['body']> {
  const change = (bytes: Buffer): Promise<Buffer> => setMembers(bytes, members);
  if (!(body instanceof OneTimeBody)) {
    return change(body);
  }
  await body.edit(change);
  return body;
}

/**
 * Pause before the next look at a running response.
 *
 * @param polls number of looks so far
 * @param got what the last one, or the creation, was answered with
 * @returns milliseconds
 */
export const delayOf = (polls: number, got: ProviderOutcome): number =>
  pollDelayMs({
    polls,
    answer: 'headers' in got ? got : null,
    nowMs: Date.now(),
    random: Math.random(),
  });
