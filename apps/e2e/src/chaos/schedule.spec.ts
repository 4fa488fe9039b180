import { Random } from './random.js';
import { faultKinds, scheduleFaults } from './schedule.js';

const kindsOf = (seed: number, count: number, redis: boolean, links = true): string[] =>
  scheduleFaults(new Random(seed), count, { redis, links }, null).map(({ kind }) => kind);

describe('the schedule of faults', () => {
  it.each([true, false])('uses each kind before any comes again (Redis: %s)', (redis) => {
    const all = faultKinds({ redis, links: true }).map(({ kind }) => kind);
    const kinds = kindsOf(1, 2 * all.length, redis);
    expect(kinds.slice(0, all.length).sort()).toEqual([...all].sort());
    expect(kinds.slice(all.length).sort()).toEqual([...all].sort());
  });

  it('is the same for one seed, and another for another', () => {
    expect(kindsOf(7, 30, true)).toEqual(kindsOf(7, 30, true));
    expect(kindsOf(7, 30, true)).not.toEqual(kindsOf(8, 30, true));
  });

  it('breaks no Redis and no links where there are none', () => {
    const broken = (kinds: string[], what: string): number =>
      kinds.filter((kind) => kind.startsWith(what)).length;
    expect(broken(kindsOf(1, 100, true, true), 'Redis')).toBeGreaterThan(0);
    expect(broken(kindsOf(1, 100, true, true), 'links')).toBeGreaterThan(0);
    expect(broken(kindsOf(1, 100, false, true), 'Redis')).toBe(0);
    expect(broken(kindsOf(1, 100, true, false), 'links')).toBe(0);
  });
});
