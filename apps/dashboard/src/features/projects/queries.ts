import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A project as the admin API returns it. */
export type Project = Schema<'Project'>;

/** Page size, larger than the number of projects of a deployment. The switcher shows all projects. */
const PAGE = 100;

/** Query for all projects by name, including archived ones. */
export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: async () => {
    const projects: Project[] = [];
    for (let after: string | null = null; ;) {
      const query = { limit: PAGE, ...(after !== null && { after }) };
      const page: Schema<'ProjectList'> = await take(
        api.GET('/admin/projects', { params: { query } }),
      );
      projects.push(...page.data);
      after = page.last_id;
      if (!page.has_more || after === null) {
        return projects.toSorted((one, other) => one.name.localeCompare(other.name));
      }
    }
  },
  staleTime: 30_000,
});
