import fc from 'fast-check';

import type { CallFailure } from './call-failure.js';
import { type AttemptFacts, decideNextStep } from './decide-next-step.js';
import { modelsLeft, nextModel } from './plan.js';
import { MAX_FALLBACKS, type PlannedModel } from './request-policy.js';
import { httpFailure, policyWith } from './testing/failures.js';

type Left = 'no model' | 'one of this provider' | 'one of another provider';
type Expected = 'retry' | 'fallback' | 'fail';

const NOW = Date.UTC(2026, 2, 1);
const LEFT: Readonly<Record<Left, Pick<AttemptFacts, 'fallbacksLeft' | 'otherProvidersLeft'>>> = {
  'no model': { fallbacksLeft: 0, otherProvidersLeft: 0 },
  'one of this provider': { fallbacksLeft: 1, otherProvidersLeft: 0 },
  'one of another provider': { fallbacksLeft: 1, otherProvidersLeft: 1 },
};

function step(failure: CallFailure, left: Left, facts: Partial<AttemptFacts> = {}) {
  return decideNextStep(policyWith({ count: 1 }), {
    outcome: failure,
    retriesUsed: 0,
    msUntilDeadline: 3_600_000,
    nowMs: NOW,
    random: 0.5,
    ...LEFT[left],
    ...facts,
  });
}

const named = (status: number, ...codes: string[]): CallFailure => httpFailure(status, { codes });

/** Steps that follow with a retry left, and what follows with none, where a model is left and where none is. */
type Row = readonly [
  failure: CallFailure,
  retryLeft: Expected,
  spentWithModel: Expected,
  spentWithoutModel: Expected,
];

const RETRIED_THEN_NEXT: readonly CallFailure[] = [
  ...[408, 429, 500, 502, 503, 504].map((status) => httpFailure(status)),
  ...[520, 521, 522, 523, 524, 525, 526, 527, 528, 529].map((status) => httpFailure(status)),
  { kind: 'network' },
  { kind: 'timeout' },
  { kind: 'invalid_response' },
  named(429, 'rate_limit_exceeded'),
  named(503, 'slow_down'),
  named(503, 'server_is_overloaded'),
];
const FORBIDDEN: readonly CallFailure[] = [
  ...[400, 401, 403, 404, 405, 413, 422, 501, 508].map((status) => httpFailure(status)),
  named(503, 'content_policy_violation'),
  named(503, 'content_filter'),
  named(400, 'invalid_prompt'),
  named(429, 'access_terminated'),
  named(508, 'loop_detected'),
];
const AT_ONCE: readonly CallFailure[] = [
  named(400, 'context_length_exceeded'),
  httpFailure(429, { messageSays: 'request_too_large' }),
  { kind: 'invalid_response', isTooLong: true },
];
const SPENT_QUOTA: readonly CallFailure[] = [
  named(429, 'insufficient_quota'),
  named(429, 'credit_balance_exhausted'),
  named(429, 'organization_spend_limit_exceeded'),
  named(429, 'project_spend_limit_exceeded'),
  named(429, 'organization_usage_limit_exceeded'),
  httpFailure(402),
  httpFailure(400, { messageSays: 'quota_exhausted' }),
];

const TABLE: readonly Row[] = [
  ...RETRIED_THEN_NEXT.map((failure): Row => [failure, 'retry', 'fallback', 'fail']),
  ...FORBIDDEN.map((failure): Row => [failure, 'fail', 'fail', 'fail']),
  ...AT_ONCE.map((failure): Row => [failure, 'fallback', 'fallback', 'fail']),
  // The same call is under way: another model would not help it.
  [httpFailure(409), 'retry', 'fail', 'fail'],
  [httpFailure(425), 'retry', 'fail', 'fail'],
];

describe('what follows a failure', () => {
  it.each(TABLE)('%j: with a retry left %s, then %s or, without a model, %s', (...row) => {
    const [failure, retryLeft, spentWithModel, spentWithoutModel] = row;
    const spent = { retriesUsed: 1 };
    for (const left of ['one of this provider', 'one of another provider'] as const) {
      expect(step(failure, left).action).toBe(retryLeft);
      expect(step(failure, left, spent).action).toBe(spentWithModel);
    }
    expect(step(failure, 'no model').action).toBe(retryLeft === 'fallback' ? 'fail' : retryLeft);
    expect(step(failure, 'no model', spent).action).toBe(spentWithoutModel);
  });

  it.each(SPENT_QUOTA)(
    '%j leads to another provider at once, and to no model of the same',
    (failure) => {
      for (const retriesUsed of [0, 1]) {
        expect(step(failure, 'one of another provider', { retriesUsed })).toEqual({
          action: 'fallback',
          reason: 'quota_exhausted',
          to: 'other_provider',
        });
        expect(step(failure, 'one of this provider', { retriesUsed }).action).toBe('fail');
        expect(step(failure, 'no model', { retriesUsed }).action).toBe('fail');
      }
    },
  );

  it('a status that the policy does not list is not retried, and still leads to the next model', () => {
    const unlisted = { ...policyWith({ count: 3, onCodes: [] }) };
    const facts = { outcome: httpFailure(503), retriesUsed: 0, msUntilDeadline: 1_000, nowMs: NOW };
    const decide = (fallbacksLeft: number) =>
      decideNextStep(unlisted, { ...facts, random: 0.5, fallbacksLeft });
    expect(decide(1)).toEqual({ action: 'fallback', reason: 'http_503', to: 'next' });
    expect(decide(0)).toEqual({ action: 'fail', reason: 'not_retryable' });
  });

  it('a wait of more than 16 s, or beyond the deadline, is not sat out while a model is left', () => {
    const asks = (seconds: number) =>
      httpFailure(429, { headers: { 'retry-after': `${seconds}` } });
    expect(step(asks(16), 'one of this provider').action).toBe('retry');
    expect(step(asks(17), 'one of this provider').action).toBe('fallback');
    expect(step(asks(17), 'no model').action).toBe('retry');
    const soon = { msUntilDeadline: 5_000 };
    expect(step(asks(10), 'one of this provider', soon).action).toBe('fallback');
    expect(step(asks(10), 'no model', soon)).toEqual({
      action: 'fail',
      reason: 'retry_after_exceeds_deadline',
    });
    expect(step({ kind: 'timeout' }, 'one of this provider', { msUntilDeadline: 500 })).toEqual({
      action: 'fallback',
      reason: 'timeout',
      to: 'next',
    });
  });

  it('retries until the deadline begin with the last model: before it the count bounds them', () => {
    const patient = policyWith({ count: 2, untilDeadline: true });
    const facts = {
      outcome: httpFailure(503),
      msUntilDeadline: 3_600_000,
      nowMs: NOW,
      random: 0.5,
    };
    const decide = (retriesUsed: number, fallbacksLeft: number) =>
      decideNextStep(patient, { ...facts, retriesUsed, fallbacksLeft }).action;
    expect([0, 1, 2].map((used) => decide(used, 1))).toEqual(['retry', 'retry', 'fallback']);
    expect(decide(20, 0)).toBe('retry');
  });
});

describe('the plan of a request', () => {
  const failures = fc.constantFrom<CallFailure>(
    ...RETRIED_THEN_NEXT,
    ...FORBIDDEN,
    ...AT_ONCE,
    ...SPENT_QUOTA,
    httpFailure(409),
    httpFailure(503, { headers: { 'retry-after': '40' } }),
  );
  const plans = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: MAX_FALLBACKS + 1 });

  /** Runs a request whose calls fail as given, with its waits, in virtual time. */
  function play(
    plan: readonly PlannedModel[],
    count: number,
    deadline: number,
    calls: CallFailure[],
  ) {
    const made: { planAt: number; at: number; action: string; failure: CallFailure }[] = [];
    let [planAt, retriesUsed, now] = [0, 0, 0];
    for (const failure of calls) {
      const next = decideNextStep(policyWith({ count }), {
        outcome: failure,
        retriesUsed,
        msUntilDeadline: deadline - now,
        nowMs: NOW + now,
        random: 0.99,
        ...modelsLeft(plan, planAt),
      });
      made.push({ planAt, at: now, action: next.action, failure });
      if (next.action === 'retry') {
        retriesUsed += 1;
        now += next.delayMs;
      } else if (next.action === 'fallback') {
        planAt = nextModel(plan, planAt, next.to)?.planAt ?? Number.NaN;
        retriesUsed = 0;
      } else {
        return { made, ended: true };
      }
    }
    return { made, ended: false };
  }

  it('bounds the calls, never calls after the deadline, never falls back on a forbidden code', () => {
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 120_000 }),
        fc.array(failures, { minLength: 40, maxLength: 40 }),
        (providers, count, deadline, calls) => {
          const plan = providers.map((provider, index) => ({
            ...{ name: `${provider}/${index}`, model: `${index}`, provider, providerId: provider },
          }));
          const { made, ended } = play(plan, count, deadline, calls);
          expect(ended).toBe(true);
          expect(made.length).toBeLessThanOrEqual(plan.length * (count + 1));
          for (const { planAt, at, action, failure } of made) {
            expect(planAt).toBeLessThan(plan.length);
            expect(at).toBeLessThan(deadline);
            expect(action === 'fallback' && FORBIDDEN.includes(failure)).toBe(false);
          }
        },
      ),
    );
  });

  it('calls each model in its order, and skips one only for the money of its provider', () => {
    const plan = ['a', 'a', 'b'].map((provider, index) => ({
      ...{ name: provider, model: `${index}`, provider, providerId: null },
    }));
    expect(nextModel(plan, 0, 'next')).toEqual({ model: '1', planAt: 1 });
    expect(nextModel(plan, 0, 'other_provider')).toEqual({ model: '2', planAt: 2 });
    expect(nextModel(plan, 2, 'next')).toBeNull();
    expect(nextModel(undefined, 0, 'next')).toBeNull();
    expect(modelsLeft(plan, 0)).toEqual({ fallbacksLeft: 2, otherProvidersLeft: 1 });
    expect(modelsLeft(undefined, 0)).toEqual({ fallbacksLeft: 0, otherProvidersLeft: 0 });
  });
});
