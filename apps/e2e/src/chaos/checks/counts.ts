import { leavesDoubt } from '../ledger.js';
import type { Check } from './evidence.js';

/** The numbers of records add up in every sample. */
export const countsAgree: Check = {
  name: '5 accepted = completed + failed + canceled + open, at every look',
  run: ({ samples, ledger, requests }) => {
    const wrong = samples.flatMap(({ at, least, most, counts }) => {
      const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return total < least || total > most
        ? [`at ${new Date(at).toISOString()}: ${total} records, but ${least} to ${most} accepted`]
        : [];
    });
    const told = new Set([...ledger.ids.values()].flatMap((ids) => [...ids]));
    const untold = [...requests.values()].filter(({ id }) => !told.has(id));
    for (const { id, tag } of untold) {
      const doubtful = ledger.calls.some(
        ({ tag: of, what, end }) => of === tag && what === 'post' && leavesDoubt(end),
      );
      if (!doubtful) {
        wrong.push(
          `${id} (${tag}) exists, though each post of it was answered with something else`,
        );
      }
    }
    return wrong;
  },
};
