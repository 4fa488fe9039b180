import { quantilesOf, ratio } from '../statistics.js';

/** An operation on the full database beside the same on the empty one. Times are ms. */
export interface Comparison {
  operation: string;
  empty: { p50: number; p95: number };
  full: { p50: number; p95: number };
  /** Full by empty. */
  p50Ratio: number | null;
  p95Ratio: number | null;
}

/**
 * Compares two sets of latencies.
 *
 * @param operation what was timed
 * @param empty ms each, in any order
 * @param full the same
 */
export function compare(
  operation: string,
  empty: readonly number[],
  full: readonly number[],
): Comparison {
  const [onEmpty, onFull] = [quantilesOf(empty), quantilesOf(full)];
  return {
    operation,
    empty: { p50: onEmpty.p50, p95: onEmpty.p95 },
    full: { p50: onFull.p50, p95: onFull.p95 },
    p50Ratio: ratio(onFull.p50, onEmpty.p50),
    p95Ratio: ratio(onFull.p95, onEmpty.p95),
  };
}

/**
 * Whether a ratio keeps to its goal.
 *
 * @param value null where nothing compares
 * @param goal the largest that is good
 */
export function verdict(value: number | null, goal: number): 'yes' | 'no' | '' {
  return value === null ? '' : value <= goal ? 'yes' : 'no';
}
