import type { ProviderKind } from '@reqrun/contracts';
import type { ProviderRef } from '@reqrun/projects';
import { kindRules, type ProviderOutcome, type StreamOutcome } from '@reqrun/providers';
import type { Claim } from '@reqrun/requests';
import { classifyFailure, readHeaderWait, readLimits } from '@reqrun/retry-policy';

import { errorCodeOf, isNeverSent, toCallOutcome } from '../attempts/attempt-result.js';
import type { CallEnd } from './lane-watch.js';

/** Statuses of a provider that is overloaded or away. */
const isProvidersFault = (status: number): boolean => status >= 500 || status === 408;

/**
 * Tells what a call means for its lane.
 *
 * @param claim the request
 * @param outcome how its call has ended
 * @param kind kind of the provider
 * @param nowMs the wall clock, Unix ms
 * @returns null where nothing was sent
 */
export function callEndOf(
  { policy, planAt }: Claim,
  outcome: ProviderOutcome | StreamOutcome,
  kind: ProviderKind,
  nowMs: number,
): CallEnd | null {
  const end: CallEnd = {
    ...{ verdict: 'success', code: null, waitMs: null, slowsDown: false, tokens: null },
    limits:
      'headers' in outcome
        ? readLimits(kindRules(kind).limitsOf(outcome.headers, nowMs))
        : undefined,
    hasFallback: planAt < (policy.plan?.length ?? 1) - 1,
  };
  if (outcome.kind === 'success') {
    const tokens = outcome.usage?.['total_tokens'];
    return typeof tokens === 'number' ? { ...end, tokens } : end;
  }
  if (outcome.kind === 'aborted') {
    return { ...end, verdict: 'released' };
  }
  if (outcome.kind === 'network_error' && isNeverSent(outcome)) {
    return null;
  }
  const code = errorCodeOf(outcome);
  if (outcome.kind !== 'http_error') {
    const isOurs = outcome.kind === 'invalid_response' && outcome.reason === 'too_large';
    return { ...end, code, verdict: isOurs ? 'refused' : 'failure' };
  }
  const failure = toCallOutcome(outcome, kind, nowMs, policy.stream !== undefined);
  if (failure.kind !== 'http' || !isProvidersFault(outcome.httpStatus)) {
    const isLimit =
      outcome.httpStatus === 429 &&
      failure.kind === 'http' &&
      // A spent quota and a call that is too large are no matter of time.
      classifyFailure({ ...policy, onCodes: [429] }, failure).retryable;
    return {
      ...end,
      code,
      verdict: isLimit ? 'limited' : 'refused',
      waitMs: isLimit ? (readHeaderWait(failure, nowMs)?.ms ?? null) : null,
      slowsDown: failure.kind === 'http' && failure.codes.includes('slow_down'),
    };
  }
  return { ...end, code, verdict: 'failure' };
}

/**
 * Leaves out of a call what its lane must not learn from it.
 *
 * @param end the call
 * @param provider whether limits and failures of the provider count
 */
export function asFarAsCounted(
  end: CallEnd | null,
  { pacing, breaker }: Pick<ProviderRef, 'pacing' | 'breaker'>,
): CallEnd | null {
  if (end === null || (pacing === 'auto' && breaker === 'auto')) {
    return end;
  }
  const ignored = [
    ...(pacing === 'off' ? ['limited'] : []),
    ...(breaker === 'off' ? ['failure'] : []),
  ];
  return {
    ...end,
    verdict: ignored.includes(end.verdict) ? 'refused' : end.verdict,
    limits: pacing === 'off' ? undefined : end.limits,
  };
}
