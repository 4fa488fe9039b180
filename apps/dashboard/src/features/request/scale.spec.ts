import { roundsOf } from './scale';
import { segmentsOf } from './segments';

const at = (ms: number): string => new Date(ms).toISOString();
const attempt = (number: number, round: number, from: number, to: number | null) => ({
  number,
  round,
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  outcome: to === null ? 'running' : 'failed',
});

describe('the rows of a timeline', () => {
  it('are one for each attempt, with the wait before it, and the wait that goes on', () => {
    const request = {
      created_at: at(0),
      next_attempt_at: at(9_000),
      completed_at: null,
      status: 'retrying',
    };
    const attempts = [attempt(1, 1, 10, 50), attempt(2, 1, 1_000, 1_004)];
    const [round] = roundsOf(segmentsOf(request, attempts, 2_000));

    expect(round?.rows.map((row) => row.map(({ kind }) => kind))).toEqual([
      ['queue', 'attempt'],
      ['wait', 'attempt'],
      ['wait'],
    ]);
    expect(round).toMatchObject({ from: 0, to: 9_000, idleMs: null });
  });

  it('begin anew with each round: the time after an end is told and takes no room', () => {
    const request = {
      created_at: at(0),
      next_attempt_at: null,
      completed_at: at(3_600_888),
      status: 'failed',
    };
    const attempts = [attempt(1, 1, 0, 4), attempt(2, 2, 3_600_000, 3_600_888)];

    expect(roundsOf(segmentsOf(request, attempts, 0))).toMatchObject([
      { from: 0, to: 4, idleMs: null },
      { from: 3_600_000, to: 3_600_888, idleMs: 3_599_996 },
    ]);
  });
});
