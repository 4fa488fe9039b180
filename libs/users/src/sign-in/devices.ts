import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { KeyedHash } from '@reqrun/platform/crypto';

/** The time for which a browser is known after it has signed in, in ms. Browsers keep a cookie for 400 days. */
export const DEVICE_LASTS_MS = 180 * 86_400_000;

const NONCE_BYTES = 16;
const COOKIE = /^([0-9a-z]{1,11})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

/** The part of a user that a device is bound to: none is known any more once one of these has changed. */
export interface DeviceOwner {
  id: string;
  passwordHash: string;
  totpEnabledAt: Date | null;
}

/** Stands for whoever is not there, so that a look at a cookie is the same work. */
const NOBODY: DeviceOwner = { id: '', passwordHash: '', totpEnabledAt: null };

/**
 * Browsers in which somebody has signed in before, known again by a signed cookie (OWASP, "Slow Down
 * Online Guessing Attacks with Device Cookies"). It opens nothing: tries from a known device are counted
 * by themselves, so that nobody else's guessing keeps its user out.
 *
 * The cookie is bound to one user, to their password as it is stored (salted, so another one after
 * every change and reset) and to their second factor: none outlives a change of these.
 */
export class Devices {
  /**
   * @param hash signs the cookies
   * @param now the clock, Unix ms
   */
  constructor(
    private readonly hash: KeyedHash,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Makes the cookie of a browser in which somebody has just signed in.
   *
   * @param owner who
   * @returns its value
   */
  issue(owner: DeviceOwner): string {
    const issued = this.now().toString(36);
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    return `${issued}.${nonce}.${this.sign(owner, issued, nonce).toString('base64url')}`;
  }

  /**
   * The device that a cookie tells of.
   *
   * @param cookie its value as a browser sent it, or null
   * @param owner who signs in, or null where there is nobody
   * @returns what its tries are counted under; null when it is unknown, another user's, or too old
   */
  find(cookie: string | null, owner: DeviceOwner | null): string | null {
    const [, issued = '', nonce = '', signature = ''] = COOKIE.exec(cookie ?? '') ?? [];
    if (signature === '') {
      return null;
    }
    const right = timingSafeEqual(
      Buffer.from(signature, 'base64url'),
      this.sign(owner ?? NOBODY, issued, nonce),
    );
    const age = this.now() - Number.parseInt(issued, 36);
    return right && owner !== null && age <= DEVICE_LASTS_MS ? nonce : null;
  }

  private sign({ id, passwordHash, totpEnabledAt }: DeviceOwner, issued: string, nonce: string) {
    const factor = totpEnabledAt === null ? '' : totpEnabledAt.toISOString();
    return this.hash.digest('device', id, passwordHash, factor, issued, nonce);
  }
}
