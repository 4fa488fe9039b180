/**
 * Returns the smallest value that a share of all values does not exceed (nearest rank).
 *
 * @param sorted values in ascending order
 * @param share share of the values, from 0 to 1
 * @returns 0 without values
 */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Three quantiles of a set of latencies, in ms. */
export interface Quantiles {
  p50: number;
  p95: number;
  p99: number;
}

/**
 * Returns the quantiles that every report shows.
 *
 * @param values latencies in ms, in any order
 */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
  };
}

/**
 * Returns the ratio of a value to a reference.
 *
 * @returns null without a reference
 */
export function ratio(value: number, reference: number): number | null {
  return reference > 0 ? value / reference : null;
}
