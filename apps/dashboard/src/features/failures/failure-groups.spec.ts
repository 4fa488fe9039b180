import type { AdminRequest } from '../requests/queries';
import { groupFailures, sideOf } from './failure-groups';

const START = Date.parse('2026-03-01T00:00:00Z');
const MINUTE = 60_000;
const request = (id: string, code: string, minute: number, more: object = {}): AdminRequest =>
  ({
    id,
    error: { code, http_status: 503 },
    completed_at: new Date(START + minute * MINUTE).toISOString(),
    requested_model: 'gpt-4o',
    provider: 'openai',
    api_key: { id: 'k1', name: 'shop' },
    ...more,
  }) as unknown as AdminRequest;

describe('failures by their cause', () => {
  const groups = groupFailures(
    [
      request('a', 'timeout', 9),
      request('b', 'openai_http_503', 1),
      request('c', 'openai_http_503', 59, { requested_model: 'gpt-5' }),
      request('d', 'openai_http_503', 30, { api_key: { id: 'k2', name: null } }),
    ],
    START,
    START + 60 * MINUTE,
  );

  it('come with the most frequent first, with when they began and when the last one was', () => {
    expect(groups.map(({ code, requests }) => [code, requests])).toEqual([
      ['openai_http_503', 3],
      ['timeout', 1],
    ]);
    expect(groups[0]).toMatchObject({
      first: '2026-03-01T00:01:00.000Z',
      last: '2026-03-01T00:59:00.000Z',
      sample: 'c',
    });
  });

  it('tell the models, providers and keys that they are about', () => {
    expect(groups[0]).toMatchObject({
      models: [
        { value: 'gpt-4o', requests: 2 },
        { value: 'gpt-5', requests: 1 },
      ],
      providers: [{ value: 'openai', requests: 3 }],
      keys: [
        { value: 'k1', label: 'shop', requests: 2 },
        { value: 'k2', label: 'deleted key', requests: 1 },
      ],
    });
  });

  it('are spread over the range by the time at which they ended', () => {
    const series = groups[0]?.series ?? [];

    expect([series[0], series[15], series[29]]).toEqual([1, 1, 1]);
    expect(series.reduce((sum, n) => sum + n, 0)).toBe(3);
  });
});

describe('where the cause of a failure lies', () => {
  it.each([
    ['openai_http_503', 503, 'provider'],
    ['openai_http_429', 429, 'provider'],
    ['network_error', null, 'provider'],
    ['timeout', null, 'provider'],
    ['insufficient_quota', 429, 'setup'],
    ['provider_auth_failed', 401, 'setup'],
    ['unsupported_value', 400, 'request'],
    ['worker_lost', null, 'reqrun'],
  ])('%s with HTTP %s: %s', (code, status, side) => {
    expect(sideOf(code, status)).toBe(side);
  });
});
