import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A saved view. */
export type View = Schema<'View'>;

/**
 * Query for the user's saved views of a project, by name.
 *
 * @param projectId UUID of the project
 */
export const viewsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['views', projectId],
    queryFn: async ({ signal }) => {
      const params = { path: { project_id: projectId } };
      return (await take(api.GET('/admin/projects/{project_id}/views', { params, signal }))).data;
    },
    staleTime: 60_000,
  });

/**
 * Query for a view, whoever has saved it.
 *
 * @param projectId UUID of the project
 * @param id UUID of the view
 */
export const viewQuery = (projectId: string, id: string) =>
  queryOptions({
    queryKey: ['views', projectId, id],
    queryFn: ({ signal }) =>
      take(
        api.GET('/admin/projects/{project_id}/views/{view_id}', {
          params: { path: { project_id: projectId, view_id: id } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
