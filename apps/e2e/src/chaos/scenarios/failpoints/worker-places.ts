import { setTimeout as delay } from 'node:timers/promises';

import type { Failpoint } from '@reqrun/platform/failpoints';

import { type Course, Missed, type Place } from './lab.js';

/** Course of a request under `on_lost: retry` and under `fail`; the kills alternate between both. */
interface Promised {
  readonly retry: Course;
  readonly fail: Course;
}

const variant = (n: number): 'retry' | 'fail' => (n % 2 === 0 ? 'retry' : 'fail');

/** Returns a failpoint at which the only running worker dies while it claims a request. */
function whileTaking(place: Failpoint, promise: string, model: string, promised: Promised): Place {
  return {
    place,
    promise,
    kill: async (lab, n) => {
      const worker = lab.at(lab.system.workers, 0);
      let id = '';
      await lab.alone(worker, () =>
        lab.killedAt(worker, place, async () => {
          id = await lab.accepted(model, { on_lost: variant(n) });
        }),
      );
      const wrong = await lab.ended(id, promised[variant(n)]);
      if (place === 'claim.after' && !(await lab.wasFirst(id, worker))) {
        throw new Missed('it died of a claim that found nothing');
      }
      return wrong;
    },
  };
}

/** Returns a failpoint of other work, at which a worker dies during a provider call. */
function duringCall(
  place: Failpoint,
  promise: string,
  promised: Promised,
  signal?: 'SIGTERM',
): Place {
  return {
    place,
    promise,
    kill: async (lab, n) => {
      const id = await lab.accepted('sim/slow:4000,ok', { on_lost: variant(n) });
      await lab.untilCalled(id);
      const { worker } = await lab.lease(id);
      await lab.killedAt(worker, place, () => {
        if (signal !== undefined) {
          worker.signal(signal);
        }
      });
      return lab.ended(id, promised[variant(n)]);
    },
  };
}

/** Returns a failpoint at which a worker dies while it recovers the request of a dead one. */
function whileReaping(place: Failpoint, promise: string): Place {
  return {
    place,
    promise,
    kill: async (lab, n) => {
      const id = await lab.accepted('sim/slow:6000,ok', { on_lost: variant(n) });
      await lab.untilCalled(id);
      const { worker: owner } = await lab.lease(id);
      const reaper = lab.at(
        lab.system.workers.filter((worker) => worker !== owner),
        0,
      );
      await lab.alone(reaper, async () => {
        owner.signal('SIGCONT');
        const before = owner.runs;
        owner.signal('SIGKILL');
        const { endsInMs } = await lab.lease(id);
        // Just before the lease ends, so that the next check finds it.
        await delay(Math.max(0, endsInMs - 10));
        await lab.killedAt(reaper, place, () => undefined);
        void owner.untilReady(before);
      });
      return lab.ended(
        id,
        variant(n) === 'retry'
          ? 'completed | lost,succeeded | 1,1'
          : 'failed outcome_unknown | lost | 1',
      );
    },
  };
}

const LOST_WITH_CALL: Promised = {
  retry: 'completed | lost,succeeded | 1,1',
  fail: 'failed outcome_unknown | lost | 1',
};
const LOST_WITHOUT_CALL: Promised = {
  retry: 'completed | lost,succeeded | 1',
  fail: 'failed outcome_unknown | lost | ',
};
const DONE: Promised = {
  retry: 'completed | succeeded | 1',
  fail: 'completed | succeeded | 1',
};

/** Failpoints of a worker. */
export const WORKER_PLACES: readonly Place[] = [
  whileTaking('claim.before', 'nothing happened: another worker claims', 'sim/ok', DONE),
  whileTaking(
    'claim.after',
    'the attempt is lost, no call was made; a new attempt, or outcome_unknown',
    'sim/ok',
    LOST_WITHOUT_CALL,
  ),
  whileTaking(
    'call.before',
    'the attempt is lost, no call was made; a new attempt, or outcome_unknown',
    'sim/ok',
    LOST_WITHOUT_CALL,
  ),
  whileTaking(
    'call.after',
    'the attempt is lost; one more call under the same key, or outcome_unknown',
    'sim/ok',
    LOST_WITH_CALL,
  ),
  whileTaking(
    'finish.before',
    'the answer is lost; one more call under the same key, or outcome_unknown',
    'sim/ok',
    LOST_WITH_CALL,
  ),
  whileTaking(
    'finish.after',
    'it is done, and the next attempt comes when it is due',
    'sim/429:retry-after-ms=100,ok',
    {
      retry: 'completed | failed,succeeded | 1,2',
      fail: 'completed | failed,succeeded | 1,2',
    },
  ),
  whileTaking('report.after', 'it is done; who waits finds it by looking', 'sim/ok', DONE),
  duringCall('renew.before', 'the attempt is lost with its call', LOST_WITH_CALL),
  duringCall('renew.after', 'the attempt is lost with its call', LOST_WITH_CALL),
  whileReaping('reap.before', 'another worker takes it back'),
  whileReaping('reap.after', 'it was taken back once, and is claimed by looking'),
  duringCall('release.before', 'the lease ends; the attempt is lost', LOST_WITH_CALL, 'SIGTERM'),
  duringCall(
    'release.after',
    'put back: a new attempt at once, or outcome_unknown',
    {
      retry: 'completed | released,succeeded | 1,1',
      fail: 'failed outcome_unknown | released | 1',
    },
    'SIGTERM',
  ),
];
