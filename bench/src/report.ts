import type { Measurement } from './measure.js';
import { type Column, figure, renderTable } from './table.js';

/** Results of a suite. */
export interface Section {
  title: string;
  /** A Markdown table. */
  table: string;
  /** Data of the table. */
  rows: readonly object[];
  /** Notes below the table: conditions, and loads that could not be measured. */
  notes: readonly string[];
  /** Bars of its chart. */
  bars: readonly Bar[];
}

/** A bar of the chart, in requests per second. */
export interface Bar {
  label: string;
  perSecond: number;
  /** Whether ReqRun took part. */
  ours: boolean;
}

/** Largest share of other load, from 0 to 1, at which the figures are reliable. */
export const QUIET = 0.1;

const COLUMNS: readonly Column<Measurement>[] = [
  ['work', ({ work }) => work],
  ['requests/s', ({ perSecond }) => figure(perSecond, 0)],
  ['of direct', ({ ofDirect }) => figure(ofDirect, 3)],
  ['p50 ms', ({ p50 }) => figure(p50, 1)],
  ['p95 ms', ({ p95 }) => figure(p95, 1)],
  ['p99 ms', ({ p99 }) => figure(p99, 1)],
  ['CPU ms/request', ({ cpuMsPerRequest }) => figure(cpuMsPerRequest, 3)],
  ['memory MiB', ({ memoryMiB }) => figure(memoryMiB, 0)],
  ['commits/request', ({ commitsPerRequest }) => figure(commitsPerRequest, 3)],
  ['runs from–to', ({ range: [low, high] }) => `${low.toFixed(0)}–${high.toFixed(0)}`],
  ['errors', ({ errors }) => String(errors)],
  ['other load', ({ otherLoad }) => `${(otherLoad * 100).toFixed(0)} %`],
];

/**
 * Returns the results of a suite of loads.
 *
 * @param title title of the suite
 * @param rows measurements, one per load
 * @param more columns after the usual ones
 */
export function measurementSection<Row extends Measurement>(
  title: string,
  rows: readonly Row[],
  more: readonly Column<Row>[] = [],
): Section {
  return {
    title,
    table: renderTable<Row>([...COLUMNS, ...more], rows),
    rows,
    notes: disturbance(rows.map(({ otherLoad }) => otherLoad)),
    bars: rows.map(({ work, perSecond }) => ({
      label: work,
      perSecond,
      ours: !work.startsWith('direct'),
    })),
  };
}

/**
 * Returns a note if other work used the machine.
 *
 * @param loads share of the machine that other work took, per run
 */
export function disturbance(loads: readonly number[]): string[] {
  const most = Math.max(0, ...loads);
  return most <= QUIET
    ? []
    : [
        `Disturbed: up to ${(most * 100).toFixed(0)} % of the machine went to other work (other ` +
          'processes, or other guests of the host) during a run. Trust ratios of one run only.',
      ];
}

const BAR_HEIGHT = 22;
const LABEL_WIDTH = 330;
const CHART_WIDTH = 900;

/**
 * Returns requests per second as a bar chart.
 *
 * @param bars bars, from the top
 * @returns the chart as SVG
 */
export function renderChart(bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ perSecond }) => perSecond));
  const shapes = bars.map(({ label, perSecond, ours }, n) => {
    const y = 10 + n * BAR_HEIGHT;
    const width = (perSecond / most) * (CHART_WIDTH - LABEL_WIDTH - 90);
    const fill = ours ? '#2f6fed' : '#9aa4b2';
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${y + 13}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y + 2}" width="${width.toFixed(1)}" height="14" rx="2" fill="${fill}"/>`,
      `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${y + 13}">${perSecond.toFixed(0)}/s</text>`,
    ].join('');
  });
  const height = 20 + bars.length * BAR_HEIGHT;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="#6b7280">${shapes.join('')}</svg>\n`
  );
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
