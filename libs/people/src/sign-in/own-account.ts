import type { AuditLog } from '../audit/audit-log.js';
import type { CreatedSession, Sessions } from '../access/sessions.js';
import { revokeTokens } from '../access/take-back.js';
import type { AdminDatabase } from '../admin-database.js';
import type { Doer } from '../doer.js';
import { PeopleError } from '../people-error.js';
import { checkNewPassword, lengthOf, MIN_PASSWORD, type Passwords } from './passwords.js';
import type { AttemptOrigin } from './sign-in.js';
import type { Throttle } from './throttle.js';
import type { Totp } from './totp.js';

/** What people do to their own password and second factor. */
export class OwnAccount {
  /**
   * @param database the admin API's connections
   * @param passwords checks and hashes them
   * @param totp makes and checks the second factor
   * @param throttle slows guessing down
   * @param sessions ends and makes them
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly passwords: Passwords,
    private readonly totp: Totp,
    private readonly throttle: Throttle,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Changes a password. All of the person's sessions end, and one begins anew. The access tokens are
   * revoked or not, as the person says.
   *
   * @param personId who
   * @param change the password as it is and as it will be; whether access tokens are revoked
   * @param from where the person is
   * @param doer for the audit log
   * @returns the session to go on with
   * @throws PeopleError `invalid_value` naming the password that is wrong, `too_many_attempts`
   */
  async changePassword(
    personId: string,
    change: { current: string; next: string; revokeTokens: boolean },
    from: AttemptOrigin,
    doer: Doer,
  ): Promise<CreatedSession> {
    const person = await this.confirm(personId, change.current, from, 'current_password');
    checkNewPassword(
      change.next,
      { email: person.email, totpEnabled: person.totpEnabledAt !== null },
      'new_password',
    );
    const passwordHash = await this.passwords.hash(change.next);
    return this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.person.updateMany({
        where: {
          id: personId,
          passwordHash: person.passwordHash,
          totpEnabledAt: person.totpEnabledAt,
        },
        data: { passwordHash },
      });
      if (count === 0) {
        throw new PeopleError('not_changeable');
      }
      await this.sessions.endAll(transaction, personId);
      const session = await this.sessions.create(transaction, personId, from);
      await this.audit.record(transaction, {
        ...doer,
        action: 'person.password_changed',
        target: { kind: 'person', id: personId, name: person.email },
      });
      if (change.revokeTokens) {
        await revokeTokens(transaction, this.audit, personId, doer);
      }
      return session;
    });
  }

  /**
   * Makes a secret for a second factor; it counts from its confirmation on.
   *
   * @param person who
   * @returns the secret, to be typed and to be scanned
   * @throws PeopleError `not_changeable` when there is a second factor already
   */
  async beginTotp(person: {
    id: string;
    email: string;
  }): Promise<{ secret: string; otpauthUrl: string }> {
    const { secret, otpauthUrl, sealed } = this.totp.create(person);
    const { count } = await this.database.prisma.person.updateMany({
      where: { id: person.id, totpEnabledAt: null },
      data: { totpPendingSecret: Uint8Array.from(sealed) },
    });
    if (count === 0) {
      throw new PeopleError('not_changeable', {
        message: 'There is a second factor. Turn it off first.',
      });
    }
    return { secret, otpauthUrl };
  }

  /**
   * Turns the second factor on: the person's generator shows the right codes.
   *
   * @param personId who
   * @param code what it shows now
   * @param doer for the audit log
   * @throws PeopleError `not_changeable` when none waits, `invalid_value` when the code is wrong
   */
  async confirmTotp(personId: string, code: string, doer: Doer): Promise<void> {
    const person = await this.read(personId);
    const sealed = person.totpPendingSecret;
    if (sealed === null || person.totpEnabledAt !== null) {
      throw new PeopleError('not_changeable', {
        message: 'There is no second factor that waits to be confirmed.',
      });
    }
    const step = this.totp.stepOf(personId, sealed, code);
    if (step === null) {
      throw new PeopleError('invalid_value', { param: 'code', message: 'The code is wrong.' });
    }
    await this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.person.updateMany({
        where: { id: personId, totpEnabledAt: null, totpPendingSecret: sealed },
        data: {
          totpSecret: sealed,
          totpPendingSecret: null,
          totpEnabledAt: new Date(),
          totpLastStep: step,
        },
      });
      if (count === 0) {
        throw new PeopleError('not_changeable');
      }
      await this.audit.record(transaction, {
        ...doer,
        action: 'person.totp_enabled',
        target: { kind: 'person', id: personId, name: person.email },
      });
    });
  }

  /**
   * Turns the second factor off.
   *
   * @param personId who
   * @param password to confirm it with
   * @param from where the person is
   * @param doer for the audit log
   * @throws PeopleError `invalid_value` when the password is wrong, `not_changeable` when it is too
   *   short to stand alone, `too_many_attempts`
   */
  async disableTotp(
    personId: string,
    password: string,
    from: AttemptOrigin,
    doer: Doer,
  ): Promise<void> {
    const person = await this.confirm(personId, password, from, 'password');
    if (lengthOf(password) < MIN_PASSWORD) {
      throw new PeopleError('not_changeable', {
        param: 'password',
        message: `Without a second factor the password must have at least ${MIN_PASSWORD} characters. Change it first.`,
      });
    }
    await this.database.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.person.updateMany({
        where: {
          id: personId,
          passwordHash: person.passwordHash,
          totpEnabledAt: person.totpEnabledAt,
        },
        data: { totpSecret: null, totpPendingSecret: null, totpEnabledAt: null },
      });
      if (count === 0) {
        throw new PeopleError('not_changeable');
      }
      if (person.totpEnabledAt !== null) {
        await this.audit.record(transaction, {
          ...doer,
          action: 'person.totp_disabled',
          target: { kind: 'person', id: personId, name: person.email },
        });
      }
    });
  }

  private async confirm(id: string, password: string, from: AttemptOrigin, param: string) {
    const attempt = await this.throttle.begin(`confirm ${id}`, from.network);
    const person = await this.read(id);
    if (!(await this.passwords.isRight(person.passwordHash, password))) {
      throw new PeopleError('invalid_value', { param, message: 'The password is wrong.' });
    }
    await attempt.succeed();
    return person;
  }

  private async read(id: string) {
    const person = await this.database.prisma.person.findUnique({
      where: { id },
      omit: { passwordHash: false, totpPendingSecret: false },
    });
    if (person === null) {
      throw new PeopleError('not_signed_in');
    }
    return person;
  }
}
