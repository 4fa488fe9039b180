import fc from 'fast-check';

import type { CallFailure } from '../call-failure.js';
import type { RequestPolicy } from '../request-policy.js';
import { httpFailure } from '../testing/failures.js';
import { planned, requestPolicy, runOf, type ScriptedCall } from '../testing/recorded-runs.js';
import type { PolicyChange, RecordedAttempt, RecordedRequest } from './recorded.js';
import { replay } from './replay.js';

const call = (failure: CallFailure | null, durationMs = 100): ScriptedCall => ({
  failure,
  durationMs,
});
const ANSWER = call(null);
const down = call(httpFailure(503));

/** A request of model `a`, which failed for good after all its retries. */
const spent = (rest: Partial<RequestPolicy> = {}, ...calls: ScriptedCall[]): RecordedRequest =>
  runOf(requestPolicy(rest), { a: calls.length === 0 ? [down] : calls });

const withAttempts = (
  request: RecordedRequest,
  change: (attempt: RecordedAttempt, index: number) => Partial<RecordedAttempt>,
): RecordedRequest => ({
  ...request,
  attempts: request.attempts.map((attempt, index) => ({ ...attempt, ...change(attempt, index) })),
});

describe('a replay of a request that failed', () => {
  it('with more retries would make the next one, after its backoff', () => {
    const request = spent();
    expect(request.attempts).toHaveLength(4);
    expect(replay(request, { retry: { count: 5 } })).toEqual({
      end: 'retry',
      atMs: request.durationMs + 8_000,
    });
  });

  it('with a fallback would call it where the retries are spent, at once', () => {
    const request = spent();
    const fallbacks = [{ model: 'b', provider: 'openai' }];
    expect(replay(request, { fallbacks })).toEqual({ end: 'fallback', atMs: request.durationMs });
    const early = replay(request, { fallbacks, retry: { count: 1 } });
    expect(early.end).toBe('fallback');
    expect(early.atMs).toBe(request.attempts[1]?.endMs);
  });

  it('with a status added to on_codes would retry it, and with one removed fails at once', () => {
    const request = spent({ onCodes: [500] });
    expect(request.attempts).toHaveLength(1);
    expect(replay(request, { retry: { onCodes: [503] } })).toEqual({
      end: 'retry',
      atMs: request.durationMs + 1_000,
    });
    const listed = spent();
    expect(replay(listed, { retry: { onCodes: [429] } })).toEqual({
      end: 'failed',
      atMs: listed.attempts[0]?.endMs,
    });
  });

  it('with a longer call_timeout would still be in its call, and nobody knows more', () => {
    const slow = spent({ callTimeoutMs: 1_000 }, call(null, 5_000));
    expect(slow.attempts.map(({ errorCode }) => errorCode)).toEqual(Array(4).fill('timeout'));
    expect(replay(slow, { callTimeoutMs: 10_000 }).end).toBe('longer_call');
  });

  it.each(['stalled', 'no_first_token', 'no_connection'])(
    'a longer call_timeout changes nothing about a call that was %s',
    (errorDetail) => {
      const slow = withAttempts(spent({ callTimeoutMs: 1_000 }, call(null, 5_000)), () => ({
        errorDetail,
      }));
      expect(replay(slow, { callTimeoutMs: 10_000 }).end).toBe('failed');
    },
  );

  it('until the deadline would be tried on', () => {
    const request = spent();
    expect(replay(request, { retry: { untilDeadline: true } }).end).toBe('retry');
  });

  it('a wait beyond the deadline would be waited with a later one, as far as it is known', () => {
    const wait = call(httpFailure(429, { headers: { 'retry-after': '60' } }));
    const request = spent({ deadlineMs: 30_000 }, wait);
    expect(request.attempts[0]?.reason).toBe('retry_after_exceeds_deadline');
    const later = replay(request, { deadlineMs: 3_600_000 });
    expect(later.end).toBe('retry');
    expect(later.atMs).toBeGreaterThan(30_000);
    expect(replay(request, { deadlineMs: 20_000 }).end).toBe('failed');
  });

  it('what only a message said stays final, and falls back on nothing', () => {
    const tooLarge = call(httpFailure(429, { messageSays: 'request_too_large' }));
    const request = spent({}, tooLarge);
    expect(request.attempts[0]?.reason).toBe('not_retryable');
    const change = { retry: { count: 5 }, fallbacks: [{ model: 'b', provider: 'x' }] };
    expect(replay(request, change).end).toBe('failed');
  });

  it('a provider that refused to be asked again would not be', () => {
    const request = spent({}, call(httpFailure(503, { headers: { 'x-should-retry': 'false' } })));
    expect(replay(request, { retry: { count: 5 } }).end).toBe('failed');
  });

  it('one that could not be called would be followed by a fallback', () => {
    const request = withAttempts(spent({ count: 0 }), () => ({
      ...{ errorCode: 'provider_not_configured', httpStatus: null, reason: 'not_retryable' },
    }));
    expect(replay(request, { retry: { count: 5 } }).end).toBe('failed');
    expect(replay(request, { fallbacks: [{ model: 'b', provider: null }] }).end).toBe('fallback');
  });

  it('lost attempts use up no retry, and a loss that ended it ends it again', () => {
    const lost = { outcome: 'lost', decision: 'retry', errorCode: 'worker_lost' } as const;
    const request = withAttempts(spent(), (_, index) => (index === 0 ? lost : {}));
    expect(replay(request, { retry: { count: 2 } })).toEqual({
      ...{ end: 'failed', atMs: request.durationMs },
    });
    const ended = withAttempts(spent({ count: 0 }), () => ({ ...lost, decision: 'fail' }));
    expect(replay(ended, { retry: { count: 5 } }).end).toBe('failed');
  });

  it('one that its deadline ended while it waited ends so again, unless the deadline is later', () => {
    const all = spent();
    const request = { ...all, attempts: all.attempts.slice(0, 2) };
    expect(replay(request, {}).end).toBe('failed');
    expect(replay(request, { deadlineMs: 100 * 86_400_000 }).end).toBe('retry');
  });
});

describe('a replay of a request that completed', () => {
  it('with fewer retries than it took fails, and with enough is as it was', () => {
    const request = spent({}, down, down, ANSWER);
    expect(replay(request, { retry: { count: 1 } }).end).toBe('failed');
    expect(replay(request, { retry: { count: 2 } })).toEqual({
      end: 'completed',
      atMs: request.durationMs,
    });
  });

  it('with a shorter call_timeout would be cut, and retried after the cut', () => {
    const request = spent({}, call(null, 5_000));
    expect(replay(request, { callTimeoutMs: 2_000 })).toEqual({ end: 'retry', atMs: 7 + 3_000 });
    const change = { callTimeoutMs: 2_000, retry: { count: 0 } };
    expect(replay(request, change)).toEqual({ end: 'failed', atMs: 2_007 });
  });

  it('with a shorter deadline than it took fails at the deadline', () => {
    const request = spent({}, down, ANSWER);
    expect(replay(request, { deadlineMs: 500 }).end).toBe('failed');
    expect(replay(request, { deadlineMs: request.durationMs + 1 }).end).toBe('completed');
  });

  it('by a fallback completes by it sooner with fewer retries, and is unknown without it', () => {
    const plan = [planned('a'), planned('b')];
    const request = runOf(requestPolicy({ plan }), { a: [down], b: [ANSWER] });
    const sooner = replay(request, { retry: { count: 0 } });
    expect(sooner).toEqual({ end: 'completed', atMs: 7 + 200 });
    expect(replay(request, { fallbacks: [] }).end).toBe('failed');
    expect(replay(request, { fallbacks: [], retry: { count: 4 } }).end).toBe('retry');
    expect(replay(request, { fallbacks: [{ model: 'c', provider: 'x' }] }).end).toBe('fallback');
    const same = replay(request, { fallbacks: [{ model: 'b', provider: 'openai' }] });
    expect(same).toEqual({ end: 'completed', atMs: request.durationMs });
  });

  it('a long wait that led to a fallback leads to it again', () => {
    const wait = call(httpFailure(429, { headers: { 'retry-after': '60' } }));
    const plan = [planned('a'), planned('b')];
    const request = runOf(requestPolicy({ plan }), { a: [wait], b: [ANSWER] });
    expect(request.attempts).toHaveLength(2);
    expect(replay(request, {}).end).toBe('completed');
    expect(replay(request, { retry: { count: 5 } }).end).toBe('completed');
  });
});

describe('any request', () => {
  const told = fc.constantFrom<CallFailure>(
    { kind: 'network' },
    { kind: 'invalid_response' },
    ...[400, 401, 404, 408, 409, 425, 429, 500, 501, 503, 529].map((status) => httpFailure(status)),
    httpFailure(429, { codes: ['insufficient_quota'] }),
    httpFailure(400, { codes: ['context_length_exceeded'] }),
    httpFailure(503, { codes: ['content_policy_violation'] }),
  );
  const untold = fc.constantFrom<CallFailure>(
    httpFailure(429, { messageSays: 'request_too_large' }),
    httpFailure(400, { messageSays: 'quota_exhausted' }),
    httpFailure(400, { headers: { 'x-should-retry': 'true' } }),
    httpFailure(503, { headers: { 'x-should-retry': 'false' } }),
    httpFailure(429, { headers: { 'retry-after': '3' } }),
    httpFailure(503, { headers: { 'retry-after': '60' } }),
  );
  const calls = (failures: fc.Arbitrary<CallFailure>) =>
    fc.array(
      fc.record({
        failure: fc.option(failures, { freq: 5 }),
        durationMs: fc.integer({ min: 1, max: 30_000 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
  const scripts = (failures: fc.Arbitrary<CallFailure>) =>
    fc.record({ a: calls(failures), b: calls(failures), c: calls(failures) });
  const models = fc.constantFrom<(readonly [string, string])[]>(
    [],
    [['b', 'openai']],
    [['b', 'azure']],
    [
      ['b', 'openai'],
      ['c', 'azure'],
    ],
    [
      ['c', 'azure'],
      ['b', 'openai'],
    ],
  );
  const policies = fc.record({
    count: fc.integer({ min: 0, max: 5 }),
    onCodes: fc.constantFrom([408, 429, 500, 502, 503], [], [429], [409, 429, 503]),
    untilDeadline: fc.constantFrom(false, false, true),
    callTimeoutMs: fc.constantFrom(5_000, 20_000, 600_000),
    deadlineMs: fc.constantFrom(10_000, 60_000, 600_000),
    fallbacks: models,
  });
  type Drawn = typeof policies extends fc.Arbitrary<infer T> ? T : never;
  const toPolicy = ({ fallbacks, ...rest }: Drawn): RequestPolicy =>
    requestPolicy({
      ...rest,
      plan: [planned('a'), ...fallbacks.map(([model, provider]) => planned(model, provider))],
    });
  const toChange = (drawn: Drawn): PolicyChange => ({
    retry: {
      ...{ count: drawn.count, onCodes: drawn.onCodes, untilDeadline: drawn.untilDeadline },
    },
    callTimeoutMs: drawn.callTimeoutMs,
    deadlineMs: drawn.deadlineMs,
    fallbacks: drawn.fallbacks.map(([model, provider]) => ({ model, provider })),
  });
  const random = fc.double({ min: 0, max: 0.999, noNaN: true });

  it('replayed under its own policy ends as it did, when it did, whatever the record leaves out', () => {
    fc.assert(
      fc.property(policies, scripts(fc.oneof(told, untold)), random, (drawn, by, jitter) => {
        const request = runOf(toPolicy(drawn), by, jitter);
        const asItWas = { end: request.ended, atMs: request.durationMs };
        expect(replay(request, toChange(drawn))).toEqual(asItWas);
        expect(replay(request, drawn.untilDeadline ? {} : { retry: {} })).toEqual(asItWas);
      }),
      { numRuns: 2_000 },
    );
  });

  it('replayed under another policy ends as it would have, or is unknown where more calls are made', () => {
    fc.assert(
      fc.property(policies, policies, scripts(told), (mine, other, by) => {
        const request = runOf(toPolicy(mine), by);
        const truth = runOf(toPolicy(other), by);
        const { end } = replay(request, toChange(other));
        const made = (run: RecordedRequest, of: RecordedAttempt) =>
          run.attempts.filter(
            ({ model, provider }) => model === of.model && provider === of.provider,
          );
        const makesMore = truth.attempts.some((attempt) => {
          const [own, would] = [made(request, attempt), made(truth, attempt)];
          const isLonger = would.some(({ endMs, startMs }, index) => {
            const ofOwn = own[index];
            return ofOwn !== undefined && endMs - startMs > ofOwn.endMs - ofOwn.startMs;
          });
          return would.length > own.length || isLonger;
        });
        if (end === 'completed' || end === 'failed') {
          expect(end).toBe(truth.ended);
        } else {
          expect(makesMore).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
