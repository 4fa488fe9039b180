import { inTransaction, type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import {
  FIND_DUE_MINUTES,
  FORGET_ROLLUPS,
  LOCK_MINUTE,
  LOCK_ROLL_UP,
  NOTE_LOOK,
  NOTE_MINUTES,
  ROLL_UP_MINUTE,
  ROLL_UP_SPAN,
  SPANS,
} from '../sql/metrics.js';
import { HISTOGRAM_BOUNDS_MS } from './histogram.js';

/** Largest number of minutes per pass, so that a long backlog is computed in portions. */
const MINUTES_PER_PASS = 200;

/**
 * Rolls up the metrics, separately from the running of requests. Each minute is computed again from its
 * records as long as it can change, in one transaction with the time of the computation: a process that dies
 * in between leaves the minute unchanged, and due. One process computes at a time; the others find it done.
 *
 * The metrics are exact. A minute is computed once more after all requests accepted in it are visible, and
 * again as long as any of them is open. Retrying a record reopens its minute in the same transaction
 * (`retryRequest`), under the lock of the minute's row. So a computation either sees the change, or comes
 * before it and is repeated.
 *
 * @param pool the database
 * @param everyMs shortest time between two computations of the same minute, in ms
 * @param signal stops it between two minutes
 * @returns number of computed minutes
 * @throws DatabaseError
 */
export async function rollUpMetrics(
  pool: Pool,
  everyMs: number,
  signal: AbortSignal,
): Promise<number> {
  try {
    await pool.query(NOTE_MINUTES);
    const due = await run<{ minute: string }>(
      pool,
      { name: 'metrics-due', text: FIND_DUE_MINUTES },
      [everyMs, MINUTES_PER_PASS],
    );
    let computed = 0;
    for (const { minute } of due) {
      if (signal.aborted || !(await rollUpMinute(pool, minute, everyMs))) {
        return computed;
      }
      computed += 1;
    }
    await pool.query(FORGET_ROLLUPS);
    return computed;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** Computes a minute. Returns false when another process computes. */
async function rollUpMinute(pool: Pool, minute: string, everyMs: number): Promise<boolean> {
  return inTransaction(pool, async (on) => {
    const [lock] = await run<{ locked: boolean }>(
      on,
      { name: 'metrics-lock', text: LOCK_ROLL_UP },
      [],
    );
    if (lock?.locked !== true) {
      return false;
    }
    const [row] = await run<{ due: boolean }>(
      on,
      { name: 'metrics-lock-minute', text: LOCK_MINUTE },
      [minute, everyMs],
    );
    if (row?.due !== true) {
      return true;
    }
    // Separate statements, because their snapshots have to be taken after the locks.
    const [computed] = await run<{ open: number }>(
      on,
      { name: 'metrics-minute', text: ROLL_UP_MINUTE },
      [minute, HISTOGRAM_BOUNDS_MS],
    );
    for (const [index, span] of SPANS.entries()) {
      const finer = SPANS[index - 1];
      if (finer !== undefined) {
        const begin = beginOf(new Date(minute), span);
        await run(on, { name: 'metrics-span', text: ROLL_UP_SPAN }, [begin, span, finer]);
      }
    }
    await run(on, { name: 'metrics-note', text: NOTE_LOOK }, [minute, computed?.open ?? 0]);
    return true;
  });
}

/**
 * Returns the beginning of the row that a time belongs to; days are those of UTC.
 *
 * @param time the time
 * @param span duration of a row, in seconds
 */
export function beginOf(time: Date, span: number): Date {
  return new Date(Math.floor(time.getTime() / (span * 1000)) * span * 1000);
}
