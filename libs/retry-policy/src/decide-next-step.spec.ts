import fc from 'fast-check';

import type { CallFailure } from './call-failure.js';
import { decideNextStep, type AttemptFacts, type CallOutcome } from './decide-next-step.js';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './policy.js';
import { httpFailure, policyWith } from './testing/failures.js';

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0);

function decide(outcome: CallOutcome, facts: Partial<AttemptFacts> = {}, policy?: RetryPolicy) {
  return decideNextStep(policy ?? DEFAULT_RETRY_POLICY, {
    outcome,
    retriesUsed: 0,
    msUntilDeadline: 3_600_000,
    nowMs: NOW,
    random: 0.5,
    ...facts,
  });
}
const fail = (reason: string) => ({ action: 'fail', reason });
const asking = (headers: Record<string, string>, status = 429) => httpFailure(status, { headers });

describe('decideNextStep', () => {
  it('a result succeeds, even when it comes after the deadline or past the count', () => {
    const late = { msUntilDeadline: -1, retriesUsed: 99 };
    expect(decide({ kind: 'success' }, late)).toEqual({ action: 'succeed' });
  });

  it.each([
    [{ kind: 'network' }, 'network'],
    [{ kind: 'timeout' }, 'timeout'],
    [{ kind: 'invalid_response' }, 'invalid_response'],
    [httpFailure(429), 'http_429'],
    [httpFailure(529), 'http_529'],
  ] as const)('what can be retried waits its backoff and says why: %j', (outcome, reason) => {
    expect(decide(outcome, { retriesUsed: 2 })).toEqual({
      action: 'retry',
      reason,
      delayMs: 4_000,
      delaySource: 'backoff',
    });
  });

  it.each([
    [{ 'retry-after-ms': '700' }, 787, 'retry-after-ms'],
    [{ 'retry-after': '20' }, 22_500, 'retry-after'],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:01:00 GMT' }, 67_500, 'retry-after'],
    [
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
      405_000,
      'x-ratelimit-reset',
    ],
    [{ 'retry-after': 'soon' }, 1_000, 'backoff'],
    [{ 'retry-after': '0' }, 1_000, 'backoff'],
  ] as const)('%j is followed by a wait of %d ms', (headers, delayMs, delaySource) => {
    expect(decide(asking(headers))).toEqual({
      action: 'retry',
      reason: 'http_429',
      delayMs,
      delaySource,
    });
  });

  it('what cannot be retried fails before count and deadline are asked', () => {
    const spent = { retriesUsed: 5, msUntilDeadline: -1 };
    expect(decide(httpFailure(400), spent)).toEqual(fail('not_retryable'));
    expect(decide(httpFailure(429, { codes: ['insufficient_quota'] }))).toEqual(
      fail('not_retryable'),
    );
  });

  it('the last retry of the count is made, the one after it is not', () => {
    expect(decide({ kind: 'network' }, { retriesUsed: 2 }).action).toBe('retry');
    expect(decide({ kind: 'network' }, { retriesUsed: 3 })).toEqual(fail('retries_exhausted'));
  });

  it('a count of 0 retries nothing, whatever a header asks for', () => {
    const never = policyWith({ count: 0 });
    expect(decide(asking({ 'retry-after': '1' }), {}, never)).toEqual(fail('retries_exhausted'));
    expect(decide({ kind: 'timeout' }, {}, never)).toEqual(fail('retries_exhausted'));
  });

  it.each([0, -1, Number.NaN])('with %d ms left the deadline has passed', (msUntilDeadline) => {
    const facts = { msUntilDeadline, retriesUsed: 3 };
    expect(decide({ kind: 'timeout' }, facts)).toEqual(fail('deadline_exceeded'));
    expect(decide(asking({ 'retry-after': '20' }), facts)).toEqual(fail('deadline_exceeded'));
  });

  it("a header's wait that ends at the deadline or later fails at once, by its own name", () => {
    const wait = asking({ 'retry-after': '20' });
    expect(decide(wait, { msUntilDeadline: 20_000 })).toEqual(fail('retry_after_exceeds_deadline'));
    expect(decide(wait, { msUntilDeadline: 1 })).toEqual(fail('retry_after_exceeds_deadline'));
  });

  it("a header's wait that fits is kept in time by giving up spread, never wait", () => {
    const wait = asking({ 'retry-after': '20' });
    expect(decide(wait, { msUntilDeadline: 20_001 })).toMatchObject({ delayMs: 20_000 });
    expect(decide(wait, { msUntilDeadline: 20_000.5 })).toMatchObject({ delayMs: 20_000 });
    expect(decide(wait, { msUntilDeadline: 21_000 })).toMatchObject({ delayMs: 20_999 });
  });

  it('a backoff that ends at the deadline or later is out of time', () => {
    const failure: CallFailure = { kind: 'network' };
    expect(decide(failure, { msUntilDeadline: 1_000 })).toEqual(fail('deadline_exceeded'));
    expect(decide(failure, { msUntilDeadline: 1_001 })).toMatchObject({ delayMs: 1_000 });
  });

  it('no count can be made to exceed five retries', () => {
    const endless = policyWith({ count: 1_000 });
    expect(decide({ kind: 'network' }, { retriesUsed: 5 }, endless)).toEqual(
      fail('retries_exhausted'),
    );
  });
});

describe('whatever a provider answers', () => {
  const value = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[0-9.+eE,dhms :-]*$/),
    fc.integer().map(String),
    fc.double().map(String),
    fc.date().map((date) => date.toUTCString()),
    fc.constantFrom('0', '20', '0.5', '6m0s', '120ms', 'NaN', 'Infinity', '9'.repeat(30)),
  );
  const headers = fc.record(
    {
      'retry-after-ms': value,
      'retry-after': value,
      'x-ratelimit-remaining-requests': value,
      'x-ratelimit-reset-requests': value,
      'x-ratelimit-remaining-tokens': value,
      'x-ratelimit-reset-tokens': value,
    },
    { requiredKeys: [] },
  );
  const failure: fc.Arbitrary<CallFailure> = fc.oneof(
    fc.constantFrom<CallFailure>(
      { kind: 'network' },
      { kind: 'timeout' },
      { kind: 'invalid_response' },
    ),
    fc
      .tuple(fc.constantFrom(429, 429, 503, 500, 400, 529), headers)
      .map(([status, some]) => asking(some as Record<string, string>, status)),
  );
  const situation = fc.record({
    outcome: failure,
    retriesUsed: fc.nat({ max: 7 }),
    msUntilDeadline: fc.oneof(
      fc.integer({ min: -1_000, max: 90_000_000 }),
      fc.double({ min: -1, max: 30_000, noNaN: true }),
    ),
    nowMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  const policy = fc.record({
    count: fc.nat({ max: 5 }),
    onCodes: fc.uniqueArray(fc.integer({ min: 408, max: 599 })),
    onLost: fc.constantFrom('retry' as const, 'fail' as const),
  });

  it('the decision is one of the known ones, and a wait is whole and ends before the deadline', () => {
    fc.assert(
      fc.property(fc.oneof(policy, fc.constant(DEFAULT_RETRY_POLICY)), situation, (some, facts) => {
        const step = decideNextStep(some, facts);
        if (step.action === 'retry') {
          expect(Number.isSafeInteger(step.delayMs)).toBe(true);
          expect(step.delayMs).toBeGreaterThanOrEqual(0);
          expect(step.delayMs).toBeLessThan(facts.msUntilDeadline);
          expect(facts.retriesUsed).toBeLessThan(some.count);
        } else {
          expect(step.action).toBe('fail');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a wait that a header asked for is kept in full and stretched by at most a quarter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), situation, (askedMs, facts) => {
        const outcome = asking({ 'retry-after-ms': String(askedMs) });
        const step = decideNextStep(policyWith({ count: 5 }), { ...facts, outcome });
        if (step.action === 'retry') {
          expect(step.delayMs).toBeGreaterThanOrEqual(askedMs);
          expect(step.delayMs).toBeLessThanOrEqual(askedMs * 1.25);
          expect(step.delaySource).toBe('retry-after-ms');
        } else {
          expect(facts.msUntilDeadline <= askedMs || facts.retriesUsed >= 5).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('a round makes exactly as many retries as its count allows', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), failure, (count, outcome) => {
        let retries = 0;
        const next = () =>
          decide(outcome, { retriesUsed: retries, msUntilDeadline: 1e15 }, policyWith({ count }));
        while (retries <= 10 && next().action === 'retry') {
          retries += 1;
        }
        const step = next();
        const once = step.action === 'fail' && step.reason !== 'retries_exhausted';
        expect(retries).toBe(once ? 0 : count);
      }),
    );
  });
});

describe('a policy that tries until the deadline', () => {
  const DAY = 86_400_000;
  const patient = policyWith({ count: 3, untilDeadline: true });
  const decidePatiently = (outcome: CallOutcome, facts: Partial<AttemptFacts> = {}) =>
    decide(outcome, { msUntilDeadline: DAY, ...facts }, patient);

  it.each([
    [{ kind: 'network' }],
    [{ kind: 'timeout' }],
    ...[408, 409, 425, 429, 500, 503, 529].map((status) => [httpFailure(status)] as const),
  ] as readonly (readonly [CallFailure])[])('goes on past the count after %j', (failure) => {
    expect(decidePatiently(failure, { retriesUsed: 200 })).toMatchObject({
      action: 'retry',
      delayMs: 300_000,
      delaySource: 'backoff',
    });
  });

  it('waits 1, 2, 4, … 256 and then 300 s, give or take a quarter', () => {
    const waits = Array.from({ length: 11 }, (_, retriesUsed) =>
      decidePatiently({ kind: 'network' }, { retriesUsed }),
    );
    expect(waits.map((step) => ('delayMs' in step ? step.delayMs / 1_000 : null))).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300,
    ]);
    const longest = decidePatiently({ kind: 'network' }, { retriesUsed: 20, random: 0.999_999 });
    expect(longest).toMatchObject({ delayMs: 374_999 });
  });

  it('counts what time does not mend by itself, however long the outage was', () => {
    const after = (boundedFailures: number) => ({ retriesUsed: 100, boundedFailures });
    const invalid = { kind: 'invalid_response' } as const;
    expect(decidePatiently(invalid, after(2)).action).toBe('retry');
    expect(decidePatiently(invalid, after(3))).toEqual(fail('retries_exhausted'));
    const asked = httpFailure(400, { headers: { 'x-should-retry': 'true' } });
    expect(decidePatiently(asked, after(3))).toEqual(fail('retries_exhausted'));
    expect(decidePatiently(httpFailure(429), after(3)).action).toBe('retry');
  });

  it('ends at once what is final', () => {
    expect(decidePatiently(httpFailure(400))).toEqual(fail('not_retryable'));
    const spent = httpFailure(429, { codes: ['insufficient_quota'] });
    expect(decidePatiently(spent)).toEqual(fail('not_retryable'));
  });

  it('waits as the provider asks, and no longer than until the deadline', () => {
    expect(decidePatiently(asking({ 'retry-after': '3600' }), { random: 0 })).toMatchObject({
      delayMs: 3_600_000,
      delaySource: 'retry-after',
    });
    expect(decidePatiently(asking({ 'retry-after': '90000' }))).toEqual(
      fail('retry_after_exceeds_deadline'),
    );
  });

  it('comes back once more where the next wait would pass the deadline', () => {
    const late = { retriesUsed: 30, msUntilDeadline: 60_001 };
    expect(decidePatiently({ kind: 'network' }, late)).toMatchObject({ delayMs: 30_000 });
    expect(decidePatiently({ kind: 'network' }, { ...late, msUntilDeadline: 900 })).toEqual(
      fail('deadline_exceeded'),
    );
  });

  it.each([
    ['a minute', 60_000, 12],
    ['an hour', 3_600_000, 26],
    ['23 hours', 82_800_000, 400],
  ])('rides out %s of outage with few calls', (_how, outageMs, most) => {
    fc.assert(
      fc.property(
        // As many as are asked for, no more: a run of an hour needs 26 of them.
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (randoms) => {
          let now = 0;
          let calls = 0;
          while (now < outageMs) {
            const step = decidePatiently(calls % 2 === 0 ? { kind: 'network' } : httpFailure(503), {
              retriesUsed: calls,
              msUntilDeadline: DAY - now,
              random: Number(randoms.next().value),
            });
            if (step.action !== 'retry') {
              throw new Error(`${step.action} after ${now} ms`);
            }
            now += step.delayMs;
            calls += 1;
          }
          expect(calls).toBeLessThan(most);
          expect(now - outageMs).toBeLessThanOrEqual(375_000);
        },
      ),
      { numRuns: 50 },
    );
  });
});
