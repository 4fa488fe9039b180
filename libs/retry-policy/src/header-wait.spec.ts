import { readHeaderWait } from './header-wait.js';
import { httpFailure } from './testing/failures.js';

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0);
const IN_A_MINUTE = 'Sun, 01 Mar 2026 12:01:00 GMT';

const waitOf = (status: number, headers: Record<string, string>, nowMs = NOW) =>
  readHeaderWait(httpFailure(status, { headers }), nowMs);

const SPENT_REQUESTS = {
  'x-ratelimit-remaining-requests': '0',
  'x-ratelimit-reset-requests': '6m0s',
};
const SPENT_TOKENS = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '120ms' };

describe('readHeaderWait', () => {
  it.each(['network', 'timeout', 'invalid_response'] as const)(
    'a failure without an answer (%s) has no header',
    (kind) => {
      expect(readHeaderWait({ kind }, NOW)).toBeUndefined();
    },
  );

  it.each([
    ['retry-after-ms', '1500', 1_500],
    ['retry-after-ms', '1500.2', 1_501],
    ['retry-after', '20', 20_000],
    ['retry-after', '0.5', 500],
    ['retry-after', '7.25', 7_250],
    ['retry-after', IN_A_MINUTE, 60_000],
    ['retry-after', 'Sunday, 01-Mar-26 12:01:00 GMT', 60_000],
    ['retry-after', 'Sun Mar  1 12:01:00 2026', 60_000],
  ] as const)('%s: %s is a wait of %d ms, whatever the status', (name, value, ms) => {
    for (const status of [408, 429, 500, 503]) {
      expect(waitOf(status, { [name]: value })).toEqual({ ms, source: name });
    }
  });

  it.each([
    ['retry-after-ms', '0'],
    ['retry-after', '0'],
    ['retry-after', '0.0'],
    ['retry-after', 'Sun, 01 Mar 2026 12:00:00 GMT'],
    ['retry-after', 'Sun, 01 Mar 2026 11:59:59 GMT'],
  ])('%s: %s is no wait', (name, value) => {
    expect(waitOf(429, { [name]: value })).toBeUndefined();
    expect(waitOf(429, { [name]: value, ...SPENT_REQUESTS })?.source).toBe('x-ratelimit-reset');
  });

  it.each([
    ['35s', 35_000],
    ['55.576865699s', 55_577],
  ])('a delay of %s in the body is a wait', (retryDelay, ms) => {
    const failure = httpFailure(429, { retryDelay });
    expect(readHeaderWait(failure, NOW)).toEqual({ ms, source: 'retry-info' });
    const both = httpFailure(429, { retryDelay, headers: { 'retry-after': '3' } });
    expect(readHeaderWait(both, NOW)?.source).toBe('retry-after');
  });

  it('rounds up to the date when the clock stands between two milliseconds', () => {
    expect(waitOf(503, { 'retry-after': IN_A_MINUTE }, NOW + 0.5)?.ms).toBe(60_000);
  });

  it('asks retry-after-ms before retry-after before x-ratelimit-reset', () => {
    const headers = { 'retry-after-ms': '700', 'retry-after': '20', ...SPENT_REQUESTS };
    expect(waitOf(429, headers)?.source).toBe('retry-after-ms');
    expect(waitOf(429, { ...headers, 'retry-after-ms': 'soon' })?.source).toBe('retry-after');
    expect(waitOf(429, { ...headers, 'retry-after-ms': 'soon', 'retry-after': '-1' })?.source).toBe(
      'x-ratelimit-reset',
    );
  });

  it.each([
    ['', ''],
    ['-1', '-20'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['1e9', '1e9'],
    ['9'.repeat(40), '9'.repeat(40)],
    ['9'.repeat(400), '9'.repeat(400)],
    ['soon', 'Sun, 31 Feb 2027 08:49:37 GMT'],
    ['5, 5', '5, 5'],
    ['1 000', '2026-03-01T12:01:00Z'],
    ['-0', 'Sun, 01 Mar 2026 11:59:59 GMT'],
  ])('retry-after-ms: %j and retry-after: %j count as absent', (ms, after) => {
    expect(waitOf(503, { 'retry-after-ms': ms, 'retry-after': after })).toBeUndefined();
  });

  it('waits for the limit that is used up', () => {
    expect(waitOf(429, { ...SPENT_TOKENS })).toEqual({ ms: 120, source: 'x-ratelimit-reset' });
    expect(waitOf(429, { ...SPENT_REQUESTS })).toEqual({
      ms: 360_000,
      source: 'x-ratelimit-reset',
    });
  });

  it('does not wait for a limit of which something remains', () => {
    const headers = { ...SPENT_TOKENS, ...SPENT_REQUESTS, 'x-ratelimit-remaining-requests': '3' };
    expect(waitOf(429, headers)?.ms).toBe(120);
  });

  it('waits for the later of two limits that are used up', () => {
    expect(waitOf(429, { ...SPENT_TOKENS, ...SPENT_REQUESTS })?.ms).toBe(360_000);
  });

  it('takes the readable one of two limits that are used up', () => {
    const headers = { ...SPENT_TOKENS, ...SPENT_REQUESTS, 'x-ratelimit-reset-requests': 'soon' };
    expect(waitOf(429, headers)?.ms).toBe(120);
  });

  it.each([200, 400, 500, 503])('x-ratelimit-reset says nothing on a %i', (status) => {
    expect(waitOf(status, { ...SPENT_REQUESTS })).toBeUndefined();
  });

  it.each([
    ['1', '6m0s'],
    ['-1', '6m0s'],
    ['', '6m0s'],
    ['none', '6m0s'],
    ['0', ''],
    ['0', '0'],
    ['0', '0s'],
    ['0', '-1s'],
    ['0', 'soon'],
  ])('remaining %j with reset %j names no wait', (remaining, reset) => {
    const headers = {
      'x-ratelimit-remaining-tokens': remaining,
      'x-ratelimit-reset-tokens': reset,
    };
    expect(waitOf(429, headers)).toBeUndefined();
  });

  it('a reset without its remaining, or beside the other limit’s, names no wait', () => {
    expect(waitOf(429, { 'x-ratelimit-reset-tokens': '5s' })).toBeUndefined();
    expect(
      waitOf(429, { 'x-ratelimit-reset-tokens': '5s', 'x-ratelimit-remaining-requests': '0' }),
    ).toBeUndefined();
  });
});
