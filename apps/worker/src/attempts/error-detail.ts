import type { ErrorDetail } from '@reqrun/contracts';
import type { CallPhase, ProviderOutcome, StreamOutcome } from '@reqrun/providers';

const OF_PHASE: Readonly<Record<CallPhase, ErrorDetail>> = {
  connect: 'no_connection',
  headers: 'no_answer',
  body: 'unfinished',
  ttft: 'no_first_token',
  idle: 'stalled',
};

/** Details by `ProviderNetworkError.cause`. Causes that are not listed are too rare to have one. */
const OF_CAUSE: ReadonlyMap<string, ErrorDetail> = new Map([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_lost'],
  ['EPIPE', 'connection_lost'],
  ['UND_ERR_SOCKET', 'connection_lost'],
  ['ENOTFOUND', 'name_not_found'],
  ['EAI_AGAIN', 'name_not_found'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['TLS', 'tls'],
  ['HTTP_PARSER', 'not_http'],
]);

/**
 * Returns the cause of a call's error code where the code alone does not tell it.
 *
 * @param outcome the outcome of the call
 * @returns null where there is nothing to add: an HTTP status is enough
 */
export function errorDetailOf(outcome: ProviderOutcome | StreamOutcome): ErrorDetail | null {
  switch (outcome.kind) {
    case 'invalid_response':
      return outcome.reason;
    case 'timeout':
      return OF_PHASE[outcome.phase];
    case 'network_error':
      return OF_CAUSE.get(outcome.cause) ?? null;
    case 'success':
    case 'http_error':
    case 'stream_truncated':
    case 'aborted':
      return null;
  }
}
