import { MAX_MODELS } from '../sql/metrics-by-model.js';

/** A model and its provider. Both are null for all models that are not shown by themselves. */
export interface MetricsModel {
  provider: string | null;
  model: string | null;
}

/** Retries of a model, as a provider was asked for it. */
export interface ModelMetrics extends MetricsModel {
  /** Requests that called it; one with fallbacks counts at each model that it called. */
  requests: number;
  /** Those that were retried on it. */
  retried: number;
  retries: number;
  /** By the number of the attempt that followed. */
  retries_by_attempt: { attempt: number; count: number }[];
  retries_by_code: { code: string; count: number }[];
  /** Average wait before a retry, in ms; null without any. */
  average_retry_delay_ms: number | null;
  /** Requests that failed, with their last attempt on it. */
  failed: number;
}

/** Fallbacks. */
export interface FallbackMetrics {
  count: number;
  by_code: { code: string; count: number }[];
  /** Between models, the commonest first. */
  by_pair: { from: MetricsModel; to: MetricsModel; count: number }[];
}

/** Counts by kind, then by key. */
type Counts = (kind: string) => Readonly<Record<string, number>>;

/**
 * Sorts counts by code, the commonest first.
 *
 * @param counts by code
 */
export const byCode = (
  counts: Readonly<Record<string, number>>,
): { code: string; count: number }[] =>
  Object.entries(counts)
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));

/**
 * Sorts counts by the number of an attempt.
 *
 * @param counts by number
 */
export const byAttempt = (
  counts: Readonly<Record<string, number>>,
): { attempt: number; count: number }[] =>
  Object.entries(counts)
    .map(([attempt, count]) => ({ attempt: Number(attempt), count }))
    .sort((a, b) => a.attempt - b.attempt);

/**
 * Collects the metrics of models, those with the most requests first. What is beyond the largest number of models is
 * one entry, the last.
 *
 * @param counts sums of the roll-up
 */
export function modelsOf(counts: Counts): ModelMetrics[] {
  const known = largest(counts('model_requests'));
  const place = (key: string): string => (known.has(key) ? key : OTHER);
  const requests = gathered(counts('model_requests'), place);
  const retried = gathered(counts('model_retried'), place);
  const delayMs = gathered(counts('model_delay_ms'), place);
  const failed = gathered(counts('model_failures'), place);
  const attempts = detailed(counts('model_retries_by_attempt'), place);
  const codes = detailed(counts('model_retries_by_code'), place);
  const others = [...requests.keys(), ...failed.keys()].includes(OTHER) ? [OTHER] : [];
  return [...known, ...others].map((key) => {
    const retriesByCode = byCode(codes.get(key) ?? {});
    const retries = retriesByCode.reduce((sum, { count }) => sum + count, 0);
    return {
      ...toModel(key.split(TAB)),
      requests: requests.get(key) ?? 0,
      retried: retried.get(key) ?? 0,
      retries,
      retries_by_attempt: byAttempt(attempts.get(key) ?? {}),
      retries_by_code: retriesByCode,
      average_retry_delay_ms: retries === 0 ? null : (delayMs.get(key) ?? 0) / retries,
      failed: failed.get(key) ?? 0,
    };
  });
}

/**
 * Collects the metrics of fallbacks.
 *
 * @param counts sums of the roll-up
 */
export function fallbacksOf(counts: Counts): FallbackMetrics {
  const pairs = counts('fallbacks');
  const known = largest(pairs);
  const sums = gathered(pairs, (key) => (known.has(key) ? key : OTHER_PAIR));
  const codes = byCode(counts('fallbacks_by_code'));
  const others = sums.has(OTHER_PAIR) ? [OTHER_PAIR] : [];
  return {
    count: codes.reduce((sum, { count }) => sum + count, 0),
    by_code: codes,
    by_pair: [...known, ...others].map((key) => {
      const fields = key.split(TAB);
      return {
        from: toModel(fields),
        to: toModel(fields.slice(2)),
        count: sums.get(key) ?? 0,
      };
    }),
  };
}

const TAB = '\t';
/** Key of the models that are counted as one. */
const OTHER = TAB;
const OTHER_PAIR = TAB.repeat(3);

const toModel = ([provider = '', model = '']: readonly string[]): MetricsModel => ({
  provider: provider === '' ? null : provider,
  model: model === '' ? null : model,
});

/** The keys with the largest counts, the largest first, without those that are one already. */
function largest(counts: Readonly<Record<string, number>>): Set<string> {
  const sorted = Object.entries(counts)
    .filter(([key]) => !key.startsWith(TAB))
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return new Set(sorted.slice(0, MAX_MODELS).map(([key]) => key));
}

/** Adds up counts by place. */
function gathered(
  counts: Readonly<Record<string, number>>,
  place: (key: string) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of Object.entries(counts)) {
    sums.set(place(key), (sums.get(place(key)) ?? 0) + count);
  }
  return sums;
}

/** Adds up counts whose key has a third field, by place and by that field. */
function detailed(
  counts: Readonly<Record<string, number>>,
  place: (key: string) => string,
): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
  for (const [key, count] of Object.entries(counts)) {
    const [provider = '', model = '', detail = ''] = key.split(TAB);
    const at = place(`${provider}${TAB}${model}`);
    const own = sums.get(at) ?? {};
    own[detail] = (own[detail] ?? 0) + count;
    sums.set(at, own);
  }
  return sums;
}
