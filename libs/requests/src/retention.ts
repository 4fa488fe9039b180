import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

/** What a sweep deleted. */
export interface RetentionSweep {
  /** Records whose payload and result were deleted. */
  contents: number;
  /** Records that were deleted with their attempts. */
  records: number;
}

/** How much a sweep takes at once, and how long it leaves the database to others in between. */
export interface RetentionPace {
  /** Rows per statement: a sweep must never hold many locks, or the log's disk, for long. */
  batch: number;
  /** Each statement is followed by a rest of so many times its own duration. */
  rest: number;
}

/**
 * At work for a twentieth of the time at most: that can't move the 95th percentile of anybody else's
 * latency. Workers sweep each for itself, so where more is accepted more is deleted.
 */
const PACE: RetentionPace = { batch: 200, rest: 19 };

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

/**
 * One project and mode at a time: only then does the index on them give the order of `created_at`, and
 * nothing is sorted. A sweep goes on from where its last statement ended, past the dead entries that
 * this left in the index.
 *
 * $1 rows at most, $2 project, $3 mode, $4 and $5 created_at and id of the last record looked at
 */
const DELETE_RECORDS = `
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
), payloads_gone AS (
  DELETE FROM payloads USING expired e WHERE request_id = e.id
), results_gone AS (
  DELETE FROM results USING expired e WHERE request_id = e.id
), attempts_gone AS (
  DELETE FROM attempts USING expired e WHERE request_id = e.id
), deleted AS (
  DELETE FROM requests r USING expired e WHERE r.id = e.id RETURNING r.id
), last AS (
  SELECT created_at::text, id FROM oldest ORDER BY oldest.created_at DESC, id DESC LIMIT 1
)
SELECT (SELECT created_at FROM last) AS last_created_at, (SELECT id FROM last) AS last_id,
       (SELECT count(*)::int FROM oldest) AS looked,
       (SELECT count(*)::int FROM deleted) AS deleted`;

const READ_SCOPES = `
SELECT p.id, m.mode FROM projects p CROSS JOIN (VALUES ('live'), ('test')) AS m (mode) ORDER BY p.id`;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes what has outlived its project's retention: payloads and results first, whole records
 * later. Safe to run in several processes at once: each skips what another has locked.
 *
 * @param pool the database
 * @param signal ends the sweep between two batches
 * @param pace how much at once, and how long to rest
 * @throws DatabaseError
 */
export async function sweepRetention(
  pool: Pool,
  signal: AbortSignal,
  pace: RetentionPace = PACE,
): Promise<RetentionSweep> {
  const sweep: RetentionSweep = { contents: 0, records: 0 };
  try {
    sweep.contents = await sweepBatches<{ last_id: string }>(pace, signal, (last) =>
      run(pool, { name: 'retention-contents', text: DELETE_CONTENTS }, [
        pace.batch,
        last?.last_id ?? FIRST_ID,
      ]),
    );
    const scopes = await run<{ id: string; mode: string }>(
      pool,
      { name: 'retention-scopes', text: READ_SCOPES },
      [],
    );
    for (const { id, mode } of scopes) {
      sweep.records += await sweepBatches<{ last_created_at: string; last_id: string }>(
        pace,
        signal,
        (last) =>
          run(pool, { name: 'retention-records', text: DELETE_RECORDS }, [
            pace.batch,
            id,
            mode,
            last?.last_created_at ?? '-infinity',
            last?.last_id ?? FIRST_ID,
          ]),
      );
    }
  } catch (error) {
    throw toDatabaseError(error);
  }
  return sweep;
}

/** What a statement of a sweep answers with: where it ended, and how far it got. */
type Batch<Cursor> = Cursor & { looked: number; deleted: number };

/** Runs a statement until it finds no full batch, and counts what it deleted. */
async function sweepBatches<Cursor>(
  { batch, rest }: RetentionPace,
  signal: AbortSignal,
  next: (last: Batch<Cursor> | undefined) => Promise<Batch<Cursor>[]>,
): Promise<number> {
  let deleted = 0;
  let last: Batch<Cursor> | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    [last] = await next(last);
    deleted += last?.deleted ?? 0;
    if (last === undefined || last.looked < batch) {
      break;
    }
    await pause((performance.now() - began) * rest, signal);
  }
  return deleted;
}

/** Waits, or until it is to end. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) {
      done();
    }
  });
}
