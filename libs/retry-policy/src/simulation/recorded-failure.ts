import type { CallFailure, HttpFailure } from '../call-failure.js';
import { classifyFailure } from '../classify-failure.js';
import type { RequestPolicy } from '../request-policy.js';
import type { RecordedAttempt } from './recorded.js';

/**
 * Failure of an attempt as far as its record tells it.
 *
 * - a {@link CallFailure}: any policy can decide about it.
 * - `not_called`: its provider could not be called, so the next model follows, where there is one.
 * - `final`: no policy changes it, or the record does not say why it was final.
 */
export type RecordedFailure =
  CallFailure | { readonly kind: 'not_called' } | { readonly kind: 'final' };

const NOT_CALLED: ReadonlySet<string | null> = new Set([
  'provider_not_configured',
  'provider_address_refused',
]);
const INVALID_ANSWERS: ReadonlySet<string | null> = new Set([
  'provider_response_invalid',
  'stream_truncated',
]);
/** Reasons to fail that come only after the failure was found retryable. */
const RETRYABLE_REASONS: ReadonlySet<string | null> = new Set([
  'retries_exhausted',
  'retry_after_exceeds_deadline',
  'deadline_exceeded',
]);
const FINAL: RecordedFailure = { kind: 'final' };

/**
 * Rebuilds the failure of an attempt from its record. Messages and headers of providers are not kept, so what they
 * said is read from the decision that followed: it must come out the same under the same policy.
 *
 * @param attempt an attempt that failed
 * @param policy the policy that decided
 */
export function recordedFailure(attempt: RecordedAttempt, policy: RequestPolicy): RecordedFailure {
  if (NOT_CALLED.has(attempt.errorCode)) {
    return { kind: 'not_called' };
  }
  const failure = failureOf(attempt, policy.deadlineMs);
  const wasRetryable = retryableByRecord(attempt);
  if (failure === null || wasRetryable === null) {
    return failure ?? FINAL;
  }
  if (classifyFailure(policy, failure).retryable === wasRetryable) {
    return failure;
  }
  if (failure.kind !== 'http' || (!wasRetryable && attempt.reason !== 'x-should-retry')) {
    // The provider's message forbade it, or the answer could not be stored.
    return FINAL;
  }
  return withHeaders(failure, { 'x-should-retry': String(wasRetryable) });
}

/** Whether the attempt was found retryable; null where its decision does not say it. */
function retryableByRecord({ decision, reason }: RecordedAttempt): boolean | null {
  if (decision === 'retry') {
    return true;
  }
  if (decision !== 'fail') {
    return null;
  }
  return RETRYABLE_REASONS.has(reason);
}

function failureOf(attempt: RecordedAttempt, deadlineMs: number): CallFailure | null {
  const { errorCode, httpStatus } = attempt;
  if (errorCode === 'network_error') {
    return { kind: 'network' };
  }
  if (errorCode === 'timeout') {
    return { kind: 'timeout' };
  }
  if (INVALID_ANSWERS.has(errorCode)) {
    return { kind: 'invalid_response' };
  }
  return httpStatus === null ? null : httpFailureOf(attempt, httpStatus, deadlineMs);
}

/** Reasons of a fallback that stand for a code, which is not always the recorded one. */
const CODES_BY_REASON: Readonly<Record<string, string>> = {
  quota_exhausted: 'insufficient_quota',
  context_length: 'context_length_exceeded',
};

function httpFailureOf(attempt: RecordedAttempt, status: number, deadlineMs: number): HttpFailure {
  const { errorCode, reason } = attempt;
  const code = CODES_BY_REASON[reason ?? ''] ?? errorCode;
  const waitMs = askedWaitMs(attempt, deadlineMs);
  return {
    kind: 'http',
    status,
    codes: code === null ? [] : [code],
    messageSays: reason === 'request_too_large' ? reason : null,
    retryDelay: null,
    headers: waitMs === null ? {} : { 'retry-after-ms': String(waitMs) },
  };
}

/** The wait that the provider asked for: as it was waited, or the shortest that was beyond the deadline. */
function askedWaitMs(attempt: RecordedAttempt, deadlineMs: number): number | null {
  const { decision, reason, delayMs, delaySource, endMs } = attempt;
  if (reason === 'retry_after_exceeds_deadline') {
    return Math.max(1, Math.ceil(deadlineMs - endMs) + 1);
  }
  return decision === 'retry' && delaySource !== 'backoff' ? delayMs : null;
}

const withHeaders = (failure: HttpFailure, headers: HttpFailure['headers']): HttpFailure => ({
  ...failure,
  headers: { ...failure.headers, ...headers },
});
