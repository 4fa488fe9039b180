import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { laneKey, SlotShares } from './slot-shares.js';

/** Lets lanes take slots in turns until none may; returns the number of slots of each. */
function fill(shares: SlotShares, lanes: readonly string[]): number[] {
  const counts = lanes.map(() => 0);
  for (let before = -1, sum = 0; sum > before;) {
    before = sum;
    lanes.forEach((lane, index) => {
      if (shares.hasRoom(lane)) {
        shares.take(lane);
        counts[index]! += 1;
        sum += 1;
      }
    });
  }
  return counts;
}

describe('the slots of a worker', () => {
  it.each([
    [256, 1, 192],
    [256, 2, 110],
    [256, 4, 60],
    [64, 1, 48],
    [4, 1, 3],
    [2, 1, 2],
    [1, 1, 1],
  ])('of %i, %i lanes that want all get %i each', (slots, count, each) => {
    const shares = new SlotShares(slots);
    const lanes = Array.from({ length: count }, () => randomUUID());
    const counts = fill(shares, lanes);
    expect(Math.max(...counts)).toBe(each);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('leave room for the test keys of a project whose live calls hang, and for others', () => {
    const shares = new SlotShares(256);
    const projectId = randomUUID();
    fill(shares, [laneKey({ projectId, mode: 'live' })]);
    const others = [laneKey({ projectId, mode: 'test' }), randomUUID()];
    expect(Math.min(...fill(shares, others))).toBeGreaterThanOrEqual(20);
  });

  it('are claimed up to the share of each lane, whichever lanes the rows are of', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.record({ lane: fc.nat({ max: 5 }), ends: fc.boolean() }), { maxLength: 400 }),
        fc.nat({ max: 6 }),
        (slots, steps, greedy) => {
          const lanes = Array.from({ length: 7 }, (_, n) =>
            laneKey({
              projectId: `00000000-0000-0000-0000-00000000000${n}`,
              mode: n % 2 ? 'live' : 'test',
            }),
          );
          const shares = new SlotShares(slots);
          const running: string[] = [];
          for (const { lane, ends } of steps) {
            if (ends) {
              running.splice(0, 1).forEach((one) => shares.giveBack(one));
            } else if (shares.hasRoom(lanes[lane]!)) {
              shares.take(lanes[lane]!);
              running.push(lanes[lane]!);
            }
          }
          const plan = shares.plan();
          if (shares.free === 0) {
            expect(plan).toBeNull();
            return;
          }
          const { limit, except } = plan!;
          expect(limit).toBeGreaterThan(0);
          const lane = lanes[greedy]!;
          const excluded = except.map(laneKey).includes(lane);
          expect(shares.hasRoom(lane)).toBe(!excluded);
          if (!excluded) {
            for (let n = 0; n < limit; n += 1) {
              expect(shares.hasRoom(lane)).toBe(true);
              shares.take(lane);
            }
          }
        },
      ),
    );
  });
});
