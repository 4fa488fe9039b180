/** Projects that bound their calls at once: hardly any, found by their own index. */
export const READ_CALL_BOUNDS = `
SELECT id, (settings->>'maxConcurrentCalls')::int AS calls FROM projects
WHERE settings->>'maxConcurrentCalls' IS NOT NULL`;

/**
 * Takes the locks under which calls of a project and mode are counted and claimed, until the transaction ends. What
 * another worker holds is left out: it claims for them at this moment.
 * $1 projects, $2 modes
 */
export const LOCK_CALLS = `
SELECT i.project_id, i.mode
FROM unnest($1::uuid[], $2::text[]) AS i (project_id, mode)
WHERE pg_try_advisory_xact_lock(hashtextextended('calls/' || i.project_id || '/' || i.mode, 0))`;

/**
 * Counts what is running, of all workers. A statement of its own: it sees what was claimed before the lock was free.
 * The rows of other projects are read too, so that the index of what is running is used, however large a project is.
 * $1 projects, $2 modes
 */
export const COUNT_CALLS = `
SELECT p.project_id, p.mode, count(*)::int AS running
FROM (SELECT project_id, mode FROM requests WHERE status = 'processing' AND lease_expires_at > '-infinity' OFFSET 0) AS p
WHERE (p.project_id, p.mode) IN (SELECT * FROM unnest($1::uuid[], $2::request_mode[]))
GROUP BY p.project_id, p.mode`;
