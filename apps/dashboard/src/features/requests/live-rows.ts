/** The rows on the screen, and the number of newer rows that are not shown yet. */
export interface LiveRows<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
}

/**
 * Updates the rows on the screen without moving them. Known rows get their new state in place; newer rows
 * are counted but not shown.
 *
 * @param shown rows on the screen, newest first
 * @param fresh rows from the API, newest first
 */
export function holdRows<Row extends { readonly id: string }>(
  shown: readonly Row[],
  fresh: readonly Row[],
): LiveRows<Row> {
  const known = new Set(shown.map(({ id }) => id));
  const firstKnown = fresh.findIndex(({ id }) => known.has(id));
  const states = new Map(fresh.map((row) => [row.id, row]));
  return {
    rows: shown.map((row) => states.get(row.id) ?? row),
    waiting: firstKnown === -1 ? fresh.length : firstKnown,
  };
}
