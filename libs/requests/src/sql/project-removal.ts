import { DELETE_REQUESTS_OF } from './delete-belongings.js';

/** Open requests of a project: two queries, one per partial index. $1 project, $2 largest number of rows */
export const FIND_OPEN_OF_PROJECT = `
SELECT id, mode FROM requests WHERE project_id = $1::uuid AND status IN ('queued', 'retrying')
UNION ALL
SELECT id, mode FROM requests WHERE project_id = $1::uuid AND status = 'processing'
LIMIT $2`;

/** Deletes ended requests of a project with all their data. $1 project, $2 largest number of rows */
export const DELETE_ENDED_OF_PROJECT = `
WITH ended AS (
  SELECT id FROM requests
  WHERE project_id = $1::uuid AND mode IN ('live', 'test')
    AND status IN ('completed', 'failed', 'canceled')
  LIMIT $2 FOR UPDATE SKIP LOCKED
), ${DELETE_REQUESTS_OF('ended')}
SELECT count(*)::int AS deleted FROM deleted`;

/** $1 project */
export const DELETE_OUTBOX_OF_PROJECT = `DELETE FROM request_outbox WHERE project_id = $1::uuid`;

/** $1 project */
export const DELETE_CACHE_OF_PROJECT = `DELETE FROM cache_entries WHERE project_id = $1::uuid`;

/** $1 project */
export const DELETE_ROLLUPS_OF_PROJECT = `DELETE FROM metrics_rollups WHERE project_id = $1::uuid`;

/** Returns one row if a project has any request left. $1 project */
export const FIND_ANY_OF_PROJECT = `SELECT 1 AS one FROM requests WHERE project_id = $1::uuid LIMIT 1`;
