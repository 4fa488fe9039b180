import type { Measurement } from './measure.js';

const COLUMNS: readonly [string, (row: Measurement) => string][] = [
  ['work', ({ work }) => work],
  ['requests/s', ({ perSecond }) => perSecond.toFixed(0)],
  ['of direct', ({ ofDirect }) => ofDirect?.toFixed(3) ?? ''],
  ['p50 ms', ({ p50 }) => p50.toFixed(1)],
  ['p95 ms', ({ p95 }) => p95.toFixed(1)],
  ['p99 ms', ({ p99 }) => p99.toFixed(1)],
  ['CPU ms/request', ({ cpuMsPerRequest }) => cpuMsPerRequest?.toFixed(3) ?? ''],
  ['memory MiB', ({ memoryMiB }) => memoryMiB?.toFixed(0) ?? ''],
  ['commits/request', ({ commitsPerRequest }) => commitsPerRequest?.toFixed(3) ?? ''],
  ['runs from–to', ({ range: [low, high] }) => `${low.toFixed(0)}–${high.toFixed(0)}`],
  ['errors', ({ errors }) => String(errors)],
];

/**
 * The measurements as a Markdown table.
 *
 * @param rows one per load
 */
export function renderTable(rows: readonly Measurement[]): string {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, show]) => show(row))),
  ];
  const widths = COLUMNS.map((_column, n) => Math.max(...cells.map((row) => row[n]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const BAR_HEIGHT = 22;
const LABEL_WIDTH = 330;
const CHART_WIDTH = 900;

/**
 * The measurements as a bar chart of requests per second.
 *
 * @param rows one per load
 */
export function renderChart(rows: readonly Measurement[]): string {
  const most = Math.max(1, ...rows.map(({ perSecond }) => perSecond));
  const bars = rows.map(({ work, perSecond }, n) => {
    const y = 10 + n * BAR_HEIGHT;
    const width = (perSecond / most) * (CHART_WIDTH - LABEL_WIDTH - 90);
    const fill = work.startsWith('direct') ? '#9aa4b2' : '#2f6fed';
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${y + 13}" text-anchor="end">${escapeXml(work)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y + 2}" width="${width.toFixed(1)}" height="14" rx="2" fill="${fill}"/>`,
      `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${y + 13}">${perSecond.toFixed(0)}/s</text>`,
    ].join('');
  });
  const height = 20 + rows.length * BAR_HEIGHT;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${height}" ` +
    `font-family="system-ui, sans-serif" font-size="12" fill="currentColor">${bars.join('')}</svg>\n`
  );
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
