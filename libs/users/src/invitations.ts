import { generateToken, isToken, type KeyedHash } from '@reqrun/platform/crypto';
import { Prisma } from '@reqrun/platform/database';

import type { Origin, Sessions, SignedIn } from './access/sessions.js';
import { holdPerson } from './access/take-back.js';
import type { AdminDatabase } from './admin-database.js';
import type { AuditLog } from './audit/audit-log.js';
import type { ActorContext } from './actor-context.js';
import { UserError } from './user-error.js';
import type { Role } from './role.js';
import type { Devices } from './sign-in/devices.js';
import { checkNewPassword, type Passwords } from './sign-in/passwords.js';

const PREFIX = 'reqrun_invitation_';
const LIFETIME_MS = 7 * 86_400_000;

/** An invitation that waits to be taken. */
export interface Invitation {
  id: string;
  email: string;
  role: Role;
  createdAt: Date;
  expiresAt: Date;
  invitedByEmail: string;
}

/** Fields that somebody who was invited sends. */
export interface Acceptance {
  token: string;
  name: string;
  password: string;
}

/** How users come to be: by a link that works once. */
export class Invitations {
  /**
   * @param database the admin API's connections
   * @param hash the keyed hash under which links are stored
   * @param passwords hashes them
   * @param sessions makes the first one
   * @param devices makes the cookie by which the browser is known from then on
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly devices: Devices,
    private readonly audit: AuditLog,
  ) {}

  /** Those that wait, the newest first; what has expired is shown until it is taken back. */
  async list(): Promise<Invitation[]> {
    return this.database.prisma.invitation.findMany({
      omit: { tokenHash: true, invitedById: true },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
  }

  /**
   * Invites somebody. An earlier invitation of the same address stops working.
   *
   * @param email whom, as it is stored
   * @param role what the user will be
   * @param by the owner who invites, and the session that asks for it, if one does
   * @param actor the same for the audit log
   * @returns the invitation, and the token for the link, which is shown now or never
   * @throws UserError `already_exists` when there is such a user; `forbidden` when the inviter is no
   *   owner any more, `not_signed_in` when the session has ended
   */
  async create(
    email: string,
    role: Role,
    by: { id: string; email: string; sessionId?: string },
    actor: ActorContext,
  ): Promise<Invitation & { token: string }> {
    const token = generateToken(PREFIX);
    return this.database.prisma.$transaction(async (transaction) => {
      const inviter = await holdPerson(transaction, by.id, by.sessionId ?? null);
      if (inviter?.role !== 'owner') {
        throw new UserError(inviter === null ? 'not_signed_in' : 'forbidden');
      }
      if ((await transaction.user.count({ where: { email } })) > 0) {
        throw new UserError('already_exists', {
          param: 'email',
          message: 'There is a person with this e-mail address.',
        });
      }
      const data = {
        role,
        tokenHash: this.digest(token),
        invitedById: by.id,
        invitedByEmail: by.email,
        createdAt: new Date(),
        expiresAt: new Date(Date.now() + LIFETIME_MS),
      };
      const invitation = await transaction.invitation.upsert({
        where: { email },
        create: { email, ...data },
        update: data,
        omit: { tokenHash: true, invitedById: true },
      });
      await this.audit.record(transaction, {
        ...actor,
        action: 'invitation.created',
        target: { kind: 'invitation', id: invitation.id, name: email },
        details: { role },
      });
      return { ...invitation, token };
    });
  }

  /**
   * Takes an invitation back.
   *
   * @param id which
   * @param actor for the audit log
   * @returns false when there is no such invitation
   */
  async remove(id: string, actor: ActorContext): Promise<boolean> {
    return this.database.prisma.$transaction(async (transaction) => {
      const [removed] = await transaction.$queryRaw<{ email: string }[]>`
        DELETE FROM invitations WHERE id = ${id}::uuid RETURNING email`;
      if (removed === undefined) {
        return false;
      }
      await this.audit.record(transaction, {
        ...actor,
        action: 'invitation.removed',
        target: { kind: 'invitation', id, name: removed.email },
      });
      return true;
    });
  }

  /**
   * Makes a user of whoever holds the link, and signs them in. It works once, also for two who
   * follow it at the same moment, and only while whoever invited may still invite.
   *
   * @param acceptance the link's token, the name and password to be
   * @param from where the user is
   * @throws UserError `invitation_expired`, also when it never was; `invalid_value`; `overloaded`
   */
  async accept({ token, name, password }: Acceptance, from: Origin): Promise<SignedIn> {
    const tokenHash = this.digest(token);
    const open = isToken(PREFIX, token)
      ? await this.database.prisma.invitation.findUnique({
          where: { tokenHash, expiresAt: { gt: new Date() } },
        })
      : null;
    if (open === null) {
      throw new UserError('invitation_expired', { param: 'token' });
    }
    checkNewPassword(password, { email: open.email, totpEnabled: false }, 'password');
    const passwordHash = await this.passwords.hash(password, { first: true });
    try {
      return await this.database.prisma.$transaction(async (transaction) => {
        const [taken] = await transaction.$queryRaw<{ id: string; email: string; role: Role }[]>`
          DELETE FROM invitations i WHERE i.token_hash = ${tokenHash} AND i.expires_at > now()
            AND EXISTS (SELECT FROM people p WHERE p.id = i.invited_by_id AND p.role = 'owner'
                          AND p.disabled_at IS NULL)
          RETURNING i.id, i.email, i.role`;
        if (taken === undefined) {
          throw new UserError('invitation_expired', { param: 'token' });
        }
        const { id: userId } = await transaction.user.create({
          data: {
            email: taken.email,
            name,
            role: taken.role,
            passwordHash,
            lastSignInAt: new Date(),
          },
          select: { id: true },
        });
        const session = await this.sessions.create(transaction, userId, from);
        await this.audit.record(transaction, {
          actor: { kind: 'person', id: userId, email: taken.email, name },
          action: 'invitation.accepted',
          target: { kind: 'person', id: userId, name: taken.email },
          address: from.address,
          userAgent: from.userAgent,
          details: { role: taken.role, invitation: taken.id },
        });
        const owner = { id: userId, passwordHash, totpEnabledAt: null };
        return { ...session, device: this.devices.issue(owner) };
      });
    } catch (error) {
      // There has come to be such a user in another way.
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
        throw new UserError('invitation_expired', { param: 'token' });
      }
      throw error;
    }
  }

  private digest(token: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.hash.digest('invitation', token));
  }
}
