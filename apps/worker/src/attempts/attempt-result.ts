import { type ErrorDetail, type ProviderKind, safeProviderErrorCode } from '@reqrun/contracts';
import {
  ADDRESS_REFUSED,
  kindRules,
  passThroughHeaders,
  type ProviderOutcome,
  type StreamOutcome,
} from '@reqrun/providers';
import type { AttemptResult, Claim } from '@reqrun/requests';
import {
  type CallOutcome,
  decideNextStep,
  messageVerdict,
  modelsLeft,
  nextModel,
} from '@reqrun/retry-policy';

import { errorDetailOf } from './error-detail.js';

/** Inputs of a decision besides the claim and the outcome. */
export interface DecisionInput {
  /** Name of the provider that was called. */
  provider: string;
  /** Its kind, which says how it tells of its limits. */
  kind: ProviderKind;
  msUntilDeadline: number;
  /** The wall clock, Unix ms. */
  nowMs: number;
  /** Random number in [0, 1). */
  random: number;
}

/** An outcome from which a decision follows. An aborted call decides nothing. */
export type ConclusiveOutcome = Exclude<ProviderOutcome | StreamOutcome, { kind: 'aborted' }>;

/** Error codes of attempts that made no call, or whose answer can't be kept. */
type CodeWithoutCall = 'payload_unreadable' | CodeWithoutProvider | 'provider_response_invalid';

/** Those of attempts whose provider can't be called: another one may be. */
type CodeWithoutProvider = 'provider_not_configured' | 'provider_address_refused';

/** Causes that mean that nothing was sent and that a retry would send nothing either, with their codes. */
const NEVER_SENT: ReadonlyMap<string, CodeWithoutProvider> = new Map([
  ['INVALID_BASE_URL', 'provider_not_configured'],
  ['INVALID_REQUEST', 'provider_not_configured'],
  [ADDRESS_REFUSED, 'provider_address_refused'],
]);

/**
 * Tells whether a network error means that nothing was sent.
 *
 * @param outcome the error
 */
export const isNeverSent = ({ cause }: { cause: string }): boolean => NEVER_SENT.has(cause);

/**
 * Turns the outcome of a provider call into the result to commit. The policy decides; this only translates.
 *
 * @param claim the request and its attempt
 * @param outcome the outcome of the call
 * @param input the time until the deadline, the clock, a random number
 */
export function toAttemptResult(
  claim: Claim,
  outcome: ConclusiveOutcome,
  input: DecisionInput,
): AttemptResult {
  if (outcome.kind === 'network_error') {
    const code = NEVER_SENT.get(outcome.cause);
    if (code !== undefined) {
      return withoutProvider(claim, code, input.provider);
    }
  }
  const { msUntilDeadline, nowMs, random, provider, kind } = input;
  const { plan } = claim.policy;
  const step = decideNextStep(claim.policy, {
    outcome: toCallOutcome(outcome, kind, nowMs, claim.policy.stream !== undefined),
    retriesUsed: claim.retriesUsed,
    boundedFailures: claim.boundedFailures,
    ...modelsLeft(plan, claim.planAt),
    msUntilDeadline,
    nowMs,
    random,
  });
  const errorCode = errorCodeOf(outcome);
  const errorDetail = errorDetailOf(outcome);
  // All results have one shape, whatever is decided: the code that reads them runs for every attempt.
  const end = (
    status: AttemptResult['status'],
    recordErrorCode: string | null,
    decision: AttemptResult['decision'],
    result: AttemptResult['result'],
    next: AttemptResult['next'] = null,
  ): AttemptResult => ({
    claim,
    status,
    errorCode,
    errorDetail,
    recordErrorCode,
    httpStatus: 'httpStatus' in outcome ? outcome.httpStatus : null,
    providerRequestId: 'providerRequestId' in outcome ? outcome.providerRequestId : null,
    decision,
    provider,
    next,
    usage: outcome.kind === 'success' ? numbersOnly(outcome.usage) : null,
    answerId: outcome.kind === 'success' ? outcome.answerId : null,
    // The key is that of the model that was asked for, so the answer of a fallback is not kept.
    isCacheable:
      claim.policy.cache != null &&
      claim.planAt === 0 &&
      outcome.kind === 'success' &&
      outcome.isCacheable,
    result,
  });
  switch (step.action) {
    case 'succeed':
      return end(
        'completed',
        null,
        { action: 'succeed', reason: 'success', delay_ms: null, delay_source: null },
        answerOf(outcome),
      );
    case 'retry':
      return end(
        'retrying',
        null,
        {
          action: 'retry',
          reason: isTelling(outcome) ? (errorDetail ?? step.reason) : step.reason,
          delay_ms: step.delayMs,
          delay_source: step.delaySource,
        },
        null,
      );
    case 'fallback':
      return end(
        'retrying',
        null,
        { action: 'fallback', reason: step.reason, delay_ms: 0, delay_source: null },
        null,
        nextModel(plan, claim.planAt, step.to),
      );
    case 'fail':
      return end(
        'failed',
        step.reason === 'deadline_exceeded' || step.reason === 'retry_after_exceeds_deadline'
          ? step.reason
          : errorCode,
        { action: 'fail', reason: step.reason, delay_ms: null, delay_source: null },
        answerOf(outcome),
      );
  }
}

/**
 * The result of an attempt whose provider can't be called: the next model follows, where there is one.
 *
 * @param claim the request and its attempt
 * @param code the error code
 * @param provider name of the provider, where it is known
 */
export function withoutProvider(
  claim: Claim,
  code: CodeWithoutProvider,
  provider: string | null,
): AttemptResult {
  const { plan } = claim.policy;
  const next = nextModel(plan, claim.planAt, 'next');
  const failed = {
    ...failedWithoutCall(claim, code),
    provider: provider ?? plan?.[claim.planAt]?.provider ?? null,
  };
  return next === null
    ? failed
    : {
        ...failed,
        status: 'retrying',
        recordErrorCode: null,
        decision: { action: 'fallback', reason: code, delay_ms: 0, delay_source: null },
        next,
      };
}

/**
 * The result of an attempt that leaves nothing to retry and no answer: no call could be made, or its answer
 * can't be kept.
 *
 * @param claim the request and its attempt
 * @param code the error code
 * @param detail the cause of the error code; null for none
 */
export function failedWithoutCall(
  claim: Claim,
  code: CodeWithoutCall,
  detail: ErrorDetail | null = null,
): AttemptResult {
  return {
    claim,
    status: 'failed',
    errorCode: code,
    errorDetail: detail,
    recordErrorCode: code,
    httpStatus: null,
    providerRequestId: null,
    decision: { action: 'fail', reason: 'not_retryable', delay_ms: null, delay_source: null },
    provider: null,
    next: null,
    usage: null,
    answerId: null,
    isCacheable: false,
    result: null,
  };
}

/**
 * Returns whether the error detail replaces the policy's reason for a retry: for an answer that could not be
 * used, and for a call that timed out after its answer had begun. Otherwise the policy's reason is enough.
 */
function isTelling(outcome: ConclusiveOutcome): boolean {
  return (
    outcome.kind === 'invalid_response' || (outcome.kind === 'timeout' && outcome.phase === 'idle')
  );
}

/**
 * Translates the outcome of a call for the policy.
 *
 * @param outcome the outcome
 * @param kind kind of the provider
 * @param nowMs the wall clock, Unix ms
 * @param isStream whether the answer is a stream
 */
export function toCallOutcome(
  outcome: ConclusiveOutcome,
  kind: ProviderKind,
  nowMs: number,
  isStream: boolean,
): CallOutcome {
  switch (outcome.kind) {
    case 'success':
      return { kind: 'success' };
    case 'network_error':
      return { kind: 'network' };
    case 'timeout':
      return { kind: 'timeout' };
    case 'invalid_response':
      // A plain answer that is too long may be a proxy's; a stream was the model's, to that very frame.
      return { kind: 'invalid_response', isTooLong: isStream && outcome.reason === 'too_large' };
    // The answer was cut, and what came of it is no result.
    case 'stream_truncated':
      return { kind: 'invalid_response' };
    case 'http_error':
      return {
        kind: 'http',
        status: outcome.httpStatus,
        codes: outcome.error?.words ?? [],
        messageSays: messageVerdict(outcome.error?.message ?? ''),
        retryDelay: outcome.error?.retryDelay ?? null,
        headers: kindRules(kind).limitsOf(outcome.headers, nowMs),
      };
  }
}

/**
 * Returns the error code of an outcome.
 *
 * @param outcome the outcome
 * @returns null for a success
 */
export function errorCodeOf(outcome: ConclusiveOutcome): string | null {
  switch (outcome.kind) {
    case 'success':
      return null;
    case 'network_error':
      return 'network_error';
    case 'timeout':
      return 'timeout';
    case 'invalid_response':
      return 'provider_response_invalid';
    case 'stream_truncated':
      return 'stream_truncated';
    case 'http_error':
      return safeProviderErrorCode(outcome.httpStatus, outcome.error?.words ?? []);
  }
}

/** The provider's answer, kept for the caller alone. */
function answerOf(outcome: ConclusiveOutcome): AttemptResult['result'] {
  if ((outcome.kind !== 'success' && outcome.kind !== 'http_error') || outcome.body.length === 0) {
    return null;
  }
  const { httpStatus: status, contentType, providerRequestId, body } = outcome;
  const headers = passThroughHeaders(outcome.headers);
  if (providerRequestId !== null) {
    headers['x-provider-request-id'] = providerRequestId;
  }
  return {
    head: contentType === null ? { status, headers } : { status, contentType, headers },
    body,
  };
}

/** Usage is stored in the record in plain text, so only numbers are kept: text could be a secret. */
function numbersOnly(usage: Readonly<Record<string, unknown>> | null): AttemptResult['usage'] {
  if (usage === null) {
    return null;
  }
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(usage).slice(0, 50)) {
    if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) {
      continue;
    }
    if (typeof value === 'number') {
      kept[name] = value;
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      kept[name] = Object.fromEntries(
        Object.entries(value)
          .slice(0, 50)
          .filter(([key, count]) => /^[A-Za-z0-9_]{1,64}$/.test(key) && typeof count === 'number'),
      );
    }
  }
  return kept;
}
