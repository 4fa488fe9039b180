import { timingSafeEqual } from 'node:crypto';

import { generateToken, isToken, type KeyedHash } from '@reqrun/platform/crypto';
import { type Prisma, run, toDatabaseError } from '@reqrun/platform/database';

import type { AdminDatabase } from '../admin-database.js';
import { UserError } from '../user-error.js';
import type { Role } from '../role.js';
import { TOKEN_SCOPES, type TokenScope } from '../scope.js';
import type { TokenIdentity } from './identity.js';
import { holdPerson } from './take-back.js';

/** Prefix of every personal access token. */
export const ACCESS_TOKEN_PREFIX = 'reqrun_admin_';

/** The most tokens of a user that work at the same time: one for each script, and many to spare. */
export const MOST_TOKENS = 50;

/** A personal access token as its user sees it. */
export interface AccessTokenSummary {
  id: string;
  name: string;
  scopes: TokenScope[];
  lastFour: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const FIND_TOKEN = {
  name: 'people-token-find',
  text: `SELECT t.id, t.name AS token_name, t.scopes, t.token_hash,
                t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale,
                p.id AS person_id, p.email, p.name, p.role
         FROM access_tokens t JOIN people p ON p.id = t.person_id
         WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND p.disabled_at IS NULL
           AND (t.expires_at IS NULL OR t.expires_at > now())`,
};
const TOUCH_TOKEN = {
  name: 'people-token-touch',
  text: `UPDATE access_tokens SET last_used_at = now() WHERE id = $1`,
};

/** Personal access tokens: kept as keyed hashes, checked in the database at every use. */
export class AccessTokens {
  /**
   * @param database the admin API's connections
   * @param hash the keyed hash under which tokens are stored
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * Makes a token.
   *
   * @param transaction where
   * @param token whose, by which session if by one, what for, until when
   * @returns what may be shown of it, and the secret, which is shown now or never
   * @throws UserError `limit_reached` when {@link MOST_TOKENS} work; `not_signed_in` when the session
   *   has ended or the user may not sign in any more
   */
  async create(
    transaction: Prisma.TransactionClient,
    token: {
      userId: string;
      sessionId?: string;
      name: string;
      scopes: readonly TokenScope[];
      expiresAt: Date | null;
    },
  ): Promise<AccessTokenSummary & { secret: string }> {
    if ((await holdPerson(transaction, token.userId, token.sessionId ?? null)) === null) {
      throw new UserError('not_signed_in');
    }
    const working = await transaction.accessToken.count({
      where: {
        userId: token.userId,
        revokedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
      },
    });
    if (working >= MOST_TOKENS) {
      throw new UserError('limit_reached', {
        message: `You have ${MOST_TOKENS} access tokens that work. Revoke one that is not needed any more.`,
      });
    }
    const secret = generateToken(ACCESS_TOKEN_PREFIX);
    const row = await transaction.accessToken.create({
      data: {
        userId: token.userId,
        name: token.name,
        scopes: TOKEN_SCOPES.filter((scope) => token.scopes.includes(scope)),
        tokenHash: Uint8Array.from(this.digest(secret)),
        lastFour: secret.slice(-4),
        expiresAt: token.expiresAt,
      },
    });
    return { ...summaryOf(row), secret };
  }

  /**
   * Whom a token belongs to. Unknown, revoked and expired ones look the same.
   *
   * @param token what a client sent
   * @throws DatabaseError when it can't be known
   */
  async find(token: string): Promise<TokenIdentity | null> {
    if (!isToken(ACCESS_TOKEN_PREFIX, token)) {
      return null;
    }
    const digest = this.digest(token);
    try {
      const [row] = await run<{
        id: string;
        token_name: string;
        scopes: TokenScope[];
        token_hash: Buffer;
        stale: boolean;
        person_id: string;
        email: string;
        name: string;
        role: Role;
      }>(this.database.pool, FIND_TOKEN, [digest]);
      if (row === undefined || !timingSafeEqual(row.token_hash, digest)) {
        return null;
      }
      if (row.stale) {
        await run(this.database.pool, TOUCH_TOKEN, [row.id]);
      }
      return {
        kind: 'token',
        tokenId: row.id,
        tokenName: row.token_name,
        scopes: new Set(row.scopes),
        user: { id: row.person_id, email: row.email, name: row.name, role: row.role },
      };
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  /**
   * Whether this token was ever made here: one that was revoked or has expired counts.
   *
   * @param token what somebody kept
   */
  async isKnown(token: string): Promise<boolean> {
    return (
      isToken(ACCESS_TOKEN_PREFIX, token) &&
      (await this.database.prisma.accessToken.count({
        where: { tokenHash: Uint8Array.from(this.digest(token)) },
      })) > 0
    );
  }

  /**
   * A user's tokens, the newest first, those that have ended included.
   *
   * @param userId whose
   */
  async list(userId: string): Promise<AccessTokenSummary[]> {
    const rows = await this.database.prisma.accessToken.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    return rows.map(summaryOf);
  }

  /**
   * Revokes one of a user's tokens: from now on it is refused everywhere.
   *
   * @param transaction where
   * @param userId whose it must be
   * @param id which
   * @returns what it was, or null when the user has no such token; one that was revoked stays so
   */
  async revoke(
    transaction: Prisma.TransactionClient,
    userId: string,
    id: string,
  ): Promise<{ name: string; changed: boolean } | null> {
    const { count } = await transaction.accessToken.updateMany({
      where: { id, userId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    const row = await transaction.accessToken.findFirst({ where: { id, userId } });
    return row === null ? null : { name: row.name, changed: count > 0 };
  }

  private digest(token: string): Buffer {
    return this.hash.digest('access-token', token);
  }
}

function summaryOf(
  row: Omit<AccessTokenSummary, 'scopes'> & { scopes: string[] },
): AccessTokenSummary {
  return {
    id: row.id,
    name: row.name,
    scopes: TOKEN_SCOPES.filter((scope) => row.scopes.includes(scope)),
    lastFour: row.lastFour,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
    revokedAt: row.revokedAt,
  };
}
