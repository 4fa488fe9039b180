import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';

import { ApiError } from '../../api/api-error';
import { type Project, projectsQuery } from '../projects/queries';

/** Puts a changed project into the cache, from which all parts of the page read it. */
export function keepProject(client: QueryClient, project: Project): void {
  client.setQueryData(projectsQuery.queryKey, (projects) =>
    projects?.map((other) => (other.id === project.id ? project : other)),
  );
}

/**
 * Mutation that changes a project.
 *
 * @param change makes the change and returns the changed project
 * @param onDone called with the changed project
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
 * Returns the error message of a form's field.
 *
 * @param error the thrown error, or null
 * @param param the field's name in the API, or the end of the name
 */
export function fieldProblem(error: Error | null, param: string): string | null {
  return error instanceof ApiError && (error.param ?? '').endsWith(param) ? error.message : null;
}
