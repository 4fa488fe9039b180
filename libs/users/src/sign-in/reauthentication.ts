import type { Sessions } from '../access/sessions.js';
import type { AdminDatabase } from '../admin-database.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { ActorContext } from '../actor-context.js';
import { UserError } from '../user-error.js';
import type { Passwords } from './passwords.js';
import type { Throttle } from './throttle.js';
import type { Totp } from './totp.js';

/** Somebody who is signed in, and in which session. */
export interface SignedInPerson {
  userId: string;
  sessionId: string;
}

/** A password or a code, shown once more; which of the two counts is for their account to say. */
export interface Proof {
  password: string | null;
  code: string | null;
}

/**
 * Has users prove once more who they are, within a session: it may be a stolen one, or a browser that
 * was left open. Guesses at the password are counted for each session by itself, guesses at a code for
 * all sessions of the user together.
 */
export class Reauthentication {
  /**
   * @param database the admin API's connections
   * @param passwords checks them
   * @param totp checks the second factor
   * @param throttle slows guessing down
   * @param sessions notes the proof
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
   * Renews a session's proof: by a code where the user has a second factor, else by the password.
   *
   * @param who whose session, and which
   * @param proof what was shown
   * @param actor for the audit log
   * @throws UserError `missing_required_parameter` naming what is needed, `invalid_value` naming what
   *   is wrong, `too_many_attempts`, `overloaded`
   */
  async confirm(who: SignedInPerson, proof: Proof, actor: ActorContext): Promise<void> {
    const user = await readUser(this.database, who.userId);
    const { step, attempt } =
      user.totpEnabledAt === null
        ? await this.checkGivenPassword(who, proof.password)
        : await this.checkCode(who, user.totpSecret, proof.code);
    await this.database.prisma.$transaction(async (transaction) => {
      // All that was checked must still stand, and a code counts once.
      const { count } = await transaction.user.updateMany({
        where: {
          id: who.userId,
          passwordHash: user.passwordHash,
          totpEnabledAt: user.totpEnabledAt,
          ...(step === null
            ? {}
            : { OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] }),
        },
        data: step === null ? {} : { totpLastStep: step },
      });
      if (count === 0) {
        throw step === null ? new UserError('not_changeable') : wrongCode();
      }
      if (!(await this.sessions.confirm(transaction, who.userId, who.sessionId))) {
        throw new UserError('not_signed_in');
      }
      await this.audit.record(transaction, {
        ...actor,
        action: 'session.confirmed',
        target: { kind: 'session', id: who.sessionId },
        details: { by: step === null ? 'password' : 'code' },
      });
    });
    await attempt?.succeed();
  }

  /**
   * Checks the password of somebody who is signed in.
   *
   * @param who whose, in which session
   * @param password as it was typed
   * @param param the field that it came in
   * @returns the user's row as it was checked
   * @throws UserError `invalid_value` naming the field, `too_many_attempts`, `overloaded`
   */
  async checkPassword(who: SignedInPerson, password: string, param: string): Promise<PersonRow> {
    const attempt = await this.throttle.beginConfirmation(who.userId, who.sessionId);
    const user = await readUser(this.database, who.userId);
    const right = await this.passwords
      .isRight(user.passwordHash, password, { first: true })
      .catch(async (error: unknown) => {
        await attempt.takeBack();
        throw error;
      });
    if (!right) {
      throw new UserError('invalid_value', { param, message: 'The password is wrong.' });
    }
    await attempt.succeed();
    return user;
  }

  private async checkGivenPassword(who: SignedInPerson, password: string | null) {
    if (password === null) {
      throw new UserError('missing_required_parameter', {
        param: 'password',
        message: 'Give your password.',
      });
    }
    await this.checkPassword(who, password, 'password');
    return { step: null, attempt: null };
  }

  private async checkCode(who: SignedInPerson, secret: Uint8Array | null, code: string | null) {
    if (code === null || secret === null) {
      throw new UserError('missing_required_parameter', {
        param: 'code',
        message: 'Give a code of your second factor.',
      });
    }
    const attempt = await this.throttle.beginCodeConfirmation(who.userId);
    const step = this.totp.stepOf(who.userId, secret, code);
    if (step === null) {
      throw wrongCode();
    }
    return { step, attempt };
  }
}

/** The columns that the checks of a user's own account read. */
export interface PersonRow {
  id: string;
  email: string;
  /** argon2id, in the PHC format. */
  passwordHash: string;
  /** Sealed; counts once the second factor is on. */
  totpSecret: Uint8Array<ArrayBuffer> | null;
  /** Sealed; waits for its first code. */
  totpPendingSecret: Uint8Array<ArrayBuffer> | null;
  totpEnabledAt: Date | null;
}

/**
 * A user's row with what is sealed and hashed of it.
 *
 * @param database the admin API's connections
 * @param id who
 * @throws UserError `not_signed_in` when the user is gone
 */
export async function readUser(database: AdminDatabase, id: string): Promise<PersonRow> {
  const user = await database.prisma.user.findUnique({
    where: { id },
    omit: { passwordHash: false, totpPendingSecret: false, totpSecret: false },
  });
  if (user === null) {
    throw new UserError('not_signed_in');
  }
  return user;
}

const wrongCode = (): UserError =>
  new UserError('invalid_value', {
    param: 'code',
    message: 'The code is wrong or was used already.',
  });
