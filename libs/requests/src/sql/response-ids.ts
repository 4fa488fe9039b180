/** The request that a provider's id belongs to. $1 project, $2 mode, $3 the provider's id */
export const FIND_REQUEST_OF_RESPONSE = `
SELECT request_id FROM response_ids
WHERE project_id = $1::uuid AND mode = $2::request_mode AND response_id = $3`;

/** The provider's id of a completed request. $1 project, $2 mode, $3 request */
export const FIND_RESPONSE_OF_REQUEST = `
SELECT i.response_id FROM response_ids i JOIN requests r ON r.id = i.request_id
WHERE i.request_id = $3::uuid AND i.project_id = $1::uuid AND i.mode = $2::request_mode
  AND r.status = 'completed' AND r.content_deleted_at IS NULL`;

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
), payloads_gone AS (
  DELETE FROM payloads USING marked m WHERE request_id = m.id
), results_gone AS (
  DELETE FROM results USING marked m WHERE request_id = m.id
), ids_gone AS (
  DELETE FROM response_ids USING marked m WHERE request_id = m.id
)
SELECT id FROM marked`;
