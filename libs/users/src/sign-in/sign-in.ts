import type { AuditLog } from '../audit/audit-log.js';
import type { Origin, Sessions, SignedIn } from '../access/sessions.js';
import type { AdminDatabase } from '../admin-database.js';
import { normalizeEmail } from '../email.js';
import { UserError } from '../user-error.js';
import type { Devices } from './devices.js';
import type { Passwords } from './passwords.js';
import type { Attempt, Throttle } from './throttle.js';
import type { Totp } from './totp.js';

/** Credentials that somebody shows to get in. */
export interface Credentials {
  email: string;
  password: string;
  totpCode: string | null;
  /** The session that this browser had: it ends. */
  previousSessionId: string | null;
  /** The cookie by which the browser may be known. */
  deviceCookie: string | null;
}

/** Origin of an attempt, and the keys that it is counted under. */
export interface AttemptOrigin extends Origin {
  /** The address, or its /64. */
  network: string;
}

/** Lets users in. */
export class SignIn {
  /**
   * @param database the admin API's connections
   * @param passwords checks them
   * @param totp checks the second factor
   * @param throttle slows guessing down
   * @param devices knows browsers again
   * @param sessions makes the session
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly passwords: Passwords,
    private readonly totp: Totp,
    private readonly throttle: Throttle,
    private readonly devices: Devices,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Signs somebody in. An unknown user, a disabled one and a wrong password read the same and are
   * the same work; of the second factor nothing is said before the password is right. Where the browser
   * is known for this user, nobody else's failures count.
   *
   * @param credentials what was shown
   * @param from where the user is
   * @returns the session, and the cookie by which the browser is known from now on
   * @throws UserError `invalid_credentials`, `totp_required`, `totp_invalid`, `too_many_attempts`,
   *   `overloaded`
   */
  async signIn(credentials: Credentials, from: AttemptOrigin): Promise<SignedIn> {
    const typed = credentials.email.trim().toLowerCase();
    const user = await this.database.prisma.user.findUnique({
      where: { email: normalizeEmail(typed) ?? '' },
      omit: { passwordHash: false, totpSecret: false },
    });
    const known = user?.disabledAt === null ? user : null;
    const device = this.devices.find(credentials.deviceCookie, known);
    const attempt = await this.throttle.begin(typed, from.network, device);
    const right = await this.passwords
      .isRight(known?.passwordHash ?? null, credentials.password, { first: device !== null })
      .catch(async (error: unknown) => {
        await attempt.takeBack();
        throw error;
      });
    if (!right || known === null) {
      throw new UserError('invalid_credentials');
    }
    let step: bigint | null = null;
    let codes: Attempt | null = null;
    if (known.totpEnabledAt !== null && known.totpSecret !== null) {
      if (credentials.totpCode === null) {
        await attempt.takeBack();
        throw new UserError('totp_required', { param: 'totp_code' });
      }
      codes = await this.throttle.beginCode(typed, device);
      step = this.totp.stepOf(known.id, known.totpSecret, credentials.totpCode);
      if (step === null) {
        throw new UserError('totp_invalid', { param: 'totp_code' });
      }
    }
    const session = await this.database.prisma.$transaction(async (transaction) => {
      // All that was checked must still stand, and a code counts once.
      const { count } = await transaction.user.updateMany({
        where: {
          id: known.id,
          disabledAt: null,
          passwordHash: known.passwordHash,
          ...(step === null
            ? { totpEnabledAt: null }
            : { OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] }),
        },
        data: { lastSignInAt: new Date(), ...(step === null ? {} : { totpLastStep: step }) },
      });
      if (count === 0) {
        throw step === null
          ? new UserError('invalid_credentials')
          : new UserError('totp_invalid', { param: 'totp_code' });
      }
      if (credentials.previousSessionId !== null) {
        await this.sessions.end(transaction, known.id, credentials.previousSessionId);
      }
      const created = await this.sessions.create(transaction, known.id, from);
      await this.audit.record(transaction, {
        actor: { kind: 'person', id: known.id, email: known.email, name: known.name },
        action: 'session.created',
        target: { kind: 'session', id: created.id },
        address: from.address,
        userAgent: from.userAgent,
      });
      return created;
    });
    await attempt.succeed();
    await codes?.succeed();
    return { ...session, device: this.devices.issue(known) };
  }
}
