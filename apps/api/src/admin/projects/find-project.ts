import type { Project, ProjectStore } from '@reqrun/projects';

import { ApiError } from '../../http/api-error.js';

/**
 * Finds the project that a call names in its path.
 *
 * @param projects the store of projects
 * @param id UUID of the project
 * @throws ApiError `not_found`, also when the project was deleted
 */
export async function findProject(projects: ProjectStore, id: string): Promise<Project> {
  const project = await projects.find(id);
  if (project === null) {
    throw new ApiError('not_found', { param: 'project_id', message: 'No such project.' });
  }
  return project;
}
