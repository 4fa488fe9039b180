import type { AsyncHandle } from '@reqrun/contracts';
import type { Failpoint } from '@reqrun/platform/failpoints';

import { jsonOf } from '../../../harness/client.js';
import { breaks, type Lab, type Place } from './lab.js';

/** Posts with a key to an API that dies at the failpoint. */
async function postKilled(lab: Lab, place: Failpoint, key: string): Promise<string[]> {
  const api = lab.at(lab.system.apis, 0);
  let wrong: string[] = [];
  await lab.killedAt(api, place, async () => {
    wrong = await breaks(lab.post(api, 'sim/ok', { idempotency_key: key }));
  });
  return wrong;
}

/** Posts with the same key to the other API. */
async function postAgain(lab: Lab, key: string): Promise<string> {
  const answer = await lab.post(lab.at(lab.system.apis, 1), 'sim/ok', { idempotency_key: key });
  const { id } = jsonOf<AsyncHandle>(answer);
  const told = answer.headers['x-request-id'];
  return typeof told === 'string' ? told : id;
}

const accepted = (place: 'accept.after' | 'notify.after'): Place => ({
  place,
  promise: 'accepted: it runs by itself, and the same key joins it',
  kill: async (lab: Lab): Promise<string[]> => {
    const key = lab.newKey();
    const wrong = await postKilled(lab, place, key);
    const ids = await lab.idsOf(key);
    const [id] = ids;
    if (id === undefined || ids.length !== 1) {
      return [...wrong, `the key has ${ids.length} records after the kill`];
    }
    wrong.push(...(await lab.ended(id, 'completed | succeeded | 1')));
    const joined = await postAgain(lab, key);
    return joined === id ? wrong : [...wrong, `${id}: the same key was told ${joined}`];
  },
});

/** Sends a cancel or a retry to an API that dies at the failpoint. */
async function controlKilled(lab: Lab, place: Failpoint, id: string): Promise<string[]> {
  const api = lab.at(lab.system.apis, 0);
  const what = place.startsWith('cancel') ? 'cancel' : 'retry';
  let wrong: string[] = [];
  await lab.killedAt(api, place, async () => {
    wrong = await breaks(lab.client(api)[what](id));
  });
  return wrong;
}

/** Failpoints of an API. */
export const API_PLACES: readonly Place[] = [
  {
    place: 'accept.before',
    promise: 'not accepted: there is no record, and the same key starts one',
    kill: async (lab: Lab): Promise<string[]> => {
      const key = lab.newKey();
      const wrong = await postKilled(lab, 'accept.before', key);
      const before = await lab.idsOf(key);
      if (before.length > 0) {
        wrong.push(`${before.join(', ')} exists though nothing was committed`);
      }
      return [
        ...wrong,
        ...(await lab.ended(await postAgain(lab, key), 'completed | succeeded | 1')),
      ];
    },
  },
  accepted('accept.after'),
  accepted('notify.after'),
  {
    place: 'cancel.before',
    promise: 'not canceled: it runs on, and canceling again ends it',
    kill: async (lab: Lab): Promise<string[]> => {
      const id = await lab.accepted('sim/slow:6000');
      await lab.untilCalled(id);
      return [
        ...(await controlKilled(lab, 'cancel.before', id)),
        ...(await lab.is(id, 'processing | running | 1')),
        ...((await lab.client(lab.at(lab.system.apis, 1)).cancel(id)).status === 200
          ? []
          : ['no 200']),
        ...(await lab.ended(id, 'canceled canceled | canceled | 1')),
      ];
    },
  },
  {
    place: 'cancel.after',
    promise: 'canceled: the call in flight is aborted, canceling again changes nothing',
    kill: async (lab: Lab): Promise<string[]> => {
      const id = await lab.accepted('sim/slow:6000');
      await lab.untilCalled(id);
      const wrong = await controlKilled(lab, 'cancel.after', id);
      wrong.push(...(await lab.is(id, 'canceled canceled | canceled | 1')));
      await lab.untilQuiet(id);
      if ((await lab.calls(id)).some(({ aborted }) => !aborted)) {
        wrong.push(`${id}: the call in flight was not aborted`);
      }
      await lab.client(lab.at(lab.system.apis, 1)).cancel(id);
      return [...wrong, ...(await lab.is(id, 'canceled canceled | canceled | 1'))];
    },
  },
  {
    place: 'retry.before',
    promise: 'no new round: it stays failed, and retrying again opens one',
    kill: async (lab: Lab): Promise<string[]> => {
      const id = await lab.accepted('sim/400,ok');
      const failed = 'failed openai_http_400 | failed | 1';
      const wrong = await lab.ended(id, failed);
      wrong.push(...(await controlKilled(lab, 'retry.before', id)), ...(await lab.is(id, failed)));
      await lab.client(lab.at(lab.system.apis, 1)).retry(id);
      return [...wrong, ...(await lab.ended(id, 'completed | failed,succeeded | 1,2'))];
    },
  },
  {
    place: 'retry.after',
    promise: 'a new round: it runs by itself, and retrying again opens no other',
    kill: async (lab: Lab): Promise<string[]> => {
      const id = await lab.accepted('sim/400,ok');
      const wrong = await lab.ended(id, 'failed openai_http_400 | failed | 1');
      wrong.push(...(await controlKilled(lab, 'retry.after', id)));
      wrong.push(...(await lab.ended(id, 'completed | failed,succeeded | 1,2')));
      const { status } = await lab.client(lab.at(lab.system.apis, 1)).retry(id);
      return status === 409 ? wrong : [...wrong, `${id}: retrying a completed one was ${status}`];
    },
  },
];
