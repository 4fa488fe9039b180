import type { PrismaClient } from '@reqrun/platform/database';

import type { AccessTokens } from './access/access-tokens.js';
import type { AuditLog } from './audit/audit-log.js';
import { normalizeEmail } from './email.js';
import type { TokenScope } from './scope.js';

/** Scopes that the command line needs for keys and figures, and no more. */
const SCOPES: readonly TokenScope[] = [
  'requests:read',
  'requests:write',
  'keys:read',
  'keys:write',
  'projects:read',
  'metrics:read',
];

/**
 * Makes the token with which the command line keeps API keys, where there is none yet. One that the database
 * knows is left as it is, also when it was revoked: somebody has taken it back.
 *
 * @param prisma the database, under a role that may write tokens
 * @param parts what makes tokens, and what is told
 * @param wish whose it is to be, by e-mail address, and the token that was kept of an earlier start
 * @returns the secret of a new token; null when none was made, for the one kept is known, or because this is
 *   no owner who may sign in
 */
export async function ensureFirstToken(
  prisma: PrismaClient,
  parts: { tokens: AccessTokens; audit: AuditLog },
  wish: { email: string; kept: string | undefined },
): Promise<string | null> {
  if (wish.kept !== undefined && (await parts.tokens.isKnown(wish.kept))) {
    return null;
  }
  const owner = await prisma.user.findFirst({
    where: { email: normalizeEmail(wish.email) ?? '', role: 'owner', disabledAt: null },
    select: { id: true },
  });
  if (owner === null) {
    return null;
  }
  return prisma.$transaction(async (transaction) => {
    const { id, name, scopes, secret } = await parts.tokens.create(transaction, {
      userId: owner.id,
      name: 'command line',
      scopes: SCOPES,
      expiresAt: null,
    });
    await parts.audit.record(transaction, {
      actor: { kind: 'system', id: null, email: null, name: 'start' },
      action: 'access_token.created',
      target: { kind: 'access_token', id, name },
      address: null,
      userAgent: null,
      details: { scopes, expires_at: null },
    });
    return secret;
  });
}
