import v8 from 'node:v8';
import vm from 'node:vm';

import fc from 'fast-check';

import { SlotMap } from './slot-map.js';

describe('SlotMap', () => {
  it('behaves like a Map, whatever is set and deleted in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.nat({ max: 5 }), stays: fc.boolean() }), { maxLength: 60 }),
        (steps) => {
          const model = new Map<number, object>();
          const map = new SlotMap<number, object>();
          for (const { key, stays } of steps) {
            if (stays) {
              const value = {};
              model.set(key, value);
              map.set(key, value);
            } else {
              model.delete(key);
              map.delete(key);
            }
            expect(map.get(key)).toBe(model.get(key));
          }
          expect(map.size).toBe(model.size);
          expect(map.keys()).toEqual([...model.keys()]);
          expect(map.values()).toEqual([...model.values()]);
          map.values().forEach((value, at) => expect(value).toBe([...model.values()][at]));
        },
      ),
    );
  });

  it('what was deleted is young garbage, however long the map has been there', () => {
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as (options?: { type: 'minor' }) => void;
    const map = new SlotMap<number, { bytes: number[] }>();
    for (let key = 0; key < 40; key += 1) {
      map.set(key, { bytes: [] });
    }
    // By now all of the map is in the old generation.
    collect();
    collect();
    const before = oldBytes();
    for (let key = 40; key < 40_040; key += 1) {
      map.set(key, { bytes: new Array<number>(128).fill(key) });
      map.delete(key - 40);
      if (key % 2_000 === 0) {
        collect({ type: 'minor' });
      }
    }
    // Values of 1 KiB: with a Map it grows by some 20 MiB.
    expect(oldBytes() - before).toBeLessThan(8 * 1024 * 1024);
  });
});

function oldBytes(): number {
  return v8
    .getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space')
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}
