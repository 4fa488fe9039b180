import fc from 'fast-check';

import type { Place } from '@reqrun/requests';

import { tenantKey } from './slot-shares.js';
import { Turns } from './turns.js';

const place = (project: number, key = 1, model = 1): Place => ({
  projectId: `00000000-0000-0000-0000-${String(project).padStart(12, '0')}`,
  ...{ mode: 'live', key: String(key), model: String(model), provider: '' },
});

/** Turns at places that all have endless backlogs. */
class Line {
  readonly turns = new Turns();
  readonly slots = new Map<string, number>();
  readonly got = new Map<Place, number>();

  constructor(private readonly places: readonly Place[]) {
    this.turns.renew(places);
  }

  /** Gives slots, and returns to whom. */
  give(limit: number): Place[] {
    const shares = this.turns.plan(
      limit,
      (tenant) => this.slots.get(tenant) ?? 0,
      () => limit,
    );
    return shares.flatMap(({ place: one, share }) => {
      this.got.set(one, (this.got.get(one) ?? 0) + share);
      return Array.from({ length: share }, () => one);
    });
  }

  sumOf(fits: (one: Place) => boolean): number {
    return this.places.filter(fits).reduce((sum, one) => sum + (this.got.get(one) ?? 0), 0);
  }
}

describe('turns', () => {
  it('give a free slot to the project that has the fewest', () => {
    const line = new Line([place(1), place(2)]);
    line.slots.set(tenantKey(place(1)), 3);
    expect(line.give(1)).toEqual([place(2)]);
    expect(line.give(5).filter(({ projectId }) => projectId === place(2).projectId)).toHaveLength(
      4,
    );
  });

  it('go round, one slot at a time, between projects and between keys', () => {
    const places = [place(1, 1), place(1, 2), place(2, 1)];
    const line = new Line(places);
    for (let n = 0; n < 40; n += 1) {
      line.give(1);
    }
    expect(places.map((one) => line.got.get(one))).toEqual([10, 10, 20]);
  });

  it('give the keys of a project equal parts, for however many models one of them is used', () => {
    const busy = Array.from({ length: 8 }, (_, model) => place(1, 1, model));
    const line = new Line([...busy, place(1, 2)]);
    line.give(16);
    expect(line.got.get(place(1, 2)) ?? line.sumOf(({ key }) => key === '2')).toBe(8);
    expect(busy.map((one) => line.got.get(one))).toEqual(busy.map(() => 1));
  });

  it('take no more of a place than there is room for', () => {
    const turns = new Turns();
    turns.renew([place(1), place(2)]);
    const shares = turns.plan(
      10,
      () => 0,
      (one) => (one.projectId === place(1).projectId ? 2 : 0),
    );
    expect(shares).toEqual([{ place: place(1), share: 2 }]);
  });

  it('take several of a place at once in a large claim, and come to the others in the next', () => {
    const places = Array.from({ length: 32 }, (_, project) => place(project));
    const line = new Line(places);
    expect(new Set(line.give(64)).size).toBe(16);
    line.give(64);
    expect(places.map((one) => line.got.get(one))).toEqual(places.map(() => 4));
  });

  it('give exactly the slots that are free, and to nobody two more than to another project', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(5), fc.nat(3), fc.nat(3)), {
          minLength: 1,
          selector: (place) => place.join(),
        }),
        fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 20 }),
        (places, limits) => {
          const line = new Line(places.map((numbers) => place(...numbers)));
          for (const limit of limits) {
            const given = line.give(limit);
            expect(given).toHaveLength(limit);
            for (const one of given) {
              const tenant = tenantKey(one);
              line.slots.set(tenant, (line.slots.get(tenant) ?? 0) + 1);
            }
          }
          const counts = [...new Set(places.map(([project]) => project))].map((project) =>
            line.sumOf(({ projectId }) => projectId === place(project).projectId),
          );
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
