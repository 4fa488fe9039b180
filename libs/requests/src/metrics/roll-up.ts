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

/** Minutes of one pass at most, so that a long absence is made up for in portions. */
const MINUTES_PER_PASS = 200;

/**
 * Brings the figures up to date, right behind the requests: nothing on the way of a request knows of
 * it. Each minute is computed again from its records as long as it can change, in a transaction with
 * the note that it was looked at: whoever dies in between leaves the minute as it was, and due. One
 * process does it at a time; the others find it done.
 *
 * Why the figures are exact: a minute is looked at once more after everything that was accepted in it
 * can be seen, and again as long as anything of it is open; running a record again reopens its minute in
 * the transaction of that change (`retryRequest`), and takes the lock of the minute's row for it, so
 * that a look either sees the change or comes before it and is repeated.
 *
 * @param pool the database
 * @param everyMs the least time between two looks at the same minute
 * @param signal ends it between two minutes
 * @returns how many minutes were computed
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

/** @returns false when another process is at it */
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
    // Statements of their own: their snapshots have to be taken after the locks.
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
 * The beginning of the row that a time belongs to; days are those of UTC.
 *
 * @param time any
 * @param span seconds
 */
export function beginOf(time: Date, span: number): Date {
  return new Date(Math.floor(time.getTime() / (span * 1000)) * span * 1000);
}
