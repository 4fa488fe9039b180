import { DELETE_CONTENTS_OF } from './delete-belongings.js';

/** The request that a provider's id belongs to. $1 project, $2 mode, $3 the provider's id */
export const FIND_REQUEST_OF_RESPONSE = `
SELECT request_id, log FROM response_ids
WHERE project_id = $1::uuid AND mode = $2::request_mode AND response_id = $3`;

/**
 * The provider's id of a completed request; of one answered from the cache, that of the request whose answer it
 * got. $1 project, $2 mode, $3 request
 */
export const FIND_RESPONSE_OF_REQUEST = `
SELECT i.response_id FROM requests r
JOIN response_ids i ON i.request_id = coalesce(r.cached_from, r.id)
WHERE r.id = $3::uuid AND i.project_id = $1::uuid AND i.mode = $2::request_mode
  AND r.status = 'completed' AND r.content_deleted_at IS NULL
  -- An attempt that failed may have said another one. No stream is answered from the cache.
  AND (i.log IS NULL OR i.log = r.result_log)`;

/** The same, for a request that was not answered from the cache. */
export const FIND_OWN_RESPONSE_OF_REQUEST = `${FIND_RESPONSE_OF_REQUEST} AND r.cached_from IS NULL`;

/**
 * Deletes the content of a request that has ended, with the provider's ids that lead to it; the record stays.
 * $1 id, $2 project, $3 mode
 */
export const DELETE_CONTENT = `
WITH marked AS (
  UPDATE requests r SET content_deleted_at = now(), updated_at = now()
  WHERE r.id = $1::uuid AND r.project_id = $2::uuid AND r.mode = $3::request_mode
    AND r.completed_at IS NOT NULL AND r.content_deleted_at IS NULL
  RETURNING r.id
), ${DELETE_CONTENTS_OF('marked')}, ids_gone AS (
  DELETE FROM response_ids USING marked m WHERE request_id = m.id
)
SELECT id FROM marked`;
