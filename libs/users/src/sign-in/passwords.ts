import { randomBytes } from 'node:crypto';

import { hash, type Options, verify } from '@node-rs/argon2';
import type { KeyedHash } from '@reqrun/platform/crypto';

import { UserError } from '../user-error.js';

/** Characters of a password that stands alone (NIST SP 800-63B-4, 3.1.1.2). */
export const MIN_PASSWORD = 15;
/** Characters of one beside a second factor. */
export const MIN_PASSWORD_WITH_TOTP = 8;
/** More would only be work. */
export const MAX_PASSWORD = 256;

/** OWASP's password storage cheat sheet: argon2id (the library's default), 19 MiB, 2 passes, 1 lane. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each takes 19 MiB and a core for tens of milliseconds. */
const AT_ONCE = 2;
const MOST_WAITING = 50;
const RETRY_AFTER_S = 2;

/** The order of work: before that of strangers, or among it. */
interface Turn {
  first: boolean;
}

/** Hashes passwords and checks them, few at once, so that signing in can't starve what else runs. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Of known devices, sessions and the invited: strangers who fill the other queue keep none of these out. */
  private readonly waitingFirst: (() => void)[] = [];
  private readonly options: Options;
  private dummy: Promise<string> | undefined;

  /**
   * @param pepper a secret that the tables don't hold in plain: without it their hashes are of no use
   */
  constructor(pepper: KeyedHash) {
    this.options = { ...ARGON2ID, secret: pepper.digest('pepper') };
  }

  /**
   * Hashes a password.
   *
   * @param password as it was typed
   * @param turn as in `isRight`
   * @returns argon2id in the PHC format
   * @throws UserError `overloaded` when too many wait
   */
  hash(password: string, { first }: Turn = { first: false }): Promise<string> {
    return this.oneOfFew(() => hash(spelled(password), this.options), this.queueOf(first));
  }

  /**
   * Whether a password is the right one.
   *
   * @param stored what `hash` returned, or null where there is nobody: as much work, and no
   * @param password as it was typed
   * @param turn whether it comes before those that wait: for who is known already
   * @throws UserError `overloaded` when too many wait
   */
  async isRight(
    stored: string | null,
    password: string,
    { first }: Turn = { first: false },
  ): Promise<boolean> {
    const against = stored ?? (await this.hashOfNobody());
    const check = (): Promise<boolean> => verify(against, spelled(password), this.options);
    const right = await this.oneOfFew(check, this.queueOf(first));
    return right && stored !== null;
  }

  /** Made before it is needed, so that the first unknown user costs no more than the next. */
  async prepare(): Promise<void> {
    await this.hashOfNobody();
  }

  private async hashOfNobody(): Promise<string> {
    this.dummy ??= hash(randomBytes(32), this.options);
    return this.dummy;
  }

  private queueOf(first: boolean): (() => void)[] {
    return first ? this.waitingFirst : this.waiting;
  }

  private async oneOfFew<T>(work: () => Promise<T>, queue: (() => void)[]): Promise<T> {
    if (this.running >= AT_ONCE) {
      if (queue.length >= MOST_WAITING) {
        throw new UserError('overloaded', { retryAfterSeconds: RETRY_AFTER_S });
      }
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waitingFirst.shift() ?? this.waiting.shift();
      if (next === undefined) {
        this.running -= 1;
      } else {
        next();
      }
    }
  }
}

/**
 * Refuses a password that is too easy to guess.
 *
 * @param password as it was typed
 * @param user whose it will be
 * @param param the field that it came in
 * @throws UserError `invalid_value`
 */
export function checkNewPassword(
  password: string,
  user: { email: string; totpEnabled: boolean },
  param: string,
): void {
  const least = user.totpEnabled ? MIN_PASSWORD_WITH_TOTP : MIN_PASSWORD;
  const length = lengthOf(password);
  if (length < least || length > MAX_PASSWORD) {
    throw new UserError('invalid_value', {
      param,
      message: `${param} must have ${least} to ${MAX_PASSWORD} characters.`,
    });
  }
  if (password.trim().toLowerCase() === user.email || new Set(spelled(password)).size < 4) {
    throw new UserError('invalid_value', { param, message: `${param} is too easy to guess.` });
  }
}

/**
 * How many characters a password has, as users count.
 *
 * @param password as it was typed
 */
export const lengthOf = (password: string): number => Array.from(spelled(password)).length;

/** One spelling, whatever keyboard it was typed on (NIST SP 800-63B-4, 3.1.1.2). */
const spelled = (password: string): string => password.normalize('NFKC');
