import { POSTGRES_FAULTS, REDIS_FAULTS } from './faults/databases.js';
import type { Fault } from './faults/fault.js';
import { LINK_FAULTS } from './faults/links.js';
import { CLIENT_FAULTS, PROVIDER_FAULTS } from './faults/outside.js';
import { PROCESS_FAULTS } from './faults/processes.js';
import type { Random } from './random.js';

/** Optional parts of the system, which faults can break. */
export interface Present {
  readonly redis: boolean;
  readonly links: boolean;
}

/** Returns all kinds of faults. */
export function faultKinds({ redis, links }: Present): readonly Fault[] {
  return [
    ...PROCESS_FAULTS,
    ...POSTGRES_FAULTS,
    ...REDIS_FAULTS,
    ...PROVIDER_FAULTS,
    ...CLIENT_FAULTS,
    ...LINK_FAULTS,
  ].filter((fault) => (redis || fault.redis !== true) && (links || fault.links !== true));
}

/**
 * Returns the faults of a run. Each kind occurs once before any occurs a second time.
 *
 * @param random random numbers of the run
 * @param count number of faults
 * @param present optional parts of the system
 * @param only expression that selects the kinds; null for all
 */
export function scheduleFaults(
  random: Random,
  count: number,
  present: Present,
  only: RegExp | null,
): Fault[] {
  const kinds = faultKinds(present).filter(({ kind }) => only?.test(kind) !== false);
  if (kinds.length === 0) {
    throw new TypeError('No kind of fault matches.');
  }
  const faults: Fault[] = [];
  while (faults.length < count) {
    faults.push(...random.shuffle(kinds));
  }
  return faults.slice(0, count);
}
