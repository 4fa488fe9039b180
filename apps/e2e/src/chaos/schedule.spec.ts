import { Random } from './random.js';
import { faultKinds, scheduleFaults } from './schedule.js';

const kindsOf = (seed: number, count: number, redis: boolean): string[] =>
  scheduleFaults(new Random(seed), count, redis, null).map(({ kind }) => kind);

describe('the schedule of faults', () => {
  it.each([true, false])('uses each kind before any comes again (Redis: %s)', (redis) => {
    const all = faultKinds(redis).map(({ kind }) => kind);
    const kinds = kindsOf(1, 2 * all.length, redis);
    expect(kinds.slice(0, all.length).sort()).toEqual([...all].sort());
    expect(kinds.slice(all.length).sort()).toEqual([...all].sort());
  });

  it('is the same for one seed, and another for another', () => {
    expect(kindsOf(7, 30, true)).toEqual(kindsOf(7, 30, true));
    expect(kindsOf(7, 30, true)).not.toEqual(kindsOf(8, 30, true));
  });

  it('breaks no Redis where there is none', () => {
    expect(kindsOf(1, 100, false).filter((kind) => kind.startsWith('Redis'))).toEqual([]);
  });
});
