/** Statements of bulk retries. They write no status: `RETRY` does, one record at a time. */

const COLUMNS = `id, project_id, state, matched, retried, skipped, created_at, completed_at`;

/** $1 id, $2 project, $3 filter (JSON), $4 number of matches, $5 whether another provider is accepted */
export const ORDER_BULK_RETRY = `
INSERT INTO bulk_retries (id, project_id, filter, matched, accepts_provider_change)
VALUES ($1::uuid, $2::uuid, $3::jsonb, $4::int, $5) RETURNING ${COLUMNS}`;

/** $1 id, $2 project */
export const READ_BULK_RETRY = `
SELECT ${COLUMNS} FROM bulk_retries WHERE id = $1::uuid AND project_id = $2::uuid`;

/** Time at which a project's requests were last sent to another server. $1 project */
export const READ_PROVIDER_CHANGE = `
SELECT max(origin_changed_at)::text AS changed_at FROM provider_credentials
WHERE (project_id = $1::uuid OR further_of = $1::uuid) AND origin_changed_at IS NOT NULL
HAVING max(origin_changed_at) IS NOT NULL`;

/** Bulk retries that are not done, oldest first. */
export const FIND_BULK_RETRIES = `
SELECT id FROM bulk_retries WHERE state = 'running' ORDER BY created_at LIMIT 100`;

/** Locks a bulk retry for a portion; concurrent workers skip it. $1 id */
export const TAKE_BULK_RETRY = `
SELECT b.project_id, b.filter, b.cursor_id, b.cursor_at::text AS cursor_at,
       b.created_at::text AS created_at,
       CASE WHEN b.accepts_provider_change THEN b.created_at::text END AS agreed_at, p.deleted_at IS NOT NULL AS deleted
FROM bulk_retries b JOIN projects p ON p.id = b.project_id
WHERE b.id = $1::uuid AND b.state = 'running' FOR UPDATE OF b SKIP LOCKED`;

/** Writes the progress of a portion. $1 id, $2 retried, $3 skipped, $4 the last record, or null at the end */
export const NOTE_PORTION = `
UPDATE bulk_retries SET retried = retried + $2::int, skipped = skipped + $3::int,
  cursor_id = coalesce($4::uuid, cursor_id),
  cursor_at = coalesce((SELECT created_at FROM requests WHERE id = $4::uuid), cursor_at),
  state = CASE WHEN $4::uuid IS NULL THEN 'completed' ELSE 'running' END::bulk_retry_state,
  completed_at = CASE WHEN $4::uuid IS NULL THEN now() END
WHERE id = $1::uuid`;

/** Fails a bulk retry that can't be run. $1 id */
export const FAIL_BULK_RETRY = `
UPDATE bulk_retries SET state = 'failed', completed_at = now()
WHERE id = $1::uuid AND state = 'running'`;
