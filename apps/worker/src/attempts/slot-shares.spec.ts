import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { tenantKey, SlotShares } from './slot-shares.js';

/** Lets tenants take slots in turns until none may; returns the number of slots of each. */
function fill(shares: SlotShares, tenants: readonly string[]): number[] {
  const counts = tenants.map(() => 0);
  for (let before = -1, sum = 0; sum > before;) {
    before = sum;
    tenants.forEach((tenant, index) => {
      if (shares.hasRoom(tenant)) {
        shares.take(tenant);
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
  ])('of %i, %i tenants that want all get %i each', (slots, count, each) => {
    const shares = new SlotShares(slots);
    const tenants = Array.from({ length: count }, () => randomUUID());
    const counts = fill(shares, tenants);
    expect(Math.max(...counts)).toBe(each);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('leave room for the test keys of a project whose live calls hang, and for others', () => {
    const shares = new SlotShares(256);
    const projectId = randomUUID();
    fill(shares, [tenantKey({ projectId, mode: 'live' })]);
    const others = [tenantKey({ projectId, mode: 'test' }), randomUUID()];
    expect(Math.min(...fill(shares, others))).toBeGreaterThanOrEqual(20);
  });

  it('are claimed up to the share of each tenant, whichever tenants the rows are of', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.record({ tenant: fc.nat({ max: 5 }), ends: fc.boolean() }), { maxLength: 400 }),
        fc.nat({ max: 6 }),
        (slots, steps, greedy) => {
          const tenants = Array.from({ length: 7 }, (_, n) =>
            tenantKey({
              projectId: `00000000-0000-0000-0000-00000000000${n}`,
              mode: n % 2 ? 'live' : 'test',
            }),
          );
          const shares = new SlotShares(slots);
          const running: string[] = [];
          for (const { tenant, ends } of steps) {
            if (ends) {
              running.splice(0, 1).forEach((one) => shares.giveBack(one));
            } else if (shares.hasRoom(tenants[tenant]!)) {
              shares.take(tenants[tenant]!);
              running.push(tenants[tenant]!);
            }
          }
          const plan = shares.plan();
          if (shares.free === 0) {
            expect(plan).toBeNull();
            return;
          }
          const { limit, full } = plan!;
          expect(limit).toBeGreaterThan(0);
          const tenant = tenants[greedy]!;
          const excluded = full.has(tenant);
          expect(shares.hasRoom(tenant)).toBe(!excluded);
          if (!excluded) {
            for (let n = 0; n < limit; n += 1) {
              expect(shares.hasRoom(tenant)).toBe(true);
              shares.take(tenant);
            }
          }
        },
      ),
    );
  });
});
