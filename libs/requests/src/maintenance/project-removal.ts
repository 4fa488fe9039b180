import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run } from '@reqrun/platform/database';

import { cancelRequest } from '../lifecycle/control.js';
import {
  DELETE_CACHE_OF_PROJECT,
  DELETE_ENDED_OF_PROJECT,
  DELETE_OUTBOX_OF_PROJECT,
  DELETE_ROLLUPS_OF_PROJECT,
  FIND_ANY_OF_PROJECT,
  FIND_OPEN_OF_PROJECT,
} from '../sql/project-removal.js';

/** Rows per statement. It is small so that a removal never holds many locks or writes much WAL at once. */
const BATCH = 500;

/**
 * Cancels all open requests of a project, so that waiting callers are answered and no worker goes on
 * calling. The fence rejects answers that arrive later.
 *
 * @param pool the database
 * @param projectId UUID of the project
 * @param signal stops it between two batches
 * @returns UUIDs of the canceled requests
 * @throws DatabaseError
 */
export async function cancelRequestsOf(
  pool: Pool,
  projectId: string,
  signal: AbortSignal,
): Promise<string[]> {
  const canceled: string[] = [];
  for (let more = true; more && !signal.aborted;) {
    const open = await rows<{ id: string; mode: RequestMode }>(
      pool,
      'requests-open-of-project',
      FIND_OPEN_OF_PROJECT,
      [projectId, BATCH],
    );
    for (const { id, mode } of open) {
      if (await cancelRequest(pool, { projectId, mode }, id)) {
        canceled.push(id);
      }
    }
    more = open.length === BATCH;
  }
  return canceled;
}

/**
 * Deletes the ended requests of a project with all their data.
 *
 * @param pool the database
 * @param projectId UUID of the project
 * @param signal stops it between two batches
 * @returns whether nothing is left: false when it was stopped, or requests are locked or open
 * @throws DatabaseError
 */
export async function deleteRequestsOf(
  pool: Pool,
  projectId: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let more = true; more && !signal.aborted;) {
    const [row] = await rows<{ deleted: number }>(
      pool,
      'requests-delete-of-project',
      DELETE_ENDED_OF_PROJECT,
      [projectId, BATCH],
    );
    more = row?.deleted === BATCH;
  }
  await rows(pool, 'metrics-delete-of-project', DELETE_ROLLUPS_OF_PROJECT, [projectId]);
  await rows(pool, 'cache-delete-of-project', DELETE_CACHE_OF_PROJECT, [projectId]);
  await rows(pool, 'outbox-delete-of-project', DELETE_OUTBOX_OF_PROJECT, [projectId]);
  const left = await rows(pool, 'requests-left-of-project', FIND_ANY_OF_PROJECT, [projectId]);
  return left.length === 0;
}

function rows<Row extends object>(
  pool: Pool,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  return run<Row & Record<string, unknown>>(pool, { name, text }, values);
}
