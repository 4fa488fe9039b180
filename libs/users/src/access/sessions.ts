import { randomBytes } from 'node:crypto';

import type { KeyedHash } from '@reqrun/platform/crypto';
import { type Prisma, run } from '@reqrun/platform/database';

import type { AdminDatabase } from '../admin-database.js';
import type { Role } from '../role.js';
import type { SessionIdentity } from './identity.js';

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
/** A session's last use is written at most so often: it ends that much early at worst. */
const TOUCH_AFTER_MS = 60_000;

/** How long sessions last, in ms. */
export interface SessionTimes {
  /** Without a use. */
  idleMs: number;
  /** At most. */
  absoluteMs: number;
}

/** OWASP's session management: half an hour idle, half a day at most. */
export const SESSION_TIMES: SessionTimes = { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 };

/** The most sessions of a user at the same time: the one unused for longest gives way to a new one. */
export const MOST_SESSIONS = 30;
/**
 * The time for which a password or a code lets a session do what makes access last (ASVS 5.0, 7.5.1 asks for a
 * proof anew). In ms.
 */
export const PROOF_LASTS_MS = 10 * 60_000;

/** Origin of a call. */
export interface Origin {
  address: string | null;
  userAgent: string | null;
}

/** A session that was just made. The secret goes into the cookie and is not kept anywhere. */
export interface CreatedSession {
  id: string;
  secret: string;
}

/** The same with the cookie by which the browser is known from now on. */
export interface SignedIn extends CreatedSession {
  device: string;
}

/** The session in place of another, and the cookie by which the browser is known; null when it is not. */
export interface RenewedSession extends CreatedSession {
  device: string | null;
}

/** A session as its user sees it. */
export interface SessionSummary {
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  address: string | null;
  userAgent: string | null;
}

const ALIVE = `s.expires_at > now() AND s.last_used_at > now() - $2 * interval '1 millisecond'`;

const FIND_SESSION = {
  name: 'people-session-find',
  text: `SELECT s.id, s.created_at, s.authenticated_at, s.expires_at, s.last_used_at,
                s.last_used_at < now() - $3 * interval '1 millisecond' AS stale,
                s.authenticated_at > now() - $4 * interval '1 millisecond' AS proved,
                p.id AS person_id, p.email, p.name, p.role
         FROM person_sessions s JOIN people p ON p.id = s.person_id
         WHERE s.token_hash = $1 AND ${ALIVE} AND p.disabled_at IS NULL`,
};
const TOUCH_SESSION = {
  name: 'people-session-touch',
  text: `UPDATE person_sessions SET last_used_at = now() WHERE id = $1 RETURNING last_used_at`,
};
const LIST_SESSIONS = {
  name: 'people-session-list',
  text: `SELECT s.id, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent
         FROM person_sessions s WHERE s.person_id = $1 AND ${ALIVE}
         ORDER BY s.last_used_at DESC, s.id`,
};

/** Signed-in browsers: opaque secrets, kept as keyed hashes, ended in the database. */
export class Sessions {
  /**
   * @param database the admin API's connections
   * @param hash the keyed hash under which secrets are stored
   * @param times how long sessions last
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
    private readonly times: SessionTimes = SESSION_TIMES,
  ) {}

  /**
   * Makes a session.
   *
   * @param transaction where, so that whoever signs in, or takes an invitation, does it as a whole
   * @param userId whose; the transaction holds the user's row
   * @param from where the user is
   * @param authenticatedAt when the user last proved who they are; now, where it is left out
   */
  async create(
    transaction: Prisma.TransactionClient,
    userId: string,
    from: Origin,
    authenticatedAt: Date | null = null,
  ): Promise<CreatedSession> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const [row] = await transaction.$queryRaw<{ id: string }[]>`
      INSERT INTO person_sessions
        (id, person_id, token_hash, authenticated_at, expires_at, address, user_agent)
      VALUES (gen_random_uuid(), ${userId}::uuid, ${this.digest(secret)},
              coalesce(${authenticatedAt}::timestamptz, now()),
              now() + ${this.times.absoluteMs}::int * interval '1 millisecond',
              ${from.address}, ${from.userAgent})
      RETURNING id`;
    const id = row?.id ?? '';
    await transaction.$executeRaw`
      DELETE FROM person_sessions
      WHERE person_id = ${userId}::uuid AND (expires_at <= now() OR
        last_used_at <= now() - ${this.times.idleMs}::int * interval '1 millisecond')`;
    await transaction.$executeRaw`
      DELETE FROM person_sessions WHERE id IN (
        SELECT id FROM person_sessions WHERE person_id = ${userId}::uuid AND id <> ${id}::uuid
        ORDER BY last_used_at DESC, created_at DESC, id OFFSET ${MOST_SESSIONS - 1}::int)`;
    return { id, secret };
  }

  /**
   * Notes that a session's user has just proved who they are.
   *
   * @param transaction where
   * @param userId whose it must be
   * @param id which
   * @returns false when the user has no such session
   */
  async confirm(
    transaction: Prisma.TransactionClient,
    userId: string,
    id: string,
  ): Promise<boolean> {
    const count = await transaction.$executeRaw`
      UPDATE person_sessions SET authenticated_at = now()
      WHERE id = ${id}::uuid AND person_id = ${userId}::uuid`;
    return count > 0;
  }

  /**
   * Whom a cookie's value belongs to. Unknown, ended and expired ones look the same.
   *
   * @param secret what a client sent
   * @param touch whether this is a use that keeps the session alive
   * @throws DatabaseError when it can't be known
   */
  async find(secret: string, touch: boolean): Promise<SessionIdentity | null> {
    if (!SECRET.test(secret)) {
      return null;
    }
    const [row] = await this.run<{
      id: string;
      created_at: Date;
      authenticated_at: Date;
      expires_at: Date;
      last_used_at: Date;
      stale: boolean;
      proved: boolean;
      person_id: string;
      email: string;
      name: string;
      role: Role;
    }>(FIND_SESSION, [this.digest(secret), this.times.idleMs, TOUCH_AFTER_MS, PROOF_LASTS_MS]);
    if (row === undefined) {
      return null;
    }
    const [touched] =
      touch && row.stale
        ? await this.run<{ last_used_at: Date }>(TOUCH_SESSION, [row.id])
        : [{ last_used_at: row.last_used_at }];
    const lastUsedAt = touched?.last_used_at ?? row.last_used_at;
    return {
      kind: 'session',
      sessionId: row.id,
      user: { id: row.person_id, email: row.email, name: row.name, role: row.role },
      createdAt: row.created_at,
      authenticatedAt: row.authenticated_at,
      provedRecently: row.proved,
      expiresAt: row.expires_at,
      idleExpiresAt: new Date(
        Math.min(lastUsedAt.getTime() + this.times.idleMs, row.expires_at.getTime()),
      ),
    };
  }

  /**
   * A user's sessions that have not ended, the latest used first.
   *
   * @param userId whose
   */
  async list(userId: string): Promise<SessionSummary[]> {
    const rows = await this.run<{
      id: string;
      created_at: Date;
      last_used_at: Date;
      expires_at: Date;
      address: string | null;
      user_agent: string | null;
    }>(LIST_SESSIONS, [userId, this.times.idleMs]);
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
      expiresAt: row.expires_at,
      address: row.address,
      userAgent: row.user_agent,
    }));
  }

  /**
   * Ends one of a user's sessions.
   *
   * @param transaction where
   * @param userId whose it must be
   * @param id which
   * @returns false when the user has no such session
   */
  async end(transaction: Prisma.TransactionClient, userId: string, id: string): Promise<boolean> {
    const { count } = await transaction.userSession.deleteMany({ where: { id, userId } });
    return count > 0;
  }

  /**
   * Ends all of a user's sessions.
   *
   * @param transaction where
   * @param userId whose
   */
  async endAll(transaction: Prisma.TransactionClient, userId: string): Promise<number> {
    const { count } = await transaction.userSession.deleteMany({ where: { userId } });
    return count;
  }

  private digest(secret: string): Buffer {
    return this.hash.digest('session', secret);
  }

  private run<Row extends object>(
    statement: { name: string; text: string },
    values: unknown[],
  ): Promise<Row[]> {
    return run<Row & Record<string, unknown>>(this.database.pool, statement, values);
  }
}
