import type { Footprint } from '../watch.js';
import type { Check } from './evidence.js';

/** Prompts are stored only sealed. */
export const promptsStaySealed: Check = {
  name: '7 the canary is in no log, no Redis command, no plain column',
  run: ({ leaks }) => [...leaks],
};

const MORE_DESCRIPTORS = 20;
const MORE_CONNECTIONS = 10;
const MORE_BYTES = 200 * 2 ** 20;

/** No process keeps growing. */
export const nothingLeaks: Check = {
  name: '8 memory, handles and connections return',
  run: ({ footprints: { before, after } }) => grownSince(before, after),
};

/**
 * Returns the resources that a process holds more of than before.
 *
 * @param before footprints at the beginning, under a little load
 * @param after footprints at the end, at rest
 * @returns one line for each growth
 */
export function grownSince(before: readonly Footprint[], after: readonly Footprint[]): string[] {
  return after.flatMap((now) => {
    const then = before.find(({ name }) => name === now.name);
    if (then === undefined) {
      return [];
    }
    const grown = (what: string, from: number, to: number, allowed: number): string[] =>
      to > from + allowed ? [`${now.name}: ${what} grew from ${from} to ${to}`] : [];
    return [
      ...grown('resident bytes', then.residentBytes, now.residentBytes, MORE_BYTES),
      ...grown('descriptors', then.descriptors, now.descriptors, MORE_DESCRIPTORS),
      ...grown('database connections', then.connections, now.connections, MORE_CONNECTIONS),
      ...(now.stillBusy > 0 ? [`${now.name}: ${now.stillBusy} still in flight or waiting`] : []),
    ];
  });
}
