import { DELETE_CONTENTS_OF, DELETE_REQUESTS_OF } from './delete-belongings.js';

/**
 * Upper bound of the ids that are old enough. Ids begin with their creation time, so old rows are first in
 * the primary key, and no other index is needed. Their times come from the application's clock: a day of
 * slack allows for its error, and the record's own times decide.
 */
const ID_OLDER_THAN_DAYS = (days: string): string =>
  `(lpad(to_hex((extract(epoch FROM now() - (${days} - 1) * interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid`;

/** Deletes payloads and results past their retention. $1 largest number of rows, $2 id to continue from */
export const DELETE_CONTENTS = `
WITH oldest AS (
  SELECT p.request_id FROM payloads p
  WHERE p.request_id > $2::uuid
    AND p.request_id < ${ID_OLDER_THAN_DAYS('(SELECT coalesce(min(payload_retention_days), 1) FROM projects)')}
  ORDER BY p.request_id LIMIT $1
), expired AS (
  SELECT r.id FROM oldest o
  JOIN requests r ON r.id = o.request_id
  LEFT JOIN projects j ON j.id = r.project_id
  WHERE r.status IN ('completed', 'failed', 'canceled')
    AND r.completed_at < now() - coalesce(j.payload_retention_days, 0) * interval '1 day'
    AND r.content_deleted_at IS NULL
  ORDER BY r.id FOR UPDATE OF r SKIP LOCKED
), marked AS (
  UPDATE requests r SET content_deleted_at = now() FROM expired e WHERE r.id = e.id RETURNING r.id
), ${DELETE_CONTENTS_OF('marked')}
SELECT (SELECT max(request_id::text) FROM oldest) AS last_id,
       (SELECT count(*)::int FROM oldest) AS looked,
       (SELECT count(*)::int FROM marked) AS deleted`;

/**
 * Deletes records past their retention, with all their data. It works on one project and mode at a time:
 * only then the index gives the order of `created_at` without a sort. A sweep continues where its last
 * statement ended, past the dead entries that this left in the index.
 *
 * $1 largest number of rows, $2 project, $3 mode, $4 and $5 created_at and id of the last record read
 */
export const DELETE_RECORDS = `
WITH kept AS (
  SELECT now() - record_retention_days * interval '1 day' AS since FROM projects WHERE id = $2::uuid
), oldest AS (
  SELECT id, created_at FROM requests
  WHERE project_id = $2::uuid AND mode = $3::request_mode
    AND created_at < (SELECT since FROM kept) AND (created_at, id) > ($4::timestamptz, $5::uuid)
  ORDER BY created_at, id LIMIT $1
), expired AS (
  SELECT r.id FROM oldest o
  JOIN requests r ON r.id = o.id
  WHERE r.status IN ('completed', 'failed', 'canceled') AND r.completed_at < (SELECT since FROM kept)
  ORDER BY r.id FOR UPDATE OF r SKIP LOCKED
), ${DELETE_REQUESTS_OF('expired')}, last AS (
  SELECT created_at::text, id FROM oldest ORDER BY oldest.created_at DESC, id DESC LIMIT 1
)
SELECT (SELECT created_at FROM last) AS last_created_at, (SELECT id FROM last) AS last_id,
       (SELECT count(*)::int FROM oldest) AS looked,
       (SELECT count(*)::int FROM deleted) AS deleted`;

/** Deletes entries of the cache whose time is over. $1 largest number of rows */
export const DELETE_CACHE_ENTRIES = `
WITH expired AS (
  SELECT key FROM cache_entries WHERE expires_at <= now()
  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
), deleted AS (
  DELETE FROM cache_entries c USING expired e WHERE c.key = e.key RETURNING c.key
)
SELECT count(*)::int AS looked, count(*)::int AS deleted FROM deleted`;

/** Every project with each of its modes. */
export const READ_LANES = `
SELECT p.id, m.mode FROM projects p CROSS JOIN (VALUES ('live'), ('test')) AS m (mode) ORDER BY p.id`;
