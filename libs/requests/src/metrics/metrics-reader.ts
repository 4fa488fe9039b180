import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import { COUNT_OPEN, READ_ROLLUPS, SUM_COLUMNS } from '../sql/metrics.js';
import {
  byAttempt,
  byCode,
  type FallbackMetrics,
  fallbacksOf,
  type ModelMetrics,
  modelsOf,
} from './by-model.js';
import { addCounts, type Histogram, percentileOf } from './histogram.js';
import { beginOf } from './roll-up.js';

/** p50, p95 and p99 in ms; null without any values. */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** Metrics of the requests that were accepted within a time range. */
export interface ProjectMetrics {
  from: string;
  to: string;
  step_seconds: number;
  totals: {
    accepted: number;
    completed: number;
    failed: number;
    canceled: number;
    /** Number of requests with an attempt that was followed by another. */
    retried: number;
    /** Completed requests as a fraction of those that completed or failed. */
    success_rate: number | null;
    /** Completed requests per minute of the part of the range that has passed. */
    throughput_per_minute: number;
    /** Average wait before a further attempt, in ms. */
    average_retry_delay_ms: number | null;
    /** Time from acceptance to the first attempt. */
    queue_ms: Percentiles;
    /** Time from acceptance to completion. */
    duration_ms: Percentiles;
  };
  series: {
    at: string;
    accepted: number;
    completed: number;
    failed: number;
    canceled: number;
    retried: number;
    p50_ms: number | null;
    p95_ms: number | null;
    p99_ms: number | null;
    queue_p95_ms: number | null;
  }[];
  /** Retries by the number of the attempt that followed, in `attempt`. */
  retries_by_attempt: { attempt: number; count: number }[];
  retries_by_code: { code: string; count: number }[];
  failures_by_code: { code: string; count: number }[];
  /** Retries by model and provider, the most called first. */
  models: ModelMetrics[];
  fallbacks: FallbackMetrics;
  /** Requests under the cache. */
  cache: {
    /** Got an answer that was there. */
    hits: number;
    /** Ran themselves. */
    misses: number;
    /** Waited for an identical request. */
    followed: number;
    /** Misses whose answer was not kept. */
    not_kept: number;
  };
  now: {
    queued: number;
    processing: number;
    retrying: number;
    /** Number of requests in `retrying` that are retried until their deadline. */
    waiting_out_outage: number;
    oldest_due_seconds: number | null;
    /** Whether there are more than were counted. */
    capped: boolean;
  };
}

/** Project, mode and time range of metrics. */
export interface MetricsRange {
  projectId: string;
  /** Mode; both if absent. */
  mode?: RequestMode;
  from: Date;
  to: Date;
}

interface RollupRow {
  [column: string]: unknown;
  at: Date;
  accepted: number;
  completed: number;
  failed: number;
  canceled: number;
  retried: number;
  delays: number;
  delay_ms: number;
  counts: Readonly<Record<string, Histogram>>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Longest range of metrics, in ms. */
export const MAX_METRICS_RANGE_MS = 400 * DAY_MS;

/**
 * Returns the seconds per point of a series, so that any range has some hundred points.
 *
 * @param rangeMs duration of the range, in ms
 */
export function stepOf(rangeMs: number): number {
  if (rangeMs <= 3 * HOUR_MS) {
    return 60;
  }
  if (rangeMs <= 26 * HOUR_MS) {
    return 300;
  }
  return rangeMs <= 15 * DAY_MS ? 3_600 : 86_400;
}

/** Reads metrics from the roll-up: a few hundred rows by key, however many requests there were. */
export class MetricsReader {
  /** @param pool the database */
  constructor(private readonly pool: Pool) {}

  /**
   * Reads the metrics of a range, which is widened to whole steps.
   *
   * @param range the project, the mode and the range
   * @throws DatabaseError
   */
  async read(range: MetricsRange): Promise<ProjectMetrics> {
    const step = stepOf(range.to.getTime() - range.from.getTime());
    const from = beginOf(range.from, step);
    const to = new Date(beginOf(new Date(range.to.getTime() - 1), step).getTime() + step * 1000);
    const modes = range.mode === undefined ? ['live', 'test'] : [range.mode];
    try {
      const rows = await run<RollupRow>(this.pool, { name: 'metrics-read', text: READ_ROLLUPS }, [
        range.projectId,
        modes,
        step,
        from,
        to,
      ]);
      const [now] = await run<ProjectMetrics['now'] & Record<string, unknown>>(
        this.pool,
        { name: 'metrics-open', text: COUNT_OPEN },
        [range.projectId, modes],
      );
      const counts = (kind: string): Record<string, number> => sumOf(rows, kind);
      return {
        from: from.toISOString(),
        to: to.toISOString(),
        step_seconds: step,
        totals: totalsOf(rows, minutesOf(from, to)),
        series: seriesOf(rows, from, to, step),
        retries_by_attempt: byAttempt(counts('retries_by_attempt')),
        retries_by_code: byCode(counts('retries_by_code')),
        failures_by_code: byCode(counts('failures_by_code')),
        models: modelsOf(counts),
        fallbacks: fallbacksOf(counts),
        cache: cacheOf(counts('cache')),
        now: now ?? {
          queued: 0,
          processing: 0,
          retrying: 0,
          waiting_out_outage: 0,
          oldest_due_seconds: null,
          capped: false,
        },
      };
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

function totalsOf(rows: readonly RollupRow[], minutes: number): ProjectMetrics['totals'] {
  const sum = addUp(rows);
  const ended = sum.completed + sum.failed;
  return {
    accepted: sum.accepted,
    completed: sum.completed,
    failed: sum.failed,
    canceled: sum.canceled,
    retried: sum.retried,
    success_rate: ended === 0 ? null : sum.completed / ended,
    throughput_per_minute: minutes === 0 ? 0 : sum.completed / minutes,
    average_retry_delay_ms: sum.delays === 0 ? null : sum.delay_ms / sum.delays,
    queue_ms: percentilesOf(sumOf(rows, 'queue_times')),
    duration_ms: percentilesOf(sumOf(rows, 'durations')),
  };
}

function seriesOf(
  rows: readonly RollupRow[],
  from: Date,
  to: Date,
  step: number,
): ProjectMetrics['series'] {
  const byTime = new Map<number, RollupRow[]>();
  for (const row of rows) {
    byTime.set(row.at.getTime(), [...(byTime.get(row.at.getTime()) ?? []), row]);
  }
  const series: ProjectMetrics['series'] = [];
  for (let at = from.getTime(); at < to.getTime(); at += step * 1000) {
    const own = byTime.get(at) ?? [];
    const { accepted, completed, failed, canceled, retried } = addUp(own);
    const durations = percentilesOf(sumOf(own, 'durations'));
    series.push({
      at: new Date(at).toISOString(),
      accepted,
      completed,
      failed,
      canceled,
      retried,
      p50_ms: durations.p50,
      p95_ms: durations.p95,
      p99_ms: durations.p99,
      queue_p95_ms: percentilesOf(sumOf(own, 'queue_times')).p95,
    });
  }
  return series;
}

const cacheOf = (counts: Readonly<Record<string, number>>): ProjectMetrics['cache'] => ({
  hits: counts['hit'] ?? 0,
  misses: counts['miss'] ?? 0,
  followed: counts['followed'] ?? 0,
  not_kept: counts['not_kept'] ?? 0,
});

type Sums = Record<(typeof SUM_COLUMNS)[number], number>;

function addUp(rows: readonly RollupRow[]): Sums {
  const sum: Sums = {
    accepted: 0,
    completed: 0,
    failed: 0,
    canceled: 0,
    retried: 0,
    delays: 0,
    delay_ms: 0,
  };
  for (const row of rows) {
    for (const column of SUM_COLUMNS) {
      sum[column] += row[column];
    }
  }
  return sum;
}

const sumOf = (rows: readonly RollupRow[], kind: string): Record<string, number> =>
  addCounts(rows.map(({ counts }) => counts[kind] ?? {}));

const percentilesOf = (histogram: Histogram): Percentiles => ({
  p50: percentileOf(histogram, 0.5),
  p95: percentileOf(histogram, 0.95),
  p99: percentileOf(histogram, 0.99),
});

/** Minutes of a range that have passed. */
const minutesOf = (from: Date, to: Date): number =>
  Math.max(0, Math.min(to.getTime(), Date.now()) - from.getTime()) / 60_000;
