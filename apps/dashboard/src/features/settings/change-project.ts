import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';

import { ApiError } from '../../api/api-error';
import { type Project, projectsQuery } from '../projects/queries';

/** Puts a changed project into the cache, from which every part of the page reads it. */
export function keepProject(client: QueryClient, project: Project): void {
  client.setQueryData(projectsQuery.queryKey, (projects) =>
    projects?.map((other) => (other.id === project.id ? project : other)),
  );
}

/**
 * A change of a project.
 *
 * @param change carries it out and gives the project as it is then
 * @param onDone called with it
 */
export function useProjectChange<Input>(
  change: (input: Input) => Promise<Project>,
  onDone: (project: Project) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (project) => {
      keepProject(client, project);
      onDone(project);
    },
  });
}

/**
 * The message about one field of a form.
 *
 * @param error what was thrown, or null
 * @param param how the API names the field, or its end
 */
export function fieldProblem(error: Error | null, param: string): string | null {
  return error instanceof ApiError && (error.param ?? '').endsWith(param) ? error.message : null;
}
