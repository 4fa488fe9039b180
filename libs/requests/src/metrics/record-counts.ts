import type { RequestStatus } from '@reqrun/contracts';
import { type Pool, run } from '@reqrun/platform/database';
import type { LanePhase } from '@reqrun/retry-policy';

import { COUNT_BY_PHASE } from '../sql/lane-waits.js';
import { COUNT_BY_STATUS, COUNT_WAITING_OUT, READ_OLDEST_DUE } from '../sql/queries.js';

/**
 * Counts the records in each status: accepted = completed + failed + canceled + open, always. It reads every
 * record, so frequent callers should cache the answer.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function countByStatus(pool: Pool): Promise<ReadonlyMap<RequestStatus, number>> {
  const rows = await run<{ status: RequestStatus; count: number }>(
    pool,
    { name: 'requests-count', text: COUNT_BY_STATUS },
    [],
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}

/**
 * Counts the records that wait out an outage: those that are retried until their deadline.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function countWaitingOut(pool: Pool): Promise<number> {
  const rows = await run<{ count: number }>(
    pool,
    { name: 'requests-count-waiting-out', text: COUNT_WAITING_OUT },
    [],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Returns the time since the oldest due request became due, in ms; 0 when none is due.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function oldestDueAgeMs(pool: Pool): Promise<number> {
  const rows = await run<{ age_ms: number }>(
    pool,
    { name: 'requests-oldest-due', text: READ_OLDEST_DUE },
    [],
  );
  return rows[0]?.age_ms ?? 0;
}

/**
 * Counts the requests that wait for lanes in trouble, by the phase of these; of each lane at most 1,000.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function countWaitingByPhase(pool: Pool): Promise<ReadonlyMap<LanePhase, number>> {
  const rows = await run<{ phase: LanePhase; count: number }>(
    pool,
    { name: 'lanes-count-waiting', text: COUNT_BY_PHASE },
    [],
  );
  return new Map(rows.map(({ phase, count }) => [phase, count]));
}
