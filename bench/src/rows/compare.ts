import { quantilesOf, ratio } from '../statistics.js';

/** An operation on the full database compared with the same operation on the empty one. Times are in ms. */
export interface Comparison {
  operation: string;
  empty: { p50: number; p95: number };
  full: { p50: number; p95: number };
  /** Ratio of full to empty. */
  p50Ratio: number | null;
  p95Ratio: number | null;
}

/**
 * Compares two sets of latencies.
 *
 * @param operation name of the operation
 * @param empty latencies on the empty database in ms, in any order
 * @param full latencies on the full database in ms, in any order
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
 * Returns whether a ratio meets its goal.
 *
 * @param value the ratio; null where nothing is compared
 * @param goal the largest ratio that meets the goal
 */
export function verdict(value: number | null, goal: number): 'yes' | 'no' | '' {
  return value === null ? '' : value <= goal ? 'yes' : 'no';
}
