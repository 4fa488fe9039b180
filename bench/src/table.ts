/** A column: its title, and a function that renders a row's cell. */
export type Column<Row> = readonly [title: string, show: (row: Row) => string];

/**
 * Returns rows as a Markdown table, aligned so that it is readable as plain text too.
 *
 * @param columns columns, from the left
 * @param rows rows, from the top
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
 * Returns a number for a table.
 *
 * @param value the number; null gives an empty cell
 * @param digits number of decimal places
 */
export function figure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '' : value.toFixed(digits);
}

/**
 * Returns statuses for a table.
 *
 * @param statuses number of calls by HTTP status
 */
export function statusesOf(statuses: Readonly<Record<string, number>>): string {
  return Object.entries(statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
}
