import { type ErrorDetail, safeProviderErrorCode } from '@reqrun/contracts';
import { ADDRESS_REFUSED, passThroughHeaders, type ProviderOutcome } from '@reqrun/providers';
import type { AttemptResult, Claim } from '@reqrun/requests';
import { type CallOutcome, decideNextStep, messageVerdict } from '@reqrun/retry-policy';

import { errorDetailOf } from './error-detail.js';

/** What of the input a decision depends on. */
export interface DecisionInput {
  msUntilDeadline: number;
  /** The wall clock, Unix ms. */
  nowMs: number;
  /** In [0, 1). */
  random: number;
}

/** An outcome that says something about the request; an aborted call says nothing. */
export type ConclusiveOutcome = Exclude<ProviderOutcome, { kind: 'aborted' }>;

/** Why there was no call, or nothing to keep of it. */
type CodeWithoutCall =
  | 'payload_unreadable'
  | 'provider_not_configured'
  | 'provider_address_refused'
  | 'provider_response_invalid';

/** Causes that mean that nothing was sent, and that nothing would be the next time, with their codes. */
const NEVER_SENT: ReadonlyMap<string, CodeWithoutCall> = new Map([
  ['INVALID_BASE_URL', 'provider_not_configured'],
  ['INVALID_REQUEST', 'provider_not_configured'],
  [ADDRESS_REFUSED, 'provider_address_refused'],
]);

/**
 * Turns the end of a provider call into what is written: the policy decides, this only translates.
 *
 * @param claim the request and its attempt
 * @param outcome how the call ended
 * @param input the deadline's distance, the clock, a random number
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
  // Of one shape, whatever is decided: what follows reads it for every attempt.
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
 * The end of an attempt that leaves nothing to retry and nothing to show: no call could be made, or
 * its answer can't be kept.
 *
 * @param claim the request and its attempt
 * @param code why
 * @param detail why it came to that
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
    result: null,
  };
}

/**
 * Tells whether the detail is the reason of a retry: why an answer could not be used, since a second look
 * would find the same, and whether a call that took too long had begun to answer. Of all else the policy's
 * own reason says enough.
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

/** The provider's own answer, kept for the caller alone. */
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

/** Usage stands in clear in the record, so only counts may pass: text could be anything. */
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
