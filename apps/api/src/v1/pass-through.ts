import { type ErrorCode, statusForCaller } from '@reqrun/contracts';
import { passThroughHeaders, type ProviderOutcome } from '@reqrun/providers';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../http/api-error.js';

/** Longest time that the provider may take for a call that is passed on, in ms. */
export const PASS_THROUGH_TIMEOUT_MS = 30_000;

/**
 * Answers with what the provider answered to a call that was passed on.
 *
 * @param reply the answer
 * @param outcome of the call
 * @throws ApiError where the provider gave no answer that the caller may see
 */
export function sendPassedOn(reply: FastifyReply, outcome: ProviderOutcome): void {
  if (
    outcome.kind === 'success' ||
    (outcome.kind === 'http_error' &&
      outcome.body.length > 0 &&
      statusForCaller(outcome.httpStatus) === outcome.httpStatus)
  ) {
    void reply
      .code(outcome.httpStatus)
      .headers(passThroughHeaders(outcome.headers))
      .header('content-type', outcome.contentType ?? 'application/json')
      .send(outcome.body);
    return;
  }
  throw new ApiError(errorCodeOf(outcome));
}

/**
 * The code of a call that was passed on and failed.
 *
 * @param outcome of the call
 */
export function errorCodeOf(outcome: ProviderOutcome): ErrorCode {
  switch (outcome.kind) {
    case 'timeout':
      return 'timeout';
    case 'network_error':
    case 'aborted':
      return 'network_error';
    case 'http_error':
      return outcome.httpStatus === 401 || outcome.httpStatus === 403
        ? 'provider_auth_failed'
        : 'provider_response_invalid';
    case 'success':
    case 'invalid_response':
      return 'provider_response_invalid';
  }
}
