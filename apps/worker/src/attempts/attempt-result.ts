import { type ErrorDetail, safeProviderErrorCode } from '@reqrun/contracts';
import { ADDRESS_REFUSED, passThroughHeaders, type ProviderOutcome } from '@reqrun/providers';
import type { AttemptResult, Claim } from '@reqrun/requests';
import { type CallOutcome, decideNextStep, messageVerdict } from '@reqrun/retry-policy';

import { errorDetailOf } from './error-detail.js';

/** Inputs of a decision besides the claim and the outcome. */
export interface DecisionInput {
  msUntilDeadline: number;
  /** The wall clock, Unix ms. */
  nowMs: number;
  /** Random number in [0, 1). */
  random: number;
}

/** An outcome from which a decision follows. An aborted call decides nothing. */
export type ConclusiveOutcome = Exclude<ProviderOutcome, { kind: 'aborted' }>;

/** Error codes of attempts that made no call, or whose answer can't be kept. */
type CodeWithoutCall =
  | 'payload_unreadable'
  | 'provider_not_configured'
  | 'provider_address_refused'
  | 'provider_response_invalid';

/** Causes that mean that nothing was sent and that a retry would send nothing either, with their codes. */
const NEVER_SENT: ReadonlyMap<string, CodeWithoutCall> = new Map([
  ['INVALID_BASE_URL', 'provider_not_configured'],
  ['INVALID_REQUEST', 'provider_not_configured'],
  [ADDRESS_REFUSED, 'provider_address_refused'],
]);

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
      return failedWithoutCall(claim, code);
    }
  }
  const { msUntilDeadline, nowMs, random } = input;
  const step = decideNextStep(claim.policy, {
    outcome: toCallOutcome(outcome),
    retriesUsed: claim.retriesUsed,
    boundedFailures: claim.boundedFailures,
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
  ): AttemptResult => ({
    claim,
    status,
    errorCode,
    errorDetail,
    recordErrorCode,
    httpStatus: 'httpStatus' in outcome ? outcome.httpStatus : null,
    providerRequestId: 'providerRequestId' in outcome ? outcome.providerRequestId : null,
    decision,
    usage: outcome.kind === 'success' ? numbersOnly(outcome.usage) : null,
    answerId: outcome.kind === 'success' ? outcome.answerId : null,
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
    usage: null,
    answerId: null,
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

function toCallOutcome(outcome: ConclusiveOutcome): CallOutcome {
  switch (outcome.kind) {
    case 'success':
      return { kind: 'success' };
    case 'network_error':
      return { kind: 'network' };
    case 'timeout':
      return { kind: 'timeout' };
    case 'invalid_response':
      return { kind: 'invalid_response' };
    case 'http_error':
      return {
        kind: 'http',
        status: outcome.httpStatus,
        codes: outcome.error?.words ?? [],
        messageSays: messageVerdict(outcome.error?.message ?? ''),
        retryDelay: outcome.error?.retryDelay ?? null,
        headers: outcome.headers,
      };
  }
}

function errorCodeOf(outcome: ConclusiveOutcome): string | null {
  switch (outcome.kind) {
    case 'success':
      return null;
    case 'network_error':
      return 'network_error';
    case 'timeout':
      return 'timeout';
    case 'invalid_response':
      return 'provider_response_invalid';
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
