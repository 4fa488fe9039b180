import type { RequestMode } from '@reqrun/contracts';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import { cancelRequest } from './life/control.js';

/** Rows per statement: a removal must never hold many locks, or the log's disk, for long. */
const BATCH = 500;

/** Two looks, so that each finds its partial index. $1 project, $2 rows at most */
const FIND_OPEN = `
SELECT id, mode FROM requests WHERE project_id = $1::uuid AND status IN ('queued', 'retrying')
UNION ALL
SELECT id, mode FROM requests WHERE project_id = $1::uuid AND status = 'processing'
LIMIT $2`;

/** $1 project, $2 rows at most */
const DELETE_ENDED = `
WITH ended AS (
  SELECT id FROM requests
  WHERE project_id = $1::uuid AND mode IN ('live', 'test')
    AND status IN ('completed', 'failed', 'canceled')
  LIMIT $2 FOR UPDATE SKIP LOCKED
), payloads_gone AS (
  DELETE FROM payloads USING ended e WHERE request_id = e.id
), results_gone AS (
  DELETE FROM results USING ended e WHERE request_id = e.id
), attempts_gone AS (
  DELETE FROM attempts USING ended e WHERE request_id = e.id
), deleted AS (
  DELETE FROM requests r USING ended e WHERE r.id = e.id RETURNING r.id
)
SELECT count(*)::int AS deleted FROM deleted`;

/**
 * Cancels everything of a project that has not ended, so that whoever waits hears of it and no worker
 * goes on calling: the fence keeps out answers that come anyway.
 *
 * @param pool the database
 * @param projectId the project
 * @param signal ends it between two batches
 * @returns the UUIDs of what was canceled
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
      FIND_OPEN,
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
 * Deletes the ended requests of a project with all that belongs to them.
 *
 * @param pool the database
 * @param projectId the project
 * @param signal ends it between two batches
 * @returns whether nothing is left: false when it was stopped, or something is locked or open
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
      DELETE_ENDED,
      [projectId, BATCH],
    );
    more = row?.deleted === BATCH;
  }
  await rows(
    pool,
    'metrics-delete-of-project',
    'DELETE FROM metrics_rollups WHERE project_id = $1::uuid',
    [projectId],
  );
  const left = await rows(
    pool,
    'requests-left-of-project',
    'SELECT 1 AS one FROM requests WHERE project_id = $1::uuid LIMIT 1',
    [projectId],
  );
  return left.length === 0;
}

function rows<Row extends object>(
  pool: Pool,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  return run<Row & Record<string, unknown>>(pool, { name, text }, values).catch(
    (error: unknown) => {
      throw toDatabaseError(error);
    },
  );
}
