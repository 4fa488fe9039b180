import type { PrismaClient } from '@reqrun/platform/database';

import { revokeTokens, takeBackInvitations } from './access/take-back.js';
import type { AuditLog } from './audit/audit-log.js';
import type { ActorContext } from './actor-context.js';
import { normalizeEmail } from './email.js';
import { generatePassword } from './first-owner.js';
import type { Passwords } from './sign-in/passwords.js';

/** Actor: nobody who is signed in. */
const SETUP: ActorContext = {
  actor: { kind: 'system', id: null, email: null, name: 'setup' },
  address: null,
  userAgent: null,
};

/**
 * Lets somebody in again who has lost password or second factor, or the account to somebody else: a new
 * password, no second factor, and the account is not disabled any more. Whatever was made with the old
 * password ends: sessions, known devices, access tokens, open invitations. For whoever holds the
 * database and the master key; the admin API has no such thing.
 *
 * @param prisma the database, under a role that may write users
 * @param parts what hashes the password, and what is told
 * @param email whose
 * @returns the new password, or null when there is no such user
 */
export async function resetPassword(
  prisma: PrismaClient,
  parts: { passwords: Passwords; audit: AuditLog },
  email: string,
): Promise<string | null> {
  const password = generatePassword();
  const passwordHash = await parts.passwords.hash(password);
  return prisma.$transaction(async (transaction) => {
    const user = await transaction.user.findUnique({
      where: { email: normalizeEmail(email) ?? '' },
    });
    if (user === null) {
      return null;
    }
    await transaction.user.update({
      where: { id: user.id },
      data: {
        passwordHash,
        totpSecret: null,
        totpPendingSecret: null,
        totpEnabledAt: null,
        disabledAt: null,
      },
    });
    await transaction.userSession.deleteMany({ where: { userId: user.id } });
    await parts.audit.record(transaction, {
      ...SETUP,
      action: 'person.password_reset',
      target: { kind: 'person', id: user.id, name: user.email },
    });
    await revokeTokens(transaction, parts.audit, user.id, SETUP);
    await takeBackInvitations(transaction, parts.audit, user.id, SETUP);
    return password;
  });
}
