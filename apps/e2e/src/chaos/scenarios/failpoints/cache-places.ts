import type { Failpoint } from '@reqrun/platform/failpoints';

import type { Course, Lab, Place } from './lab.js';

const LEADER: Course = 'completed | succeeded | 1';
const FOLLOWED: Course = 'completed |  | ';
/** A script that leaves time for a second request to follow the first. */
const MODEL = 'sim/slow:1500';

/** Returns a failpoint at which the only running worker dies while it gives an answer to who waits for it. */
const whileSettling = (place: Failpoint, promise: string, atDeath: Course): Place => ({
  place,
  promise,
  kill: async (lab: Lab): Promise<string[]> => {
    const worker = lab.at(lab.system.workers, 0);
    const same = { cache: { type: 'exact_match' }, user: lab.newKey() };
    let [leader, follower] = ['', ''];
    const wrong = await lab.alone(worker, async () => {
      await lab.killedAt(worker, place, async () => {
        leader = await lab.accepted(MODEL, same);
        await lab.untilCalled(leader);
        follower = await lab.accepted(MODEL, same);
      });
      return lab.is(follower, atDeath);
    });
    return [
      ...wrong,
      ...(await lab.ended(leader, LEADER)),
      ...(await lab.ended(follower, FOLLOWED)),
    ];
  },
});

/** Failpoints of the cache. */
export const CACHE_PLACES: readonly Place[] = [
  whileSettling(
    'settle.before',
    'who waits for the answer of another still waits; the next worker that looks gives it',
    'queued |  | ',
  ),
  whileSettling('settle.after', 'who waited for the answer of another has it', FOLLOWED),
];
