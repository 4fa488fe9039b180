import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import { deletedProjects, removeDeletedProject } from '@reqrun/projects';
import { cancelRequestsOf, deleteRequestsOf, type RequestEvents } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** What projects are removed with. */
export interface ProjectRemovalParts {
  pool: Pool;
  events: RequestEvents;
  logger: Logger;
}

/**
 * Ends and deletes what is left of deleted projects. Their data keys went with the deletion itself, so
 * this is housekeeping: open requests are canceled at once, and when no process can add anything any
 * more, everything is deleted in small batches, the project's row last. What it must do stands in the
 * table, so it may be interrupted anywhere.
 *
 * @param parts what it is done with
 * @param everyMs pause between two rounds, in ms
 * @param forgottenAfterMs how long processes may remember a project's keys; a test need not wait for it
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
