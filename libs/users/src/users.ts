import type { Prisma } from '@reqrun/platform/database';

import type { Sessions } from './access/sessions.js';
import { revokeTokens, takeBackInvitations } from './access/take-back.js';
import type { AdminDatabase } from './admin-database.js';
import type { AuditLog } from './audit/audit-log.js';
import type { ActorContext } from './actor-context.js';
import { UserError } from './user-error.js';
import { type User, USER_COLUMNS, toUser } from './user.js';
import type { Role } from './role.js';

/** Changes that an owner may make to a user. */
export interface UserChange {
  role?: Role;
  disabled?: boolean;
}

/** The users who run this deployment. There is always an owner among them who can sign in. */
export class Users {
  /**
   * @param database the admin API's connections
   * @param sessions ends those of users who may no longer sign in
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * One of them.
   *
   * @param id which
   */
  async get(id: string): Promise<User | null> {
    const row = await this.database.prisma.user.findUnique({
      where: { id },
      select: USER_COLUMNS,
    });
    return row === null ? null : toUser(row);
  }

  /** All of them, by e-mail address. */
  async list(): Promise<User[]> {
    const rows = await this.database.prisma.user.findMany({
      select: USER_COLUMNS,
      orderBy: { email: 'asc' },
    });
    return rows.map(toUser);
  }

  /**
   * Gives a user another name.
   *
   * @param id who
   * @param name the new name
   * @param actor the user
   */
  async rename(id: string, name: string, actor: ActorContext): Promise<User> {
    return this.database.prisma.$transaction(async (transaction) => {
      const row = await transaction.user.update({
        where: { id },
        data: { name },
        select: USER_COLUMNS,
      });
      await this.audit.record(transaction, {
        ...actor,
        action: 'person.renamed',
        target: { kind: 'person', id, name: row.email },
        details: { name },
      });
      return toUser(row);
    });
  }

  /**
   * Gives a user another role, or takes or gives back the right to sign in. Disabling ends the
   * sessions and revokes the access tokens, for good. Who is disabled, or no owner any more, has
   * invited nobody: open invitations are taken back.
   *
   * @param id who
   * @param change what
   * @param byId the owner who does it
   * @param actor the same for the audit log
   * @throws UserError `not_found`, `last_owner`, `forbidden` when the actor is no owner any more
   */
  async change(id: string, change: UserChange, byId: string, actor: ActorContext): Promise<User> {
    return this.database.prisma.$transaction(async (transaction) => {
      const { owners, before } = await lock(transaction, id, byId);
      const role = change.role ?? before.role;
      const disabled = change.disabled ?? before.disabledAt !== null;
      if (role !== 'owner' || disabled) {
        keepAnOwner(owners, id);
      }
      const details = {
        ...(role === before.role ? {} : { role: { from: before.role, to: role } }),
        ...(disabled === (before.disabledAt !== null) ? {} : { disabled }),
      };
      if (Object.keys(details).length === 0) {
        return toUser(before);
      }
      const row = await transaction.user.update({
        where: { id },
        data: { role, disabledAt: disabled ? (before.disabledAt ?? new Date()) : null },
        select: USER_COLUMNS,
      });
      if (disabled) {
        await this.sessions.endAll(transaction, id);
      }
      await this.audit.record(transaction, {
        ...actor,
        action: 'person.changed',
        target: { kind: 'person', id, name: before.email },
        details,
      });
      if (disabled) {
        await revokeTokens(transaction, this.audit, id, actor);
      }
      if (disabled || role !== 'owner') {
        await takeBackInvitations(transaction, this.audit, id, actor);
      }
      return toUser(row);
    });
  }

  /**
   * Removes a user with all sessions, tokens and open invitations. What the audit log says of them
   * stays.
   *
   * @param id who
   * @param byId the owner who does it
   * @param actor the same for the audit log
   * @throws UserError `not_found`, `last_owner`, `forbidden` when the actor is no owner any more
   */
  async remove(id: string, byId: string, actor: ActorContext): Promise<void> {
    await this.database.prisma.$transaction(async (transaction) => {
      const { owners, before } = await lock(transaction, id, byId);
      keepAnOwner(owners, id);
      await transaction.user.delete({ where: { id }, select: { id: true } });
      await this.audit.record(transaction, {
        ...actor,
        action: 'person.removed',
        target: { kind: 'person', id, name: before.email },
        details: { role: before.role },
      });
      await takeBackInvitations(transaction, this.audit, id, actor);
    });
  }
}

/**
 * Takes all owners who can sign in, in one order, so that of two owners who take each other's role at
 * the same moment the second finds that it is none any more.
 */
async function lock(
  transaction: Prisma.TransactionClient,
  id: string,
  byId: string,
): Promise<{ owners: readonly string[]; before: User & { totpEnabledAt: Date | null } }> {
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    SELECT id FROM people WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;
  const owners = rows.map((row) => row.id);
  if (!owners.includes(byId)) {
    throw new UserError('forbidden');
  }
  const before = await transaction.user.findUnique({ where: { id }, select: USER_COLUMNS });
  if (before === null) {
    throw new UserError('not_found', { param: 'id' });
  }
  return { owners, before: { ...before, totpEnabled: before.totpEnabledAt !== null } };
}

function keepAnOwner(owners: readonly string[], id: string): void {
  if (owners.length === 1 && owners[0] === id) {
    throw new UserError('last_owner');
  }
}
