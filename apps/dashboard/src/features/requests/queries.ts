import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';
import { type RequestFilters, toQuery, writeFilters } from './filters';
import { holdRows, type LiveRows, settleRows } from './live-rows';

/** A request as the admin API returns it, without prompt, result or error texts of the provider. */
export type AdminRequest = Schema<'AdminRequest'>;

/** Number of rows per page. */
export const PAGE_SIZE = 50;

const NONE: ReadonlySet<string> = new Set();

/** Start of a page in the list: below a request, above one, or at the newest. */
export interface PagePosition {
  readonly after: string;
  readonly before: string;
}

/** A page of the list. */
export interface RequestPage extends LiveRows<AdminRequest> {
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** Returns the key of a page in the cache. */
export const requestsKey = (
  projectId: string,
  filters: RequestFilters,
  { after, before }: PagePosition,
): readonly unknown[] => [
  'requests',
  projectId,
  'list',
  writeFilters(filters).toString(),
  after,
  before,
];

/**
 * Query for a live page of the list. The newest page inserts new rows at its top unless a user reads further
 * down. In that case they are only counted, so that the page does not move.
 *
 * @param client cache with the rows on the screen
 * @param projectId UUID of the project
 * @param filters filters of the list
 * @param position start of the page
 * @param everyMs refresh interval, in ms; false for none
 */
export function requestsQuery(
  client: QueryClient,
  projectId: string,
  filters: RequestFilters,
  position: PagePosition,
  everyMs: number | false,
) {
  const queryKey = requestsKey(projectId, filters, position);
  const isNewest = position.after === '' && position.before === '';
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<RequestPage> => {
      const page = await fetchPage(projectId, filters, position, signal);
      const shown = client.getQueryData<RequestPage>(queryKey);
      const held =
        isNewest && shown !== undefined && shown.rows.length > 0 && isBeingRead()
          ? await hold(projectId, shown.rows, page, signal)
          : { rows: page.data, waiting: 0, left: NONE };
      const isAbove = position.before !== '';
      return {
        ...held,
        hasOlder: isAbove ? true : page.has_more,
        hasNewer: isAbove ? page.has_more : !isNewest,
      };
    },
    refetchInterval: everyMs,
    staleTime: 0,
  });
}

/** Shows the counted new rows: reloads the page from the newest row. */
export async function showNewest(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  client.setQueryData<RequestPage>(queryKey, (page) =>
    page === undefined ? undefined : { ...page, rows: [], waiting: 0 },
  );
  await client.refetchQueries({ queryKey, exact: true });
}

/** Updates the rows on the screen in place, also those that match no longer. */
async function hold(
  projectId: string,
  shown: readonly AdminRequest[],
  fresh: Schema<'AdminRequestList'>,
  signal: AbortSignal,
): Promise<LiveRows<AdminRequest>> {
  const held = holdRows(shown, fresh.data);
  if (held.unknown.length === 0) {
    return { ...held, left: NONE };
  }
  const { data } = await take(
    api.GET('/admin/projects/{project_id}/requests', {
      params: {
        path: { project_id: projectId },
        query: { id: held.unknown.join(','), limit: PAGE_SIZE },
      },
      signal,
    }),
  );
  return settleRows(held, data, fresh.has_more ? (fresh.data.at(-1)?.id ?? null) : null);
}

async function fetchPage(
  projectId: string,
  filters: RequestFilters,
  { after, before }: PagePosition,
  signal: AbortSignal,
): Promise<Schema<'AdminRequestList'>> {
  const query = {
    limit: PAGE_SIZE,
    ...toQuery(filters, Date.now()),
    ...(after !== '' && { after }),
    ...(before !== '' && { before }),
  };
  return take(
    api.GET('/admin/projects/{project_id}/requests', {
      params: { path: { project_id: projectId }, query },
      signal,
    }),
  );
}

/** Returns whether a row has the focus or the pointer or is selected, or the page is scrolled down. */
function isBeingRead(): boolean {
  const row = '[data-request-row]';
  return (
    window.scrollY > 120 ||
    document.activeElement?.closest(row) != null ||
    document.querySelector(`${row}:hover, ${row}[data-selected='true']`) !== null
  );
}
