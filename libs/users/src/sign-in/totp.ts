import { randomBytes } from 'node:crypto';

import type { SecretBox } from '@reqrun/platform/crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 4226, 4: at least 128 bits, 160 recommended. */
const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** One step before and after, for clocks that differ (RFC 6238, 5.2). */
const WINDOW = 1;
const CODE = /^\d{6}$/;

/** A second factor that waits to be confirmed. */
export interface NewTotp {
  /** In base32, to be typed. */
  secret: string;
  /** To be scanned. */
  otpauthUrl: string;
  /** To be stored. */
  sealed: Buffer;
}

/** Time-based one-time passwords (RFC 6238), their secrets sealed for their user. */
export class Totp {
  /**
   * @param box seals the secrets
   * @param now the clock, Unix ms
   */
  constructor(
    private readonly box: SecretBox,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Makes a secret.
   *
   * @param user whose
   */
  create(user: { id: string; email: string }): NewTotp {
    const bytes = randomBytes(SECRET_BYTES);
    const generator = generatorOf(bytes, user.email);
    return {
      secret: generator.secret.base32,
      otpauthUrl: generator.toString(),
      sealed: this.box.seal(user.id, bytes),
    };
  }

  /**
   * The time step that a code is for. The caller has to see to it that no step is taken twice.
   *
   * @param userId whose secret it is
   * @param sealed the stored secret
   * @param code what was typed
   * @returns null when the code is wrong
   * @throws UnreadableError when the secret is another user's
   */
  stepOf(userId: string, sealed: Uint8Array, code: string): bigint | null {
    const digits = code.replaceAll(' ', '');
    if (!CODE.test(digits)) {
      return null;
    }
    const timestamp = this.now();
    const delta = generatorOf(this.box.open(userId, sealed), '').validate({
      token: digits,
      timestamp,
      window: WINDOW,
    });
    return delta === null ? null : BigInt(Math.floor(timestamp / 1000 / PERIOD_S) + delta);
  }
}

function generatorOf(secret: Buffer, label: string): TOTP {
  return new TOTP({
    issuer: 'ReqRun',
    label,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
  });
}
