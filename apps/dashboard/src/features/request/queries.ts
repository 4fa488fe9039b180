import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';
import { isTerminal } from '../../ui/request-status';

/** An attempt as the admin API shows it. */
export type Attempt = Schema<'AdminAttempt'>;

/** How often a request that goes on is looked at, in milliseconds. */
const LIVE_MS = 1_000;
/** And one that has ended: somebody may run it again. */
const ENDED_MS = 10_000;

/**
 * One request, with its attempts as of the same moment.
 *
 * @param projectId its project
 * @param id its id
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
