/** Requests that one look goes through at most, newest first. */
const NEWEST = 20_000;

/**
 * Joins a retry of a stock SDK to the newest request of the same API key, endpoint and body whose latest try
 * was the one before: then a second retry finds the first one's request, and of ten equal calls whose
 * connections broke each finds another. A request that somebody else is joining at this moment is left to it.
 * $1 project, $2 mode, $3 API key, $4 endpoint, $5 fingerprint, $6 number of this retry, $7 oldest age (ms)
 */
export const JOIN_SDK_RETRY = `
WITH newest AS (
  SELECT id, api_key_id, endpoint, fingerprint, sdk_retry, created_at FROM requests
  WHERE project_id = $1::uuid AND mode = $2::request_mode
    AND created_at > now() - $7::int * interval '1 millisecond'
  ORDER BY created_at DESC, id DESC LIMIT ${NEWEST}
), found AS (
  SELECT r.id FROM newest n JOIN requests r ON r.id = n.id
  WHERE n.api_key_id = $3::uuid AND n.endpoint = $4 AND n.fingerprint = $5::bytea
    AND n.sdk_retry = $6::int - 1 AND r.sdk_retry = $6::int - 1
  ORDER BY n.created_at DESC, n.id DESC LIMIT 1 FOR UPDATE OF r SKIP LOCKED
)
UPDATE requests r SET sdk_retry = $6::smallint FROM found f WHERE r.id = f.id
RETURNING r.id, r.status, r.model, r.attempts, r.created_at, r.deadline_at <= now() AS overdue`;
