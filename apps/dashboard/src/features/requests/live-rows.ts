/** The rows on the screen, and the number of others that match and are not shown yet. */
export interface LiveRows<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
  /** Ids of rows that are still shown and no longer match the filters. */
  readonly left: ReadonlySet<string>;
}

/** Rows that were held, some of which may be out of date. */
export interface HeldRows<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
  /** Ids of shown rows whose state is not among the fresh ones. */
  readonly unknown: readonly string[];
}

/**
 * Updates the rows on the screen without moving them. Known rows get their new state in place; rows above the last
 * shown one that match now are counted but not shown. A row that is not among the fresh ones has left the filters, or
 * was pushed off the page by newer ones: its state has to be asked for.
 *
 * @param shown rows on the screen, newest first; ids rise with time
 * @param fresh rows from the API, newest first
 */
export function holdRows<Row extends { readonly id: string }>(
  shown: readonly Row[],
  fresh: readonly Row[],
): HeldRows<Row> {
  const known = new Set(shown.map(({ id }) => id));
  const states = new Map(fresh.map((row) => [row.id, row]));
  const oldest = shown.at(-1)?.id ?? '';
  return {
    rows: shown.map((row) => states.get(row.id) ?? row),
    waiting: fresh.filter(({ id }) => !known.has(id) && id > oldest).length,
    unknown: shown.filter(({ id }) => !states.has(id)).map(({ id }) => id),
  };
}

/**
 * Puts the present states of rows in place. A row that is still unknown has been deleted, and goes.
 *
 * @param held the rows on the screen
 * @param states present states of the unknown rows
 * @param end id of the oldest fresh row if older ones match too; what newer rows have pushed below it may match as before
 */
export function settleRows<Row extends { readonly id: string }>(
  held: HeldRows<Row>,
  states: readonly Row[],
  end: string | null,
): LiveRows<Row> {
  const known = new Map(states.map((row) => [row.id, row]));
  const asked = new Set(held.unknown);
  return {
    rows: held.rows.flatMap((row) => (asked.has(row.id) ? (known.get(row.id) ?? []) : row)),
    waiting: held.waiting,
    left: new Set(held.unknown.filter((id) => known.has(id) && (end === null || id > end))),
  };
}
