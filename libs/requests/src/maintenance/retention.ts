import { type Pool, run } from '@reqrun/platform/database';

import { DELETE_CONTENTS, DELETE_RECORDS, READ_LANES } from '../sql/retention.js';

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
  sweep.contents = await sweepBatches<{ last_id: string }>(pace, signal, (last) =>
    run(pool, { name: 'retention-contents', text: DELETE_CONTENTS }, [
      pace.batch,
      last?.last_id ?? FIRST_ID,
    ]),
  );
  const lanes = await run<{ id: string; mode: string }>(
    pool,
    { name: 'retention-lanes', text: READ_LANES },
    [],
  );
  for (const { id, mode } of lanes) {
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
