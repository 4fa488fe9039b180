/**
 * Bounds of all histograms, in ms: four per doubling, from 1 ms to 29 days. A percentile is off by 19 % at
 * most, typically by half of that.
 */
export const HISTOGRAM_BOUNDS_MS: readonly number[] = Array.from(
  { length: 126 },
  (_, index) => 2 ** (index / 4),
);

/** Counts by bucket. The bucket numbers are those of PostgreSQL's `width_bucket` for the bounds. */
export type Histogram = Readonly<Record<string, number>>;

/**
 * Returns a percentile of a histogram, by interpolation within its bucket.
 *
 * @param histogram counts by bucket
 * @param share the percentile as a fraction, between 0 and 1
 * @returns ms, or null when nothing was counted
 */
export function percentileOf(histogram: Histogram, share: number): number | null {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { bucket, count } of buckets) {
    if (below + count >= share * total) {
      const lower = bucket === 0 ? 0 : boundAt(bucket - 1);
      return lower + ((share * total - below) / count) * (boundAt(bucket) - lower);
    }
    below += count;
  }
  return null;
}

/** Bound of an index, in ms. Beyond the last bound the same ratio continues. */
const boundAt = (index: number): number => HISTOGRAM_BOUNDS_MS[index] ?? 2 ** (index / 4);

/**
 * Adds up counts by key.
 *
 * @param all the counts
 */
export function addCounts(all: readonly Histogram[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [key, count] of Object.entries(counts)) {
      sum[key] = (sum[key] ?? 0) + count;
    }
  }
  return sum;
}
