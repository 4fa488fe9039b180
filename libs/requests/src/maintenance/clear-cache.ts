import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';

import { DELETE_CACHE_OF_PROJECT } from '../sql/project-removal.js';

/**
 * Deletes the entries of a project's cache. The requests stay, with their answers.
 *
 * @param on a connection or a transaction
 * @param projectId UUID of the project
 * @throws DatabaseError
 */
export async function clearCache(on: SqlRunner, projectId: string): Promise<void> {
  try {
    await on.query(DELETE_CACHE_OF_PROJECT, [projectId]);
  } catch (error) {
    throw toDatabaseError(error);
  }
}
