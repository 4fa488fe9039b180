import { type Pool, run } from '@reqrun/platform/database';

/**
 * Behind this time no process accepts anything for a deleted project any more, or seals anything: API
 * keys are remembered for less than 10 s and data keys for 60 s.
 */
const FORGOTTEN_AFTER_MS = 90_000;

const FIND_DELETED = {
  name: 'projects-deleted',
  text: `SELECT id, deleted_at < now() - $1::float8 * interval '1 millisecond' AS forgotten
         FROM projects WHERE deleted_at IS NOT NULL ORDER BY deleted_at`,
};

const REMOVE_DATA_KEYS = {
  name: 'projects-remove-data-keys',
  text: 'DELETE FROM data_keys WHERE project_id = ANY($1::uuid[])',
};

const REMOVE_PROJECT = {
  name: 'projects-remove',
  text: 'DELETE FROM projects WHERE id = $1::uuid AND deleted_at IS NOT NULL',
};

/** A project that was deleted, and of which something is left. */
export interface DeletedProject {
  id: string;
  /** No process remembers anything of it any more: from now on nothing can be added. */
  forgotten: boolean;
}

/**
 * The projects that were deleted and of which something is left. What a process that remembered a key
 * has sealed since is made unreadable as well.
 *
 * @param pool the database
 * @param forgottenAfterMs how long processes may remember
 * @throws DatabaseError
 */
export async function deletedProjects(
  pool: Pool,
  forgottenAfterMs = FORGOTTEN_AFTER_MS,
): Promise<DeletedProject[]> {
  const projects = await run<{ id: string; forgotten: boolean }>(pool, FIND_DELETED, [
    forgottenAfterMs,
  ]);
  if (projects.length > 0) {
    await run(pool, REMOVE_DATA_KEYS, [projects.map(({ id }) => id)]);
  }
  return projects;
}

/**
 * Removes the last of a deleted project: its own row.
 *
 * @param pool the database
 * @param id the project
 * @throws DatabaseError
 */
export async function removeDeletedProject(pool: Pool, id: string): Promise<void> {
  await run(pool, REMOVE_PROJECT, [id]);
}
