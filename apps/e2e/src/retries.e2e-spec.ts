import { errorOf } from './harness/client.js';
import { describeTransports, useCluster } from './harness/transports.js';

/** A step that is retried: its fields, and the record of its attempt. */
const RETRIED: readonly {
  step: string;
  code: string;
  status: number | null;
  fields?: object;
}[] = [
  { step: '408', code: 'openai_http_408', status: 408 },
  { step: '409', code: 'openai_http_409', status: 409 },
  { step: '502', code: 'openai_http_502', status: 502 },
  { step: '504', code: 'openai_http_504', status: 504 },
  { step: '520', code: 'openai_http_520', status: 520 },
  { step: '429:slow_down', code: 'slow_down', status: 429 },
  { step: '503:server_is_overloaded', code: 'server_is_overloaded', status: 503 },
  { step: 'timeout', code: 'timeout', status: null, fields: { timeout: { call_timeout: 2_000 } } },
  { step: 'stall', code: 'timeout', status: null, fields: { timeout: { call_timeout: 2_000 } } },
  {
    step: 'slow:60000',
    code: 'timeout',
    status: null,
    fields: { orq: { timeout: { call_timeout: 2_000 } } },
  },
  { step: 'reset', code: 'network_error', status: null },
  { step: 'html', code: 'provider_response_invalid', status: 200 },
  { step: 'html:502', code: 'openai_http_502', status: 502 },
  { step: 'empty', code: 'provider_response_invalid', status: 200 },
  { step: 'cut', code: 'provider_response_invalid', status: 200 },
  { step: 'notjson', code: 'provider_response_invalid', status: 200 },
  { step: 'shape', code: 'provider_response_invalid', status: 200 },
  { step: 'huge:2', code: 'provider_response_invalid', status: 200 },
];

/** A step that is never retried, and its code. */
const FINAL: readonly (readonly [string, string])[] = [
  ['400', 'openai_http_400'],
  ['400:unsupported_value', 'unsupported_value'],
  ['400:context_length_exceeded', 'context_length_exceeded'],
  ['400:content_policy_violation', 'content_policy_violation'],
  ['401', 'provider_auth_failed'],
  ['403', 'provider_auth_failed'],
  ['404', 'model_not_found'],
  ['422', 'openai_http_422'],
  ['501', 'openai_http_501'],
  ['429:insufficient_quota', 'insufficient_quota'],
  ['429:credit_balance_exhausted', 'credit_balance_exhausted'],
  ['429:too_large', 'openai_http_429'],
];

describeTransports('retries', ({ redis }) => {
  const cluster = useCluster({ redis, env: { REQRUN_MAX_ANSWER_BYTES: String(1024 * 1024) } });

  describe('of every failure that may pass', () => {
    const ids = new Map<string, string>();

    beforeAll(async () => {
      for (const { step, fields } of RETRIED) {
        ids.set(step, await cluster().client.submit(`sim/${step},ok`, fields));
      }
    });

    it.each(RETRIED)(
      '$step is retried and never shown as success',
      async ({ step, code, status }) => {
        const record = await cluster().client.untilEnded(ids.get(step)!);
        expect(record).toMatchObject({ status: 'completed', attempts: 2, last_error_code: code });
        const [first, second] = await cluster().client.attempts(record.id);
        expect(first).toMatchObject({
          number: 1,
          outcome: 'failed',
          error_code: code,
          http_status: status,
          decision: { action: 'retry', delay_source: 'backoff' },
        });
        expect(first!.decision!.delay_ms).toBeGreaterThanOrEqual(750);
        expect(first!.decision!.delay_ms).toBeLessThanOrEqual(1250);
        expect(second).toMatchObject({ number: 2, outcome: 'succeeded', error_code: null });
      },
    );
  });

  it('run 429, 500, ok as three attempts, each with its decision and its wait', async () => {
    const answer = await cluster().client.wait('sim/429,500,ok');
    expect(answer.status).toBe(200);
    expect(answer.headers['x-reqrun-attempts']).toBe('3');
    const id = String(answer.headers['x-request-id']);
    const attempts = await cluster().client.attempts(id);
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'failed', http_status: 429, error_code: 'openai_http_429' },
      { number: 2, outcome: 'failed', http_status: 500, error_code: 'openai_http_500' },
      { number: 3, outcome: 'succeeded', http_status: 200, error_code: null },
    ]);
    expect(attempts.map(({ decision }) => [decision?.action, decision?.delay_source])).toEqual([
      ['retry', 'backoff'],
      ['retry', 'backoff'],
      ['succeed', null],
    ]);
    for (const [index, base] of [1000, 2000].entries()) {
      const { delay_ms: delay } = attempts[index]!.decision!;
      expect(delay).toBeGreaterThanOrEqual(base * 0.75);
      expect(delay).toBeLessThanOrEqual(base * 1.25);
      expect(pause(attempts, index)).toBeGreaterThanOrEqual(delay!);
    }
    const calls = await cluster().simulator.calls(id);
    expect(calls.map((call) => call.idempotency_key)).toEqual([`${id}-1`, `${id}-2`, `${id}-3`]);
  });

  it.each([
    ['retry-after=1', 'retry-after', 1000],
    ['retry-after-ms=300', 'retry-after-ms', 300],
    ['reset-requests=400ms', 'x-ratelimit-reset', 400],
  ])('wait as long as %s asks, never shorter', async (header, source, ms) => {
    const answer = await cluster().client.wait(`sim/429:${header},ok`);
    expect(answer.status).toBe(200);
    const attempts = await cluster().client.attempts(String(answer.headers['x-request-id']));
    expect(attempts[0]!.decision).toMatchObject({ action: 'retry', delay_source: source });
    expect(attempts[0]!.decision!.delay_ms).toBeGreaterThanOrEqual(ms);
    expect(attempts[0]!.decision!.delay_ms).toBeLessThanOrEqual(ms * 1.25);
    expect(pause(attempts, 0)).toBeGreaterThanOrEqual(ms);
  });

  it('end at once with a code of their own when the wait goes beyond the deadline', async () => {
    const answer = await cluster().client.wait('sim/429:retry-after=60,ok', {
      timeout: { deadline: 20_000 },
    });
    expect(answer.status).toBe(504);
    expect(errorOf(answer).code).toBe('retry_after_exceeds_deadline');
    const attempts = await cluster().client.attempts(String(answer.headers['x-request-id']));
    expect(attempts).toMatchObject([
      { decision: { action: 'fail', reason: 'retry_after_exceeds_deadline' } },
    ]);
  });

  it('are as many as count says: none with 0, two with 2', async () => {
    const none = await cluster().client.wait('sim/500:retry-after-ms=1', { retry: { count: 0 } });
    expect(none.headers['x-reqrun-attempts']).toBe('1');
    const two = await cluster().client.wait('sim/500:retry-after-ms=1', {
      orq: { retries: { count: 2 } },
    });
    expect(two.headers['x-reqrun-attempts']).toBe('3');
    const attempts = await cluster().client.attempts(String(two.headers['x-request-id']));
    expect(attempts.map(({ decision }) => decision?.reason).at(-1)).toBe('retries_exhausted');
  });

  it('follow on_codes for statuses: what it lists is retried, what it leaves out is not', async () => {
    const listed = await cluster().client.wait('sim/418:retry-after-ms=1,ok', {
      retry: { on_codes: [418] },
    });
    expect(listed.status).toBe(200);
    const unlisted = await cluster().client.wait('sim/503:retry-after-ms=1,ok', {
      retry: { on_codes: [418] },
    });
    expect(unlisted.status).toBe(502);
    expect(unlisted.headers['x-reqrun-attempts']).toBe('1');
  });

  it('happen for a broken connection whatever on_codes says', async () => {
    const answer = await cluster().client.wait('sim/reset,ok', { retry: { on_codes: [] } });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-reqrun-attempts']).toBe('2');
  });

  it.each(FINAL)('never happen for %s: one provider call, one attempt', async (step, code) => {
    const answer = await cluster().client.wait(`sim/${step}`);
    const id = String(answer.headers['x-request-id']);
    expect(await cluster().client.record(id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code },
    });
    const attempts = await cluster().client.attempts(id);
    expect(attempts).toMatchObject([{ decision: { action: 'fail', reason: 'not_retryable' } }]);
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
  });

  it('never happen for a spent quota, even where on_codes lists its status', async () => {
    const answer = await cluster().client.wait('sim/429:insufficient_quota', {
      retry: { on_codes: [429] },
    });
    expect(answer.headers['x-reqrun-attempts']).toBe('1');
  });
});

/** Returns the time from the end of an attempt to the start of the next, in ms. */
function pause(
  attempts: readonly { started_at: string; ended_at: string | null }[],
  index: number,
): number {
  return Date.parse(attempts[index + 1]!.started_at) - Date.parse(attempts[index]!.ended_at ?? '');
}
