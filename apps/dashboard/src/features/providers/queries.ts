import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';
import { projectsQuery } from '../projects/queries';

/** A provider as the admin API returns it, without its key. */
export type Provider = Schema<'NamedProvider'>;

/** Result of a test call. */
export type ProviderTest = Schema<'ProviderTest'>;

/**
 * Query for the providers of a project, the default one first.
 *
 * @param projectId UUID of the project
 */
export const providersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['providers', projectId],
    queryFn: async () =>
      (
        await take(
          api.GET('/admin/projects/{project_id}/providers', {
            params: { path: { project_id: projectId } },
          }),
        )
      ).data,
  });

/**
 * Reads the providers anew, and the projects, which show their default provider.
 *
 * @param client cache of the API's answers
 * @param projectId UUID of the project
 */
export async function refreshProviders(client: QueryClient, projectId: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: providersQuery(projectId).queryKey }),
    client.invalidateQueries({ queryKey: projectsQuery.queryKey }),
  ]);
}
