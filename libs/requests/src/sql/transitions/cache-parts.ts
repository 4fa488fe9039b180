/**
 * Condition of a record that runs, or will, for all that are like it: it is open and does not wait for
 * another. One that has waited and then became the leader has its own id in `follows`.
 *
 * @param row name of the row of requests
 */
export const LEADS = (row: string): string => `
    ${row}.cache_key IS NOT NULL AND ${row}.status IN ('queued', 'retrying', 'processing')
    AND (${row}.status <> 'queued' OR ${row}.follows IS NULL OR ${row}.follows = ${row}.id)`;

/** Condition of a record that waits for another one. Lets the partial index on followers be used. */
export const FOLLOWS = (row: string): string =>
  `${row}.follows IS NOT NULL AND ${row}.status = 'queued' AND ${row}.follows <> ${row}.id`;

/**
 * The entry that a request may be answered with: younger than it asks for, and with its answer still there.
 * Project and mode are in the key already; that they are compared as well costs nothing.
 *
 * @param row name of the row with `cache_key`, `ttl` (s), `project_id` and `mode`
 */
export const CACHE_ENTRY = (row: string): string => `
    SELECT c.request_id, c.created_at, s.provider FROM cache_entries c
    JOIN requests s ON s.id = c.request_id
    WHERE c.key = ${row}.cache_key AND c.project_id = ${row}.project_id AND s.mode = ${row}.mode
      AND c.expires_at > now() AND c.created_at > now() - ${row}.ttl * interval '1 second'
      AND s.status = 'completed' AND s.content_deleted_at IS NULL`;

/** Oldest answer that a policy takes, in s. */
export const CACHE_TTL = (policy: string): string => `(${policy}->'cache'->>'ttl')::int`;
