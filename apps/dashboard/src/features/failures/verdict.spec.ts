import type { FailureGroup } from './failure-groups';
import { verdictOf } from './verdict';

const group = (side: string, requests: number) => ({ side, requests }) as unknown as FailureGroup;
const metrics = (oldest: number | null, p95: number | null) =>
  ({
    now: { oldest_due_seconds: oldest },
    totals: { queue_ms: { p95 } },
  }) as unknown as Parameters<typeof verdictOf>[1];

describe('whether it is the provider or us', () => {
  it('counts the failures of each side, and says how long requests wait for a worker', () => {
    expect(verdictOf([group('provider', 9), group('request', 2)], metrics(null, 12))).toBe(
      '9 failed at the provider and 2 failed because of the request itself. Nothing points to ReqRun: requests wait 12 ms for a worker (p95).',
    );
  });

  it('does not say that nothing points to us where something does', () => {
    expect(verdictOf([group('reqrun', 1)], metrics(null, 12))).toBe('1 failed in ReqRun.');
    expect(verdictOf([group('provider', 1)], metrics(90, 12))).toContain(
      'the oldest due request has waited 1 min 30 s',
    );
  });
});
