/** A column: its title, and how a row shows in it. */
export type Column<Row> = readonly [title: string, show: (row: Row) => string];

/**
 * Rows as a Markdown table, aligned so that it reads as plain text too.
 *
 * @param columns titles and contents, from the left
 * @param rows one line each
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, show]) => show(row).replaceAll('|', '\\|'))),
  ];
  const widths = columns.map((_column, n) =>
    Math.max(3, ...cells.map((row) => row[n]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/**
 * A number for a table.
 *
 * @param value null shows as nothing
 * @param digits behind the point
 */
export function figure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '' : value.toFixed(digits);
}

/**
 * Statuses for a table.
 *
 * @param statuses HTTP statuses and how often each came
 */
export function statusesOf(statuses: Readonly<Record<string, number>>): string {
  return Object.entries(statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
}
