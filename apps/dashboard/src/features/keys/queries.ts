import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A key as the admin API returns it, without its secret. */
export type Key = Schema<'Key'>;

const PAGE = 100;

/**
 * Query for all keys of a project, newest first.
 *
 * @param projectId UUID of the project
 */
export const keysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['keys', projectId],
    queryFn: async () => {
      const keys: Key[] = [];
      for (let after: string | null = null; ;) {
        const page: Schema<'KeyList'> = await take(
          api.GET('/admin/projects/{project_id}/keys', {
            params: {
              path: { project_id: projectId },
              query: { limit: PAGE, ...(after !== null && { after }) },
            },
          }),
        );
        keys.push(...page.data);
        after = page.last_id;
        if (!page.has_more || after === null) {
          return keys;
        }
      }
    },
    refetchInterval: 15_000,
  });
