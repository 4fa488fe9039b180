import { isTerminal, type RequestStatus } from '@reqrun/contracts';

import type { Check } from './evidence.js';

/** Time after the last fault until everything must have ended, in ms; it includes backoffs and timeouts. */
export const DRAIN_LIMIT_MS = 45_000;

/** No request is lost or stuck. */
export const everythingEnded: Check = {
  name: '1 every answered id exists and ends in time',
  run: ({ ledger, requests, drainedAfterMs }) => {
    const wrong: string[] = [];
    for (const [tag, ids] of ledger.ids) {
      for (const id of ids) {
        if (!requests.has(id)) {
          wrong.push(`lost: ${id} (${tag}) was told to a client and does not exist`);
        }
      }
    }
    for (const { id, tag, status } of requests.values()) {
      if (!isTerminal(status as RequestStatus)) {
        wrong.push(`stuck: ${id} (${tag}) is ${status}`);
      }
    }
    if (drainedAfterMs === null) {
      wrong.push(`something was still open ${DRAIN_LIMIT_MS} ms after the last fault`);
    }
    return wrong;
  },
};
