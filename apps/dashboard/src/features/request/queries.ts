import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';
import { isTerminal } from '../../ui/request-status';

/** An attempt as the admin API returns it. */
export type Attempt = Schema<'AdminAttempt'>;

/** Refresh interval of an open request, in ms. */
const LIVE_MS = 1_000;
/** Refresh interval of an ended request, in ms: a user may retry it. */
const ENDED_MS = 10_000;

/**
 * Query for one request and its attempts, read at the same time.
 *
 * @param projectId UUID of its project
 * @param id id of the request
 */
export const requestQuery = (projectId: string, id: string) => {
  const params = { path: { project_id: projectId, request_id: id } };
  return queryOptions({
    queryKey: ['requests', projectId, 'one', id],
    queryFn: async ({ signal }) => {
      const [request, attempts] = await Promise.all([
        take(api.GET('/admin/projects/{project_id}/requests/{request_id}', { params, signal })),
        take(
          api.GET('/admin/projects/{project_id}/requests/{request_id}/attempts', {
            params,
            signal,
          }),
        ),
      ]);
      return { request, attempts: attempts.data };
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || !isTerminal(state.data.request.status) ? LIVE_MS : ENDED_MS,
    staleTime: 0,
  });
};
