import { type Pool, run } from '@reqrun/platform/database';

import {
  DELETE_CACHE_ENTRIES,
  DELETE_CONTENTS,
  DELETE_RECORDS,
  READ_LANES,
} from '../sql/retention.js';

/** Counts of deleted rows of a sweep. */
export interface RetentionSweep {
  /** Number of records whose payload and result were deleted. */
  contents: number;
  /** Number of records that were deleted with their attempts. */
  records: number;
  /** Number of entries of the cache whose time was over. */
  cacheEntries: number;
}

/** Pace of a sweep. */
export interface RetentionPace {
  /** Rows per statement. It is small so that a sweep never holds many locks or writes much WAL at once. */
  batch: number;
  /** Pause after each statement, as a multiple of its duration. */
  rest: number;
}

/**
 * Default pace: at work for a twentieth of the time at most, which can't move the 95th percentile of other
 * latencies. Each worker sweeps for itself, so a deployment that accepts more also deletes more.
 */
const PACE: RetentionPace = { batch: 200, rest: 19 };

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes data past its project's retention: payloads and results first, whole records later. Safe to run
 * in several processes at once: each skips rows that another has locked.
 *
 * @param pool the database
 * @param signal stops the sweep between two batches
 * @param pace batch size and pause
 * @throws DatabaseError
 */
export async function sweepRetention(
  pool: Pool,
  signal: AbortSignal,
  pace: RetentionPace = PACE,
): Promise<RetentionSweep> {
  const sweep: RetentionSweep = { contents: 0, records: 0, cacheEntries: 0 };
  sweep.contents = await sweepBatches<{ last_id: string }>(pace, signal, (last) =>
    run(pool, { name: 'retention-contents', text: DELETE_CONTENTS }, [
      pace.batch,
      last?.last_id ?? FIRST_ID,
    ]),
  );
  sweep.cacheEntries = await sweepBatches<object>(pace, signal, () =>
    run(pool, { name: 'retention-cache', text: DELETE_CACHE_ENTRIES }, [pace.batch]),
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

/** Result of a statement of a sweep: its last position and its counts. */
type Batch<Cursor> = Cursor & { looked: number; deleted: number };

/** Runs a statement until a batch is not full. Returns the number of deleted rows. */
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

/** Resolves after the time, or as soon as the signal aborts. */
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
