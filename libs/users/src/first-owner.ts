import { randomBytes } from 'node:crypto';

import type { PrismaClient } from '@reqrun/platform/database';

import type { AuditLog } from './audit/audit-log.js';
import { normalizeEmail } from './email.js';
import { UserError } from './user-error.js';
import { checkNewPassword, type Passwords } from './sign-in/passwords.js';

/** An arbitrary number that nobody else locks in this database: "owner" in ASCII. */
const LOCK_KEY = 0x6f_77_6e_65_72;
/** 144 bits in 24 characters that every keyboard has. */
const PASSWORD_BYTES = 18;

/** Makes a password that nobody guesses, for a user to copy. */
export function generatePassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

/**
 * Makes the first owner where there are no users yet; several starts at once make one. Afterwards the
 * database wins.
 *
 * @param prisma the database, under a role that may write users
 * @param parts what hashes the password, and what is told
 * @param owner with what the first owner signs in
 * @returns whether it was made
 * @throws UserError `invalid_value` naming `email` or `password`
 */
export async function ensureFirstOwner(
  prisma: PrismaClient,
  parts: { passwords: Passwords; audit: AuditLog },
  owner: { email: string; password: string },
): Promise<boolean> {
  if ((await prisma.user.count()) > 0) {
    return false;
  }
  const email = normalizeEmail(owner.email);
  if (email === null) {
    throw new UserError('invalid_value', {
      param: 'email',
      message: 'email must be an e-mail address.',
    });
  }
  checkNewPassword(owner.password, { email, totpEnabled: false }, 'password');
  const passwordHash = await parts.passwords.hash(owner.password);
  return prisma.$transaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK_KEY}::bigint)`;
    if ((await transaction.user.count()) > 0) {
      return false;
    }
    const { id } = await transaction.user.create({
      data: { email, name: 'Owner', role: 'owner', passwordHash },
      select: { id: true },
    });
    await parts.audit.record(transaction, {
      actor: { kind: 'system', id: null, email: null, name: 'first start' },
      action: 'person.created',
      target: { kind: 'person', id, name: email },
      address: null,
      userAgent: null,
      details: { role: 'owner' },
    });
    return true;
  });
}
