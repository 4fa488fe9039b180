/**
 * The value that a share of all values does not exceed (nearest rank).
 *
 * @param sorted the values, smallest first
 * @param share from 0 to 1
 * @returns 0 when there are none
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
 * The quantiles that are reported everywhere.
 *
 * @param values in any order
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
 * One value against another.
 *
 * @returns null where there is nothing to compare with
 */
export function ratio(value: number, reference: number): number | null {
  return reference > 0 ? value / reference : null;
}
