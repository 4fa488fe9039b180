import type { Prisma } from '@reqrun/platform/database';

import type { AuditLog } from '../audit/audit-log.js';
import type { ActorContext } from '../actor-context.js';

/**
 * Revokes all of a user's access tokens that have not been revoked, and writes each down. They stay
 * revoked, also when the user may sign in again.
 *
 * @param transaction the one of the change that takes them away; it holds the user's row
 * @param audit is told
 * @param userId whose
 * @param actor who takes them away, for the audit log
 * @returns how many
 */
export async function revokeTokens(
  transaction: Prisma.TransactionClient,
  audit: AuditLog,
  userId: string,
  actor: ActorContext,
): Promise<number> {
  const revoked = await transaction.$queryRaw<{ id: string; name: string }[]>`
    UPDATE access_tokens SET revoked_at = now()
    WHERE person_id = ${userId}::uuid AND revoked_at IS NULL RETURNING id, name`;
  for (const { id, name } of revoked) {
    await audit.record(transaction, {
      ...actor,
      action: 'access_token.revoked',
      target: { kind: 'access_token', id, name },
    });
  }
  return revoked.length;
}

/**
 * Takes back the invitations that a user has made and nobody has taken up, and writes each down.
 *
 * @param transaction the one of the change that takes them away; it holds the user's row
 * @param audit is told
 * @param userId who invited
 * @param actor who takes them back, for the audit log
 * @returns how many
 */
export async function takeBackInvitations(
  transaction: Prisma.TransactionClient,
  audit: AuditLog,
  userId: string,
  actor: ActorContext,
): Promise<number> {
  const removed = await transaction.$queryRaw<{ id: string; email: string }[]>`
    DELETE FROM invitations WHERE invited_by_id = ${userId}::uuid RETURNING id, email`;
  for (const { id, email } of removed) {
    await audit.record(transaction, {
      ...actor,
      action: 'invitation.removed',
      target: { kind: 'invitation', id, name: email },
    });
  }
  return removed.length;
}

/**
 * Holds a user's row, so that nothing new is made in their name while it is all taken away: whoever
 * comes second sees what the first has done.
 *
 * @param transaction where something is to be made
 * @param userId in whose name
 * @param sessionId the session that asks for it, which may have ended meanwhile; null for none
 * @returns whether that may still be, and the user's role
 */
export async function holdPerson(
  transaction: Prisma.TransactionClient,
  userId: string,
  sessionId: string | null,
): Promise<{ role: string } | null> {
  const [user] = await transaction.$queryRaw<{ role: string }[]>`
    SELECT role::text FROM people WHERE id = ${userId}::uuid AND disabled_at IS NULL
    FOR NO KEY UPDATE`;
  if (user === undefined || sessionId === null) {
    return user ?? null;
  }
  // A statement of its own: its snapshot has to be taken after the lock.
  const sessions = await transaction.userSession.count({ where: { id: sessionId, userId } });
  return sessions > 0 ? user : null;
}
