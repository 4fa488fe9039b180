import { concernsOf } from './attention';
import type { Metrics } from './queries';

const metrics = (totals: object, more: object = {}) =>
  ({
    totals: { accepted: 0, completed: 0, failed: 0, retried: 0, success_rate: null, ...totals },
    now: {
      queued: 0,
      processing: 0,
      retrying: 0,
      waiting_out_outage: 0,
      oldest_due_seconds: null,
    },
    failures_by_code: [],
    ...more,
  }) as unknown as Metrics;

describe('what needs attention', () => {
  it('is nothing where all is well', () => {
    expect(concernsOf(metrics({ accepted: 90, completed: 90, success_rate: 1 }), '1h')).toEqual([]);
  });

  it('is work that nobody picks up, first', () => {
    const late = metrics(
      { accepted: 90, completed: 80, failed: 10, success_rate: 0.97 },
      { now: { oldest_due_seconds: 75 } },
    );

    expect(concernsOf(late, '1h').map(({ level }) => level)).toEqual(['bad', 'warn']);
    expect(concernsOf(late, '1h')[0]?.text).toContain('1 min 15 s');
  });

  it('leads from a code of failure to the requests that failed with it', () => {
    const failed = metrics({}, { failures_by_code: [{ code: 'timeout', count: 3 }] });

    expect(concernsOf(failed, '24h')).toEqual([
      {
        level: 'warn',
        text: '3 requests failed with timeout.',
        detail: expect.stringContaining('Raise the time for one provider call') as string,
        search: 'status=failed&error_code=timeout&range=24h',
      },
    ]);
  });

  it('leads to the requests of the mode whose figures are shown, and to no others', () => {
    const failed = metrics({}, { failures_by_code: [{ code: 'timeout', count: 3 }] });

    expect(concernsOf(failed, '6h', 'live')[0]?.search).toBe(
      'status=failed&error_code=timeout&range=6h&mode=live',
    );
  });

  it('does not speak of a rate when few requests have ended', () => {
    expect(concernsOf(metrics({ completed: 1, failed: 1, success_rate: 0.5 }), '1h')).toEqual([]);
  });
});
