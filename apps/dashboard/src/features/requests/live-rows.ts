/** The rows that are on the screen, and how many newer ones wait to be let in. */
export interface LiveRows<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
}

/**
 * Brings rows that are on the screen up to date without moving them: rows that are known get their
 * new state in place, newer ones are counted, not shown.
 *
 * @param shown the rows on the screen, newest first
 * @param fresh what the API says now, newest first
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
