/** Columns of the table of requests, in their usual order. */
export const COLUMNS = [
  'status',
  'id',
  'endpoint',
  'model',
  'attempts',
  'error',
  'key',
  'took',
  'created',
  'provider',
  'mode',
  'ended',
  'tokens',
  'idempotency_key',
  'metadata',
] as const;

/** A column of the table of requests. */
export type Column = (typeof COLUMNS)[number];

/** Headings of the columns. */
export const HEADINGS: Readonly<Record<Column, string>> = {
  status: 'Status',
  id: 'Request',
  endpoint: 'Endpoint',
  model: 'Model',
  attempts: 'Attempts',
  error: 'Error',
  key: 'Key',
  took: 'Took',
  created: 'Created',
  provider: 'Provider',
  mode: 'Mode',
  ended: 'Ended',
  tokens: 'Tokens',
  idempotency_key: 'Idempotency key',
  metadata: 'Metadata',
};

/** Columns of numbers and times, which are aligned to the right. */
export const NUMBERS: ReadonlySet<Column> = new Set<Column>([
  'attempts',
  'took',
  'created',
  'ended',
  'tokens',
]);

/** Height of the rows. */
export type Density = 'comfortable' | 'compact';

/** Columns in their order, and the height of the rows. */
export interface TableLook {
  readonly columns: readonly Column[];
  readonly density: Density;
}

/** The column that is always there: its link opens the request, for the keyboard too. */
export const FIXED: Column = 'id';

/** Look of the table before anything is chosen. */
export const USUAL_LOOK: TableLook = {
  columns: COLUMNS.slice(0, COLUMNS.indexOf('provider')),
  density: 'comfortable',
};

/** Names of the look in the address. */
export const LOOK_NAMES = ['columns', 'density'] as const;

/**
 * Reads a look from a URL's query. Unknown columns are ignored.
 *
 * @param search the query
 * @returns null where the query has none
 */
export function readLook(search: URLSearchParams): TableLook | null {
  const columns = search.get('columns');
  const density = search.get('density');
  return columns === null && density === null
    ? null
    : {
        columns: columns === null ? USUAL_LOOK.columns : knownColumns(columns.split(',')),
        density: density === 'compact' ? density : 'comfortable',
      };
}

/**
 * Adds a look to a URL's query.
 *
 * @param look the look
 * @param search the query
 */
export function writeLook(look: TableLook, search: URLSearchParams): void {
  search.set('columns', look.columns.join(','));
  search.set('density', look.density);
}

/**
 * Returns the known ones of some names, each once, with the fixed column.
 *
 * @param names names of columns, in any form: they may come from an address or from the storage of an older version
 */
export function knownColumns(names: readonly unknown[]): readonly Column[] {
  const known = [...new Set(names)].filter((name): name is Column =>
    COLUMNS.includes(name as Column),
  );
  return known.includes(FIXED) ? known : [FIXED, ...known];
}

/**
 * Moves a column by one place.
 *
 * @param columns the columns
 * @param column the one that moves
 * @param by -1 to the left, 1 to the right
 */
export function moveColumn(
  columns: readonly Column[],
  column: Column,
  by: -1 | 1,
): readonly Column[] {
  const from = columns.indexOf(column);
  const to = from + by;
  const other = columns[to];
  return from === -1 || other === undefined
    ? columns
    : columns.map((its, index) => (index === from ? other : index === to ? column : its));
}
