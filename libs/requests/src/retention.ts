import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

/** What a sweep deleted. */
export interface RetentionSweep {
  /** Records whose payload and result were deleted. */
  contents: number;
  /** Records that were deleted with their attempts. */
  records: number;
}

/** Rows per statement: a sweep must never hold many locks, or the log's disk, for long. */
const BATCH = 500;

/**
 * Ids begin with the time they were made, so that what is old enough stands at the left edge of the
 * primary key, and no index of its own is needed. Ids are the application's clock: a day of slack
 * makes up for it, and the record's own times decide.
 */
const ID_OLDER_THAN_DAYS = (days: string) =>
  `(lpad(to_hex((extract(epoch FROM now() - (${days} - 1) * interval '1 day') * 1000)::bigint), 12, '0')
    || repeat('0', 20))::uuid`;

/** $1 rows at most, $2 the id to go on from. Answers the last id it looked at. */
const DELETE_CONTENTS = `
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
), payloads_gone AS (
  DELETE FROM payloads USING marked m WHERE request_id = m.id
), results_gone AS (
  DELETE FROM results USING marked m WHERE request_id = m.id
)
SELECT (SELECT max(request_id::text) FROM oldest) AS last_id,
       (SELECT count(*)::int FROM oldest) AS looked,
       (SELECT count(*)::int FROM marked) AS deleted`;

/** $1 rows at most */
const DELETE_RECORDS = `
WITH expired AS (
  SELECT r.id FROM projects j
  CROSS JOIN LATERAL (
    SELECT id FROM requests
    WHERE project_id = j.id AND mode IN ('live', 'test')
      AND created_at < now() - j.record_retention_days * interval '1 day'
      AND completed_at < now() - j.record_retention_days * interval '1 day'
      AND status IN ('completed', 'failed', 'canceled')
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ) r
  LIMIT $1
), payloads_gone AS (
  DELETE FROM payloads USING expired e WHERE request_id = e.id
), results_gone AS (
  DELETE FROM results USING expired e WHERE request_id = e.id
), attempts_gone AS (
  DELETE FROM attempts USING expired e WHERE request_id = e.id
), deleted AS (
  DELETE FROM requests r USING expired e WHERE r.id = e.id RETURNING r.id
)
SELECT count(*)::int AS deleted FROM deleted`;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes what has outlived its project's retention: payloads and results first, whole records
 * later. Safe to run in several processes at once: each skips what another has locked.
 *
 * @param pool the database
 * @param signal ends the sweep between two batches
 * @throws DatabaseError
 */
export async function sweepRetention(pool: Pool, signal: AbortSignal): Promise<RetentionSweep> {
  const sweep: RetentionSweep = { contents: 0, records: 0 };
  try {
    for (let from = FIRST_ID, more = true; more && !signal.aborted;) {
      const [row] = await run<{ last_id: string | null; looked: number; deleted: number }>(
        pool,
        { name: 'retention-contents', text: DELETE_CONTENTS },
        [BATCH, from],
      );
      sweep.contents += row?.deleted ?? 0;
      from = row?.last_id ?? from;
      more = (row?.looked ?? 0) === BATCH;
    }
    for (let more = true; more && !signal.aborted;) {
      const [row] = await run<{ deleted: number }>(
        pool,
        { name: 'retention-records', text: DELETE_RECORDS },
        [BATCH],
      );
      sweep.records += row?.deleted ?? 0;
      more = (row?.deleted ?? 0) === BATCH;
    }
  } catch (error) {
    throw toDatabaseError(error);
  }
  return sweep;
}
