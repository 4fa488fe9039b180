import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import { deletedProjects, removeDeletedProject } from '@reqrun/projects';
import { cancelRequestsOf, deleteRequestsOf, type RequestEvents } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** Parts of the task. */
export interface ProjectRemovalParts {
  pool: Pool;
  events: RequestEvents;
  logger: Logger;
}

/**
 * Cancels and deletes the requests of deleted projects. Their data keys were deleted with the project, so
 * this is housekeeping: open requests are canceled at once. When no process can add anything any more,
 * everything is deleted in small batches, the project's row last. The state is in the table, so the task may
 * be interrupted anywhere.
 *
 * @param parts the parts of the task
 * @param everyMs pause between two rounds, in ms
 * @param forgottenAfterMs longest time that processes cache a project's keys, in ms; shorter in tests
 */
export const projectRemovalTask = (
  parts: ProjectRemovalParts,
  everyMs: number,
  forgottenAfterMs?: number,
): PeriodicJob => ({
  name: 'project_removal',
  everyMs,
  async run(signal) {
    const { pool, events, logger } = parts;
    for (const { id: projectId, forgotten } of await deletedProjects(pool, forgottenAfterMs)) {
      const canceled = await cancelRequestsOf(pool, projectId, signal);
      events.ended(
        canceled.map((id) => ({ id, projectId, status: 'canceled', errorCode: 'canceled' })),
        { mayBeRunning: true },
      );
      if (forgotten && (await deleteRequestsOf(pool, projectId, signal))) {
        await removeDeletedProject(pool, projectId);
        logger.info('project.removed', { project_id: projectId });
      }
    }
  },
});
