import { DatabaseError, type Pool } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';

import {
  acceptedBy,
  type AcceptStatement,
  insertChecked,
  onConnection,
  outcomesOfExisting,
} from './accept-group.js';
import type { Acceptance, SealedRequest } from './new-request.js';
import { giveBackOpenRoom, takeOpenRoom } from './open-rooms.js';

/**
 * Commits a group of requests of projects whose open requests are bounded, once. A request for which there is no room
 * is not written, but may join an earlier one: that adds nothing.
 *
 * @param pool the database
 * @param items the group, in the order of `compareKeys`
 * @param how the statement
 * @returns the outcome of each, in their order
 * @throws UncertainCommit when the connection was lost during the commit, DatabaseError when nothing was
 *   committed
 */
export async function acceptBounded(
  pool: Pool,
  items: readonly SealedRequest[],
  how: AcceptStatement,
): Promise<Acceptance[]> {
  const requests = items.map(({ request }) => request);
  return onConnection(pool, async (client) => {
    failpoint(`${how.place}.before`);
    await client.query('BEGIN');
    let hasRoom: boolean[];
    let insertedAt: (id: string) => Date | undefined = () => undefined;
    try {
      hasRoom = await takeOpenRoom(client, requests);
      const fitting = items.filter((_, index) => hasRoom[index]);
      if (fitting.length > 0) {
        insertedAt = await insertChecked(client, fitting, how);
      }
      await giveBackOpenRoom(
        client,
        fitting.map(({ request }) => request).filter(({ id }) => insertedAt(id) === undefined),
      );
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    failpoint(`${how.place}.after`);
    const left = requests.filter(({ id }) => insertedAt(id) === undefined);
    const existing = left.length === 0 ? [] : await outcomesOfExisting(client, left);
    return requests.map((request, index): Acceptance => {
      const created = insertedAt(request.id);
      if (created !== undefined) {
        return acceptedBy(request, created, how);
      }
      const outcome = existing[left.indexOf(request)];
      if (outcome == null && hasRoom[index] === true) {
        // The winner was deleted in between. The group is sent again, as after a conflict of statements.
        throw new DatabaseError('conflict', null);
      }
      return outcome ?? { kind: 'full' };
    });
  });
}
