import type { Pool } from '@reqrun/platform/database';
import { type RequestEvents, settleFollowers } from '@reqrun/requests';

import type { PeriodicJob } from '../periodic-task.js';

/** Pause between two rounds, in ms. The end of a leader starts one at once. */
const EVERY_MS = 1_000;

/**
 * Gives the answer of a request to identical ones that wait for it, or lets the next of them run. Every worker
 * runs it: the end of a leader is also written by an API process, by another worker, or by recovery.
 *
 * @param parts the database and the receiver of the ends
 */
export const followersTask = ({
  pool,
  events,
}: {
  pool: Pool;
  events: RequestEvents;
}): PeriodicJob => ({
  name: 'cache.followers',
  everyMs: EVERY_MS,
  async run(signal) {
    const { completed, released } = await settleFollowers(pool, signal);
    events.ended(
      completed.map((id) => ({ id, status: 'completed', errorCode: null, attempts: 0 })),
    );
    if (released.length > 0) {
      events.due();
    }
  },
});
