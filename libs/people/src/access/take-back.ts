import type { Prisma } from '@reqrun/platform/database';

import type { AuditLog } from '../audit/audit-log.js';
import type { Doer } from '../doer.js';

/**
 * Revokes all of a person's access tokens that have not been revoked, and writes each down. They stay
 * revoked, also when the person may sign in again.
 *
 * @param transaction the one of the change that takes them away; it holds the person's row
 * @param audit is told
 * @param personId whose
 * @param actor who takes them away, for the audit log
 * @returns how many
 */
export async function revokeTokens(
  transaction: Prisma.TransactionClient,
  audit: AuditLog,
  personId: string,
  actor: Doer,
): Promise<number> {
  const revoked = await transaction.$queryRaw<{ id: string; name: string }[]>`
    UPDATE access_tokens SET revoked_at = now()
    WHERE person_id = ${personId}::uuid AND revoked_at IS NULL RETURNING id, name`;
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
 * Takes back the invitations that a person has made and nobody has taken up, and writes each down.
 *
 * @param transaction the one of the change that takes them away; it holds the person's row
 * @param audit is told
 * @param personId who invited
 * @param actor who takes them back, for the audit log
 * @returns how many
 */
export async function takeBackInvitations(
  transaction: Prisma.TransactionClient,
  audit: AuditLog,
  personId: string,
  actor: Doer,
): Promise<number> {
  const removed = await transaction.$queryRaw<{ id: string; email: string }[]>`
    DELETE FROM invitations WHERE invited_by_id = ${personId}::uuid RETURNING id, email`;
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
 * Holds a person's row, so that nothing new is made in their name while it is all taken away: whoever
 * comes second sees what the first has done.
 *
 * @param transaction where something is to be made
 * @param personId in whose name
 * @param sessionId the session that asks for it, which may have ended meanwhile; null for none
 * @returns whether that may still be, and the person's role
 */
export async function holdPerson(
  transaction: Prisma.TransactionClient,
  personId: string,
  sessionId: string | null,
): Promise<{ role: string } | null> {
  const [person] = await transaction.$queryRaw<{ role: string }[]>`
    SELECT role::text FROM people WHERE id = ${personId}::uuid AND disabled_at IS NULL
    FOR NO KEY UPDATE`;
  if (person === undefined || sessionId === null) {
    return person ?? null;
  }
  // A statement of its own: its snapshot has to be taken after the lock.
  const sessions = await transaction.personSession.count({ where: { id: sessionId, personId } });
  return sessions > 0 ? person : null;
}
