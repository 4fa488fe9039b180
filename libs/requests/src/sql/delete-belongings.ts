/**
 * Deletes the body, the answer and the frames of requests, and the cache's entries for the answer, as CTEs of a
 * statement.
 *
 * @param rows CTE with the `id`s of the requests
 */
export const DELETE_CONTENTS_OF = (rows: string): string => `payloads_gone AS (
  DELETE FROM payloads USING ${rows} g WHERE request_id = g.id
), results_gone AS (
  DELETE FROM results USING ${rows} g WHERE request_id = g.id
), frames_gone AS (
  DELETE FROM stream_batches USING ${rows} g WHERE request_id = g.id
), entries_gone AS (
  DELETE FROM cache_entries USING ${rows} g WHERE request_id = g.id
)`;

/**
 * Deletes requests with everything that belongs to them, as CTEs of a statement. The last one is `deleted`.
 *
 * @param rows CTE with the `id`s of the requests
 */
export const DELETE_REQUESTS_OF = (
  rows: string,
): string => `${DELETE_CONTENTS_OF(rows)}, attempts_gone AS (
  DELETE FROM attempts USING ${rows} g WHERE request_id = g.id
), ids_gone AS (
  DELETE FROM response_ids USING ${rows} g WHERE request_id = g.id
), deleted AS (
  DELETE FROM requests r USING ${rows} g WHERE r.id = g.id RETURNING r.id
)`;
