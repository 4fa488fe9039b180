import { setTimeout as delay } from 'node:timers/promises';

import type { Failpoint } from '@reqrun/platform/failpoints';

import type { Answer } from '../../../harness/client.js';
import type { Supervised } from '../../system/supervised.js';
import { type Course, type Lab, Missed, type Place } from './lab.js';

/** Course of a request, and the status of the answer to its waiting caller. */
type End = readonly [course: Course, status: number];

/** Guarantee for the request during which a worker dies. */
interface Promised {
  readonly place: Failpoint;
  readonly promise: string;
  /** Ends under `on_lost: retry` and under `fail`; the kills alternate between both. */
  readonly retry: End;
  readonly fail: End;
}

/** A waited request; its answer is null if the connection broke. */
interface Posted {
  readonly key: string;
  readonly answer: Promise<Answer | null>;
}

/** Longest time, in ms, until an API finds a worker that was just started. */
const PATIENCE_MS = 5_000;
const BETWEEN_POSTS_MS = 20;

const DONE: End = ['completed | succeeded | 1', 200];
const LOST_WITHOUT_CALL = {
  retry: ['completed | lost,succeeded | 1', 200],
  fail: ['failed outcome_unknown | lost | ', 502],
} as const;
const LOST_WITH_CALL = {
  retry: ['completed | lost,succeeded | 1,1', 200],
  fail: ['failed outcome_unknown | lost | 1', 502],
} as const;

/** Posts waited requests one after the other until a process dies. The workers take turns. */
async function postUntilKilled(
  lab: Lab,
  api: Supervised,
  victim: Supervised,
  place: Failpoint,
  onLost: 'retry' | 'fail',
): Promise<readonly Posted[]> {
  const posted: Posted[] = [];
  const { runs } = victim;
  await lab.killedAt(victim, place, async () => {
    const deadline = Date.now() + PATIENCE_MS;
    while (victim.up && victim.runs === runs && Date.now() < deadline) {
      const key = lab.newKey();
      const more = { wait: true, wait_timeout_ms: 20_000, idempotency_key: key, on_lost: onLost };
      const answer = lab.post(api, 'sim/ok', more).catch(() => null);
      posted.push({ key, answer });
      if ((await Promise.race([answer, victim.untilDown(PATIENCE_MS)])) === null) {
        // The API died, so later posts are refused.
        return;
      }
      await delay(BETWEEN_POSTS_MS);
    }
  });
  return posted;
}

/** Returns a request as recorded in the table. */
async function recordOf(lab: Lab, { key }: Posted): Promise<{ id: string; began: string } | null> {
  const [id, ...others] = await lab.idsOf(key);
  return id === undefined || others.length > 0 ? null : { id, began: await lab.firstState(id) };
}

/** Asserts that every request but one ended as if nothing had been killed. */
async function othersDone(
  lab: Lab,
  posted: readonly Posted[],
  but: Posted | undefined,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of posted.filter((each) => each !== but)) {
    wrong.push(...(await endedAs(lab, one, DONE)));
  }
  return wrong;
}

async function endedAs(lab: Lab, posted: Posted, [course, status]: End): Promise<string[]> {
  const record = await recordOf(lab, posted);
  if (record === null) {
    return [`${posted.key} has not one record`];
  }
  const wrong = await lab.ended(record.id, course);
  const told = (await posted.answer)?.status;
  return told === status
    ? wrong
    : [...wrong, `${record.id}: who waited was answered ${told ?? 'nothing'}, not ${status}`];
}

/** Returns a failpoint at which a worker dies during the last request that it accepted directly. */
function whileRunning({ place, promise, ...ends }: Promised): Place {
  return {
    place,
    directly: true,
    promise,
    kill: async (lab, n) => {
      const onLost = n % 2 === 0 ? 'retry' : 'fail';
      const worker = lab.at(lab.system.workers, 0);
      const api = lab.at(lab.system.apis, 1);
      const posted = await postUntilKilled(lab, api, worker, place, onLost);
      for (const one of posted.toReversed()) {
        const record = await recordOf(lab, one);
        if (record?.began === 'processing' && (await lab.wasFirst(record.id, worker))) {
          return [
            ...(await endedAs(lab, one, ends[onLost])),
            ...(await othersDone(lab, posted, one)),
          ];
        }
      }
      throw new Missed('it died of a request that went by the table');
    },
  };
}

/** Failpoints between an API that dispatches a request and the worker that accepts it. */
export const DIRECT_PLACES: readonly Place[] = [
  {
    place: 'ask.after',
    directly: true,
    promise: 'the worker has it: it runs by itself, and the same key joins it',
    kill: async (lab: Lab): Promise<string[]> => {
      const [api, other] = [lab.at(lab.system.apis, 0), lab.at(lab.system.apis, 1)];
      const posted = await postUntilKilled(lab, api, api, 'ask.after', 'retry');
      const last = posted.at(-1);
      const record = last === undefined ? null : await lab.untilKnown(() => recordOf(lab, last));
      if (last === undefined || record === null) {
        return ['nothing came of what the worker was asked'];
      }
      const again = { wait: true, idempotency_key: last.key, on_lost: 'retry' };
      const joined = await lab.post(other, 'sim/ok', again);
      return [
        ...(record.began === 'processing' ? [] : [`${record.id}: began as ${record.began}`]),
        ...((await last.answer) === null ? [] : ['the client of a killed process was answered']),
        ...(await lab.ended(record.id, DONE[0])),
        ...(joined.headers['x-request-id'] === record.id
          ? []
          : [`${record.id}: the same key was told ${String(joined.headers['x-request-id'])}`]),
        ...(await othersDone(lab, posted, last)),
      ];
    },
  },
  {
    place: 'start.before',
    directly: true,
    promise: 'the API accepts it itself; another worker runs it',
    kill: async (lab: Lab, n: number): Promise<string[]> => {
      const worker = lab.at(lab.system.workers, 0);
      const api = lab.at(lab.system.apis, 1);
      const onLost = n % 2 === 0 ? 'retry' : 'fail';
      const posted = await postUntilKilled(lab, api, worker, 'start.before', onLost);
      const records = await Promise.all(posted.map((one) => recordOf(lab, one)));
      const itself = records.some((record) => record?.began === 'queued');
      return [
        ...(itself ? [] : ['the API accepted no request itself']),
        ...(await othersDone(lab, posted, undefined)),
      ];
    },
  },
  whileRunning({
    place: 'start.after',
    promise: 'the attempt is lost, no call was made; a new attempt, or outcome_unknown',
    ...LOST_WITHOUT_CALL,
  }),
  whileRunning({
    place: 'call.before',
    promise: 'the attempt is lost, no call was made; a new attempt, or outcome_unknown',
    ...LOST_WITHOUT_CALL,
  }),
  whileRunning({
    place: 'call.after',
    promise: 'the attempt is lost; one more call under the same key, or outcome_unknown',
    ...LOST_WITH_CALL,
  }),
  whileRunning({
    place: 'finish.before',
    promise: 'the answer is lost; one more call under the same key, or outcome_unknown',
    ...LOST_WITH_CALL,
  }),
  whileRunning({
    place: 'finish.after',
    promise: 'it is done; who waits finds it by looking',
    ...{ retry: DONE, fail: DONE },
  }),
  whileRunning({
    place: 'report.after',
    promise: 'it is done; who waits finds it by looking',
    ...{ retry: DONE, fail: DONE },
  }),
];
