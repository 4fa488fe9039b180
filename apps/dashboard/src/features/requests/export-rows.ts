import { api, take } from '../../api/client';
import { type RequestFilters, toQuery } from './filters';
import type { AdminRequest } from './queries';

/** Format of an export. */
export type ExportFormat = 'csv' | 'ndjson';

/** Largest number of exported requests. */
export const MOST_EXPORTED = 10_000;
const PAGE = 100;

const COLUMNS: readonly (readonly [string, (request: AdminRequest) => string | number | null])[] = [
  ['id', ({ id }) => id],
  ['created_at', ({ created_at }) => created_at],
  ['completed_at', ({ completed_at }) => completed_at],
  ['status', ({ status }) => status],
  ['mode', ({ mode }) => mode],
  ['endpoint', ({ endpoint }) => endpoint],
  ['requested_model', ({ requested_model }) => requested_model],
  ['model', ({ model }) => model],
  ['provider', ({ provider }) => provider],
  ['attempts', ({ attempts }) => attempts],
  ['error_code', ({ error }) => error?.code ?? null],
  ['http_status', ({ error }) => error?.http_status ?? null],
  ['duration_ms', ({ duration_ms }) => duration_ms],
  ['waiting_ms', ({ waiting_ms }) => waiting_ms],
  ['key_id', ({ api_key }) => api_key.id],
  ['key_name', ({ api_key }) => api_key.name],
  ['idempotency_key', ({ idempotency_key }) => idempotency_key],
  ['metadata', ({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))],
];

/**
 * Reads the requests of a list, newest first.
 *
 * @param projectId UUID of the project
 * @param filters filters of the list
 * @param onProgress called with the number of requests read so far
 * @returns at most `MOST_EXPORTED` requests
 * @throws ApiError
 */
export async function readAll(
  projectId: string,
  filters: RequestFilters,
  onProgress: (read: number) => void,
): Promise<readonly AdminRequest[]> {
  const rows: AdminRequest[] = [];
  const narrowed = toQuery(filters, Date.now());
  for (let after: string | null = null; ;) {
    const query = { ...narrowed, limit: PAGE, ...(after !== null && { after }) };
    const page = await readPage(projectId, query);
    rows.push(...page.data);
    onProgress(rows.length);
    after = page.last_id;
    if (!page.has_more || after === null || rows.length >= MOST_EXPORTED) {
      return rows.slice(0, MOST_EXPORTED);
    }
  }
}

const readPage = (projectId: string, query: object) =>
  take(
    api.GET('/admin/projects/{project_id}/requests', {
      params: { path: { project_id: projectId }, query },
    }),
  );

/**
 * Returns requests as the text of a file. They have no contents.
 *
 * @param rows the requests
 * @param format the format; CSV has the columns that a table needs, NDJSON the whole records
 */
export function textOf(rows: readonly AdminRequest[], format: ExportFormat): string {
  if (format === 'ndjson') {
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
  return [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, read]) => read(row)))]
    .map((cells) => `${cells.map(cellOf).join(',')}\r\n`)
    .join('');
}

/**
 * Returns a cell of CSV (RFC 4180). Spreadsheets run texts that begin like a formula, so these get an apostrophe first.
 */
function cellOf(value: string | number | null): string {
  if (value === null || typeof value === 'number') {
    return value === null ? '' : String(value);
  }
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
