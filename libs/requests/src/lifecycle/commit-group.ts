import { type DatabaseError, toDatabaseError } from '@reqrun/platform/database';

import { UncertainCommit } from './accept-group.js';

/** Delays in ms between the retries of a commit whose answer was lost, before the client gets an error. */
const RESEND_DELAYS_MS = [50, 150, 400, 1_000, 2_000];

/** Thrown when the database was lost during a commit and did not come back in time to find the outcome. */
export class AcceptanceUnknownError extends Error {
  override name = 'AcceptanceUnknownError';

  constructor() {
    super('the database was lost while a request was being committed');
  }
}

/** A request of a group that is to be committed. */
export interface CommitItem {
  /** It may already be in the table. */
  inDoubt: boolean;
}

/**
 * Commits a group. With a commit in doubt and the database away, it sends the group again for a while.
 *
 * @param items the group
 * @param commit commits the group once
 * @param noteFault receives every error, and null after a success
 * @returns the outcome of each, in their order
 * @throws DatabaseError when nothing was committed
 */
export async function commitGroup<T>(
  items: readonly CommitItem[],
  commit: () => Promise<readonly T[]>,
  noteFault: (fault: DatabaseError | null) => void,
): Promise<readonly (T | Error)[]> {
  let allInDoubt = false;
  for (let tries = 0; ; tries += 1) {
    try {
      const accepted = await commit();
      noteFault(null);
      return accepted;
    } catch (error) {
      const reason = error instanceof UncertainCommit ? error.reason : toDatabaseError(error);
      noteFault(reason);
      allInDoubt ||= error instanceof UncertainCommit;
      const someInDoubt = allInDoubt || items.some(({ inDoubt }) => inDoubt);
      if (!someInDoubt || reason.kind !== 'unavailable') {
        throw reason;
      }
      const delay = RESEND_DELAYS_MS[tries];
      if (delay === undefined) {
        // Once a commit is in doubt, an unreachable database does not resolve the doubt.
        return items.map(({ inDoubt }) =>
          allInDoubt || inDoubt ? new AcceptanceUnknownError() : reason,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}
