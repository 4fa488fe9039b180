import type { Metrics } from '../admin/types.js';
import type { Colors } from './output.js';
import { printable, shortDuration, shortTime } from './printable.js';
import { table } from './table.js';

/**
 * Figures of a project: totals, where requests stand, and tables by error code and by model.
 *
 * @param metrics the figures
 * @param colors for the screen
 */
export function showStats(metrics: Metrics, colors: Colors): string {
  const { totals, now, cache, fallbacks } = metrics;
  const standing = `${now.queued} queued, ${now.processing} processing, ${now.retrying} retrying`;
  const rows: readonly (readonly [string, string])[] = [
    ['From', `${shortTime(metrics.from)} UTC`],
    ['To', `${shortTime(metrics.to)} UTC`],
    ['Accepted', String(totals.accepted)],
    ['Completed', String(totals.completed)],
    ['Failed', String(totals.failed)],
    ['Canceled', String(totals.canceled)],
    ['Success rate', percent(totals.success_rate)],
    ['Retried', String(totals.retried)],
    ['Fallbacks', String(fallbacks.count)],
    ['Cache hits', String(cache.hits)],
    ['Took (p50, p95)', spread(totals.duration_ms)],
    ['Waited (p50, p95)', spread(totals.queue_ms)],
    ['Now', now.capped ? `${standing}, or more` : standing],
  ];
  const parts = [
    table(
      [],
      rows.map(([name, value]) => [colors.dim(name), value]),
      colors,
    ),
  ];
  if (metrics.failures_by_code.length > 0) {
    parts.push(
      table(
        ['FAILED WITH', 'REQUESTS'],
        metrics.failures_by_code.map(({ code, count }) => [printable(code), String(count)]),
        colors,
      ),
    );
  }
  if (metrics.models.length > 0) {
    parts.push(
      table(
        ['MODEL', 'PROVIDER', 'REQUESTS', 'RETRIED', 'RETRIES', 'FAILED'],
        metrics.models.map(({ model, provider, requests, retried, retries, failed }) => [
          model === null ? 'all others' : printable(model),
          printable(provider ?? '–'),
          ...[requests, retried, retries, failed].map(String),
        ]),
        colors,
      ),
    );
  }
  return parts.join('\n\n');
}

const percent = (rate: number | null): string =>
  rate === null ? '–' : `${(Math.floor(rate * 1_000) / 10).toFixed(1)} %`;

function spread({ p50, p95 }: Metrics['totals']['duration_ms']): string {
  return p50 === null || p95 === null ? '–' : `${shortDuration(p50)}, ${shortDuration(p95)}`;
}
