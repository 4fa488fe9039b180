import type { CallFailure } from '../call-failure.js';
import { decideNextStep, mendsWithTime } from '../decide-next-step.js';
import { modelsLeft, nextModel } from '../plan.js';
import type { PlannedModel, RequestPolicy } from '../request-policy.js';
import type { RecordedAttempt, RecordedRequest } from '../simulation/recorded.js';

/** A call as the provider would answer it: how, and after how long. */
export interface ScriptedCall {
  /** Null for an answer. */
  readonly failure: CallFailure | null;
  readonly durationMs: number;
}

/** Policy of a request with every limit far away, with some members replaced. */
export const requestPolicy = (rest: Partial<RequestPolicy> = {}): RequestPolicy => ({
  count: 3,
  onCodes: [408, 409, 429, 500, 502, 503, 504],
  onLost: 'retry',
  callTimeoutMs: 600_000,
  deadlineMs: 86_400_000,
  ...rest,
});

/** Model of a plan. */
export const planned = (model: string, provider = 'openai'): PlannedModel => ({
  ...{ name: model, model, provider, providerId: null },
});

/**
 * Runs a request in virtual time, as a worker does, and returns what its record would show.
 *
 * @param policy its policy; its plan is `a` alone where it has none
 * @param scripts calls by model; the last one of a model is repeated
 * @param random in [0, 1), for the jitter
 */
export function runOf(
  policy: RequestPolicy,
  scripts: Readonly<Record<string, readonly ScriptedCall[]>>,
  random = 0.5,
): RecordedRequest {
  const plan = policy.plan ?? [planned('a')];
  const attempts: RecordedAttempt[] = [];
  const made: Record<string, number> = {};
  let [planAt, retriesUsed, boundedFailures, now] = [0, 0, 0, 7];
  for (;;) {
    const { model, provider } = known(plan[planAt]);
    const nth = (made[model] = (made[model] ?? 0) + 1);
    const script = known(scripts[model]);
    const call = known(script[Math.min(nth, script.length) - 1]);
    const startMs = now;
    const limitMs = Math.min(policy.callTimeoutMs, policy.deadlineMs - now);
    const isCut = call.durationMs > limitMs;
    now += isCut ? limitMs : call.durationMs;
    const failure: CallFailure | null = isCut ? { kind: 'timeout' } : call.failure;
    const step = decideNextStep(policy, {
      outcome: failure ?? { kind: 'success' },
      ...{ retriesUsed, boundedFailures, random, nowMs: 0 },
      msUntilDeadline: policy.deadlineMs - now,
      ...modelsLeft(plan, planAt),
    });
    attempts.push({
      ...{ model, provider, startMs, endMs: now },
      outcome: failure === null ? 'succeeded' : 'failed',
      httpStatus: failure === null ? 200 : failure.kind === 'http' ? failure.status : null,
      errorCode: failure === null ? null : errorCodeOf(failure),
      errorDetail: null,
      decision: step.action,
      reason: 'reason' in step ? step.reason : 'success',
      delayMs: step.action === 'retry' ? step.delayMs : null,
      delaySource: step.action === 'retry' ? step.delaySource : null,
    });
    if (step.action === 'retry') {
      retriesUsed += 1;
      boundedFailures += failure !== null && !mendsWithTime(failure) ? 1 : 0;
      // Nobody claims in the very moment.
      now += step.delayMs + (step.delayMs + 20 < policy.deadlineMs - now ? 20 : 0);
    } else if (step.action === 'fallback') {
      planAt = known(nextModel(plan, planAt, step.to)).planAt;
      [retriesUsed, boundedFailures] = [0, 0];
    } else {
      return {
        ended: step.action === 'succeed' ? 'completed' : 'failed',
        ...{ durationMs: now, policy, model: known(plan[0]).name, attempts },
      };
    }
  }
}

function known<T>(value: T | null | undefined): T {
  if (value == null) {
    throw new Error('The script has no such model.');
  }
  return value;
}

function errorCodeOf(failure: CallFailure): string {
  switch (failure.kind) {
    case 'network':
      return 'network_error';
    case 'timeout':
      return 'timeout';
    case 'invalid_response':
      return 'provider_response_invalid';
    case 'http':
      return failure.codes[0] ?? `openai_http_${failure.status}`;
  }
}
