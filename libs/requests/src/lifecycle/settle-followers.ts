import { inTransaction, type Pool, run } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';

import { pgArrayLiteral } from '../sql/batch-parameters.js';
import { FIND_SETTLED_KEYS, LOCK_CACHE_KEYS, SETTLE_FOLLOWERS } from '../sql/transitions/index.js';
import { cacheLocksOf } from './accept-cached.js';

/** Most followers of one statement. It is small so that the keys are never locked for long. */
const BATCH = 500;

/** Followers whose wait has ended. */
export interface SettledFollowers {
  /** UUIDs of those that have completed with the answer of another. */
  completed: string[];
  /** UUIDs of those that are due now and run themselves. */
  released: string[];
}

/**
 * Ends the wait of followers: with the answer that is there now, or, where nobody runs for them, by letting the
 * oldest run. Safe to repeat, and in several processes at once. Without followers it reads one index page.
 *
 * @param pool the database
 * @param signal stops it between two statements
 * @throws DatabaseError
 */
export async function settleFollowers(pool: Pool, signal?: AbortSignal): Promise<SettledFollowers> {
  const settled: SettledFollowers = { completed: [], released: [] };
  for (let more = true; more && signal?.aborted !== true;) {
    const found = await run<{ key: string }>(
      pool,
      { name: 'requests-settled-keys', text: FIND_SETTLED_KEYS },
      [],
    );
    if (found.length === 0) {
      break;
    }
    failpoint('settle.before');
    const keys = found.map(({ key }) => key);
    const locks = cacheLocksOf(keys.map((key) => Buffer.from(key, 'hex')));
    const rows = await inTransaction(pool, async (on) => {
      await run(on, { name: 'requests-lock-cache-keys', text: LOCK_CACHE_KEYS }, [
        pgArrayLiteral(locks.map(String)),
      ]);
      return run<{ id: string; completed: boolean }>(
        on,
        { name: 'requests-settle-followers', text: SETTLE_FOLLOWERS },
        [pgArrayLiteral(keys), BATCH],
      );
    });
    failpoint('settle.after');
    for (const { id, completed } of rows) {
      (completed ? settled.completed : settled.released).push(id);
    }
    // Keys that are found again are those with more followers than one statement takes.
    more = rows.length > 0;
  }
  return settled;
}
