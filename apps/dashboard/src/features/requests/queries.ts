import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';
import { type RequestFilters, toQuery, writeFilters } from './filters';
import { holdRows, type LiveRows } from './live-rows';

/** A request as the admin API shows it: no prompt, no result, no provider's words. */
export type AdminRequest = Schema<'AdminRequest'>;

/** Rows of a page. */
export const PAGE_SIZE = 50;

/** Where in the list a page begins: below a request, above one, or at the newest. */
export interface PagePosition {
  readonly after: string;
  readonly before: string;
}

/** A page of the list. */
export interface RequestPage extends LiveRows<AdminRequest> {
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

/** The key under which a page stands in the cache. */
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
 * A page of the list, live. The newest page takes new rows in at its top while nobody is reading
 * further down; else they wait, so that nothing moves under a reader.
 *
 * @param client holds what is on the screen
 * @param projectId whose requests
 * @param filters which of them
 * @param position where the page begins
 * @param everyMs how often it is looked at, in milliseconds; false for never
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
          ? holdRows(shown.rows, page.data)
          : { rows: page.data, waiting: 0 };
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

/** Lets the rows in that wait: the page begins anew at the newest. */
export async function showNewest(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  client.setQueryData<RequestPage>(queryKey, (page) =>
    page === undefined ? undefined : { ...page, rows: [], waiting: 0 },
  );
  await client.refetchQueries({ queryKey, exact: true });
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

/** Whether somebody looks at a row, has the pointer on one, or has scrolled down. */
function isBeingRead(): boolean {
  const row = '[data-request-row]';
  return (
    window.scrollY > 120 ||
    document.activeElement?.closest(row) != null ||
    document.querySelector(`${row}:hover`) !== null
  );
}
