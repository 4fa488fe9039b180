import { queryOptions } from '@tanstack/react-query';

import { api, take } from '../../api/client';

/** Refresh interval while the first request is waited for, in ms. */
const WAITING_MS = 2_000;
const SLOW_MS = 30_000;
const MONTH_MS = 30 * 86_400_000;

/**
 * Query for the newest request of a project; null where it has none.
 *
 * @param projectId UUID of the project
 */
export const newestRequestQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['newest-request', projectId],
    queryFn: async ({ signal }) => {
      const params = { path: { project_id: projectId }, query: { limit: 1 } };
      const page = await take(api.GET('/admin/projects/{project_id}/requests', { params, signal }));
      return page.data[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data === null ? WAITING_MS : SLOW_MS),
  });

/**
 * Query for whether a request of the last 30 days was retried.
 *
 * @param projectId UUID of the project
 */
export const hasRetriedQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['has-retried', projectId],
    queryFn: async ({ signal }) => {
      const from = new Date(Date.now() - MONTH_MS).toISOString();
      const params = { path: { project_id: projectId }, query: { from } };
      const { totals } = await take(
        api.GET('/admin/projects/{project_id}/metrics', { params, signal }),
      );
      return totals.retried > 0;
    },
    refetchInterval: ({ state }) => (state.data === true ? false : WAITING_MS * 2),
  });
