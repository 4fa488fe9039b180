import type { Check } from './evidence.js';

/** One key has one request; one round has one answer. */
export const oneKeyOneResult: Check = {
  name: '2 one key got one id, and one result per round',
  run: ({ ledger, requests }) => {
    const wrong: string[] = [];
    const keyed = new Set(ledger.calls.filter(({ key }) => key !== null).map(({ tag }) => tag));
    for (const tag of keyed) {
      const ids = ledger.ids.get(tag);
      if (ids !== undefined && ids.size > 1) {
        wrong.push(`${tag}: one key was told ${ids.size} ids`);
      }
    }
    const tags = new Map<string, number>();
    for (const { tag, idempotency_key } of requests.values()) {
      if (idempotency_key !== null) {
        tags.set(tag, (tags.get(tag) ?? 0) + 1);
      }
    }
    for (const [tag, count] of tags) {
      if (count > 1) {
        wrong.push(`${tag}: one key has ${count} records`);
      }
    }
    // Each round makes attempts of its own, so the number of attempts distinguishes rounds.
    const answers = new Map<string, string>();
    for (const { what, end } of ledger.calls) {
      if ((what === 'post' || what === 'read') && end?.kind === 'answer') {
        const { id, attempts, status, hash } = end.told;
        if (id !== null && attempts !== null && status !== 202) {
          const key = `${id} after ${attempts} attempts`;
          const answer = `${status} ${hash}`;
          const first = answers.get(key) ?? answer;
          if (first !== answer) {
            wrong.push(`${key}: one client got ${first}, another ${answer}`);
          }
          answers.set(key, first);
        }
      }
    }
    return wrong;
  },
};
