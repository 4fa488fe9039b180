import { type AttemptTimes, segmentsOf } from './segments';

const at = (second: number): string => new Date(second * 1_000).toISOString();
const attempt = (number: number, from: number, to: number | null, round = 1): AttemptTimes => ({
  number,
  round,
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  outcome: to === null ? 'running' : 'failed',
});
const request = (status: string, more: object = {}) => ({
  created_at: at(0),
  next_attempt_at: null,
  completed_at: null,
  status,
  ...more,
});
const seconds = (segments: ReturnType<typeof segmentsOf>) =>
  segments.map(({ kind, from, to, open }) => [kind, from / 1_000, to / 1_000, open]);

describe("a request's life in stretches", () => {
  it('shows the time in queue, each attempt, and the waits between them', () => {
    const ended = request('completed', { completed_at: at(7) });

    expect(seconds(segmentsOf(ended, [attempt(1, 1, 2), attempt(2, 4, 7)], 99_000))).toEqual([
      ['queue', 0, 1, false],
      ['attempt', 1, 2, false],
      ['wait', 2, 4, false],
      ['attempt', 4, 7, false],
    ]);
  });

  it('lets an attempt that runs reach to the present', () => {
    expect(seconds(segmentsOf(request('processing'), [attempt(1, 1, null)], 5_000))).toEqual([
      ['queue', 0, 1, false],
      ['attempt', 1, 5, true],
    ]);
  });

  it('shows the wait that is still to come', () => {
    const waiting = request('retrying', { next_attempt_at: at(9) });

    expect(seconds(segmentsOf(waiting, [attempt(1, 0, 2)], 5_000)).at(-1)).toEqual([
      'wait',
      2,
      9,
      true,
    ]);
  });

  it('tells a new round from a wait', () => {
    const rounds = [attempt(1, 0, 1), attempt(2, 60, 61, 2)];

    expect(seconds(segmentsOf(request('failed', { completed_at: at(61) }), rounds, 0))).toEqual([
      ['attempt', 0, 1, false],
      ['idle', 1, 60, false],
      ['attempt', 60, 61, false],
    ]);
  });

  it('shows the wait in which a request was canceled', () => {
    const canceled = request('canceled', { completed_at: at(5) });

    expect(seconds(segmentsOf(canceled, [attempt(1, 0, 2)], 99_000)).at(-1)).toEqual([
      'wait',
      2,
      5,
      false,
    ]);
    expect(seconds(segmentsOf(canceled, [], 99_000))).toEqual([['queue', 0, 5, false]]);
  });
});
