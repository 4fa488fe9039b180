import type { Project, ProjectStore } from '@reqrun/projects';

import { ApiError } from '../../http/api-error.js';

/**
 * A project that a call names in its path.
 *
 * @param projects where they are
 * @param id which
 * @throws ApiError `not_found`, also of one that was deleted
 */
export async function findProject(projects: ProjectStore, id: string): Promise<Project> {
  const project = await projects.find(id);
  if (project === null) {
    throw new ApiError('not_found', { param: 'project_id', message: 'No such project.' });
  }
  return project;
}
