import type { AuditLog } from '../audit/audit-log.js';
import type { RenewedSession, Sessions, SignedIn } from '../access/sessions.js';
import { revokeTokens } from '../access/take-back.js';
import type { AdminDatabase } from '../admin-database.js';
import type { ActorContext } from '../actor-context.js';
import { UserError } from '../user-error.js';
import type { Devices } from './devices.js';
import { checkNewPassword, lengthOf, MIN_PASSWORD, type Passwords } from './passwords.js';
import { type Reauthentication, readUser, type SignedInPerson } from './reauthentication.js';
import type { AttemptOrigin } from './sign-in.js';
import type { Totp } from './totp.js';

/** Changes that users make to their own password and second factor. */
export class OwnAccount {
  /**
   * @param database the admin API's connections
   * @param passwords hashes them
   * @param totp makes and checks the second factor
   * @param reauthentication checks the password of who is signed in
   * @param sessions ends and makes them
   * @param devices makes the cookie by which the browser stays known
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly passwords: Passwords,
    private readonly totp: Totp,
    private readonly reauthentication: Reauthentication,
    private readonly sessions: Sessions,
    private readonly devices: Devices,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Changes a password. All of the user's sessions end, no device is known any more, and one session
   * begins anew. The access tokens are revoked or not, as the user says.
   *
   * @param who whose, in which session
   * @param change the password as it is and as it will be; whether access tokens are revoked
   * @param from where the user is
   * @param actor for the audit log
   * @returns the session to go on with, and the browser's new cookie. Beside a second factor there is
   *   none until the next sign-in: a known device has codes to try of its own, and whoever has but a
   *   session and the password would get a new one with each change.
   * @throws UserError `invalid_value` naming the password that is wrong, `too_many_attempts`
   */
  async changePassword(
    who: SignedInPerson,
    change: { current: string; next: string; revokeTokens: boolean },
    from: AttemptOrigin,
    actor: ActorContext,
  ): Promise<RenewedSession> {
    const { userId } = who;
    const { current, next } = change;
    const user = await this.reauthentication.checkPassword(who, current, 'current_password');
    const { email, totpEnabledAt } = user;
    checkNewPassword(next, { email, totpEnabled: totpEnabledAt !== null }, 'new_password');
    const passwordHash = await this.passwords.hash(next, { first: true });
    return this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.user.updateMany({
        where: { id: userId, passwordHash: user.passwordHash, totpEnabledAt },
        data: { passwordHash },
      });
      const before = await transaction.userSession.findFirst({
        where: { id: who.sessionId, userId },
      });
      if (count === 0 || before === null) {
        throw new UserError('not_changeable');
      }
      await this.sessions.endAll(transaction, userId);
      // Beside a second factor the password alone proves nothing.
      const provedAt = totpEnabledAt === null ? null : before.authenticatedAt;
      const session = await this.sessions.create(transaction, userId, from, provedAt);
      await this.audit.record(transaction, {
        ...actor,
        action: 'person.password_changed',
        target: { kind: 'person', id: userId, name: email },
      });
      if (change.revokeTokens) {
        await revokeTokens(transaction, this.audit, userId, actor);
      }
      const device =
        totpEnabledAt === null
          ? this.devices.issue({ id: userId, passwordHash, totpEnabledAt })
          : null;
      return { ...session, device };
    });
  }

  /**
   * Makes a secret for a second factor; it counts from its confirmation on.
   *
   * @param user who
   * @returns the secret, to be typed and to be scanned
   * @throws UserError `not_changeable` when there is a second factor already
   */
  async beginTotp(user: {
    id: string;
    email: string;
  }): Promise<{ secret: string; otpauthUrl: string }> {
    const { secret, otpauthUrl, sealed } = this.totp.create(user);
    const { count } = await this.database.prisma.user.updateMany({
      where: { id: user.id, totpEnabledAt: null },
      data: { totpPendingSecret: Uint8Array.from(sealed) },
    });
    if (count === 0) {
      throw new UserError('not_changeable', {
        message: 'There is a second factor. Turn it off first.',
      });
    }
    return { secret, otpauthUrl };
  }

  /**
   * Turns the second factor on: the user's generator shows the right codes. All of the user's
   * sessions end, no device is known any more, and one session begins anew: whoever is signed in by the
   * password alone has to show a code from now on.
   *
   * @param userId who
   * @param code what it shows now
   * @param from where the user is
   * @param actor for the audit log
   * @returns the session to go on with, and the browser's new cookie
   * @throws UserError `not_changeable` when none waits, `invalid_value` when the code is wrong
   */
  async confirmTotp(
    userId: string,
    code: string,
    from: AttemptOrigin,
    actor: ActorContext,
  ): Promise<SignedIn> {
    const user = await readUser(this.database, userId);
    const sealed = user.totpPendingSecret;
    if (sealed === null || user.totpEnabledAt !== null) {
      throw new UserError('not_changeable', {
        message: 'There is no second factor that waits to be confirmed.',
      });
    }
    const step = this.totp.stepOf(userId, sealed, code);
    if (step === null) {
      throw new UserError('invalid_value', { param: 'code', message: 'The code is wrong.' });
    }
    const totpEnabledAt = new Date();
    return this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.user.updateMany({
        where: { id: userId, totpEnabledAt: null, totpPendingSecret: sealed },
        data: { totpSecret: sealed, totpPendingSecret: null, totpEnabledAt, totpLastStep: step },
      });
      if (count === 0) {
        throw new UserError('not_changeable');
      }
      await this.sessions.endAll(transaction, userId);
      const session = await this.sessions.create(transaction, userId, from);
      await this.audit.record(transaction, {
        ...actor,
        action: 'person.totp_enabled',
        target: { kind: 'person', id: userId, name: user.email },
      });
      return { ...session, device: this.devices.issue({ ...user, totpEnabledAt }) };
    });
  }

  /**
   * Turns the second factor off.
   *
   * @param who whose, in which session
   * @param password to confirm it with
   * @param actor for the audit log
   * @returns the browser's new cookie: devices were known beside the second factor
   * @throws UserError `invalid_value` when the password is wrong, `not_changeable` when it is too
   *   short to stand alone, `too_many_attempts`
   */
  async disableTotp(who: SignedInPerson, password: string, actor: ActorContext): Promise<string> {
    const { userId } = who;
    const user = await this.reauthentication.checkPassword(who, password, 'password');
    if (lengthOf(password) < MIN_PASSWORD) {
      throw new UserError('not_changeable', {
        param: 'password',
        message: `Without a second factor the password must have at least ${MIN_PASSWORD} characters. Change it first.`,
      });
    }
    await this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.user.updateMany({
        where: {
          id: userId,
          passwordHash: user.passwordHash,
          totpEnabledAt: user.totpEnabledAt,
        },
        data: { totpSecret: null, totpPendingSecret: null, totpEnabledAt: null },
      });
      if (count === 0) {
        throw new UserError('not_changeable');
      }
      if (user.totpEnabledAt !== null) {
        await this.audit.record(transaction, {
          ...actor,
          action: 'person.totp_disabled',
          target: { kind: 'person', id: userId, name: user.email },
        });
      }
    });
    return this.devices.issue({ ...user, totpEnabledAt: null });
  }
}
