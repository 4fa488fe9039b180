import { JITTER_RATIO, backoffBaseMs } from './backoff.js';
import { MAX_RETRY_COUNT } from './policy.js';

/** The exponential waits around one retry, in milliseconds. */
export interface RetryDelayRow {
  /** 1 for the first retry. */
  readonly retry: number;
  /** The wait before it, without jitter. */
  readonly baseMs: number;
  /** The shortest it can be. */
  readonly minMs: number;
  /** The longest it can be. */
  readonly maxMs: number;
  /** All waits up to and with this one, without jitter. */
  readonly cumulativeMs: number;
  /** All waits up to and with this one, each at its longest. */
  readonly cumulativeMaxMs: number;
}

/** The waits before every retry that a policy can ask for, from the constants that decide them. */
export function retryDelayTable(): readonly RetryDelayRow[] {
  const rows: RetryDelayRow[] = [];
  let cumulativeMs = 0;
  for (let retry = 1; retry <= MAX_RETRY_COUNT; retry += 1) {
    const baseMs = backoffBaseMs(retry - 1);
    cumulativeMs += baseMs;
    rows.push({
      retry,
      baseMs,
      minMs: baseMs * (1 - JITTER_RATIO),
      maxMs: baseMs * (1 + JITTER_RATIO),
      cumulativeMs,
      cumulativeMaxMs: cumulativeMs * (1 + JITTER_RATIO),
    });
  }
  return rows;
}

const HEADINGS = ['Retry', 'Wait', 'With jitter', 'Waited in all', 'At most'];

/**
 * {@link retryDelayTable} as the Markdown table of docs/retries.md, with columns padded the way
 * Prettier pads them, so that a generated page is also a formatted one. No newline at its end.
 */
export function renderRetriesTable(): string {
  const body = retryDelayTable().map((row) => [
    String(row.retry),
    seconds(row.baseMs),
    `${seconds(row.minMs)} to ${seconds(row.maxMs)}`,
    seconds(row.cumulativeMs),
    seconds(row.cumulativeMaxMs),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => `${'-'.repeat(width - 1)}:`);
  return [line(HEADINGS), line(rule), ...body.map(line)].join('\n');
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
