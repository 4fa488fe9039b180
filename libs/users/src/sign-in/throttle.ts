import type { KeyedHash } from '@reqrun/platform/crypto';
import { run } from '@reqrun/platform/database';

import type { AdminDatabase } from '../admin-database.js';
import { UserError } from '../user-error.js';
import {
  type Allowance,
  ATTACK_BEGINS_AT,
  CODES,
  COUNTED_ONLY,
  NETWORK,
  ONE,
  UNDER_ATTACK,
  wideNetworkOf,
} from './allowances.js';

/** Without a failure for so long, counting begins anew. */
const FORGET_MS = 3_600_000;

/** An attempt that was let through, and counts as failed until it is told otherwise. */
export interface Attempt {
  /** It did not fail: it leaves no trace. */
  takeBack(): Promise<void>;
  /** It succeeded: failures of who tried are forgotten, those of the network and of others stay. */
  succeed(): Promise<void>;
}

/** The moment that the caller says it is, or what the database's clock says. */
const CLOCK = `coalesce($1::timestamptz, now())`;
/** The column keeps milliseconds: rounded up, this moment would not be over yet. */
const NOW = `date_trunc('milliseconds', ${CLOCK})`;

interface Counted {
  key: Buffer;
  /** Result of the count. */
  failures: number;
}

/**
 * Counts an attempt before it is made, so that a thousand at the same moment are counted one by one;
 * a row that is still blocked is left as it is, and none comes back.
 */
const COUNT = {
  name: 'people-throttle-count',
  text: `INSERT INTO sign_in_throttles AS t (key, failures, last_failure_at, blocked_until)
         VALUES ($2, 1, ${NOW}, ${NOW})
         ON CONFLICT (key) DO UPDATE SET
           failures = CASE WHEN t.last_failure_at < ${CLOCK} - $6 * interval '1 millisecond'
                           THEN 1 ELSE least(t.failures, 1000) + 1 END,
           last_failure_at = ${NOW},
           blocked_until = CASE WHEN t.last_failure_at < ${CLOCK} - $6 * interval '1 millisecond'
                                  OR t.failures + 1 <= $3 THEN ${NOW}
             ELSE ${CLOCK} + least($5, $4 * 2 ^ least(t.failures + 1 - $3, 20)) * interval '1 millisecond' END
         WHERE t.blocked_until <= ${CLOCK}
         RETURNING t.failures`,
};
const WAIT = {
  name: 'people-throttle-wait',
  text: `SELECT ceil(extract(epoch FROM blocked_until - ${CLOCK}))::int AS seconds
         FROM sign_in_throttles WHERE key = $2`,
};
/** The wait that an attempt brought goes with it, unless a later failure prolonged it. */
const TAKE_BACK = {
  name: 'people-throttle-take-back',
  text: `UPDATE sign_in_throttles SET failures = greatest(failures - 1, 0),
           blocked_until = CASE WHEN failures = $3 THEN ${NOW} ELSE blocked_until END
         WHERE key = $2`,
};
const FORGET = {
  name: 'people-throttle-forget',
  text: `DELETE FROM sign_in_throttles
         WHERE key = $2 OR last_failure_at < ${CLOCK} - $3 * interval '1 millisecond'`,
};

/**
 * Slows down guessing, over all processes and restarts. Each try is counted under who makes it, so that
 * whoever guesses waits, and not whose account it is:
 *
 * - a known device and a session that is confirmed have a count of their own, and no other;
 * - codes of a second factor are counted for the account as a whole, unless the device is known;
 * - an unknown device is counted under its network, and under its network at this account;
 * - an account that many failures of unknown devices have met takes one try of each further network.
 *
 * A try that is refused still costs its network one of its own. Every wait ends: nobody is locked out
 * for good. Names of accounts and addresses are kept as keyed hashes, for those who try may not be ours.
 */
export class Throttle {
  /**
   * @param database the admin API's connections
   * @param hash the keyed hash of accounts, devices and addresses
   * @param clock what time it is; the database's clock counts where it says null
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
    private readonly clock: () => Date | null = () => null,
  ) {}

  /**
   * Lets an attempt to sign in through, or not.
   *
   * @param account whose password is tried, whether there is such an account or not
   * @param network the address that it comes from, or its /64
   * @param device the device, where it is known for this account
   * @throws UserError `too_many_attempts`, with the time to wait
   */
  async begin(account: string, network: string, device: string | null): Promise<Attempt> {
    if (device !== null) {
      return this.beginAs('device', account, device);
    }
    const ofNetwork = await this.count(['address', network], NETWORK);
    // From here on a refusal does not give back what was counted: it costs the network a try.
    const ofPair = await this.count(['account at network', account, network], ONE);
    const ofAccount = await this.count(['unknown devices', account], COUNTED_ONLY);
    const shared = [ofNetwork, ofAccount];
    if (ofAccount.failures > ATTACK_BEGINS_AT) {
      const wide = ['attacked account', account, wideNetworkOf(network)];
      shared.push(await this.count(wide, UNDER_ATTACK));
    }
    return this.attempt(ofPair, shared);
  }

  /**
   * Lets a code of a second factor be tried, or not; the password beside it was right.
   *
   * @param account whose
   * @param device the device, where it is known: its own count, by `begin`, is enough
   * @throws UserError `too_many_attempts`, with the time to wait
   */
  async beginCode(account: string, device: string | null): Promise<Attempt | null> {
    return device === null ? this.attempt(await this.count(['codes', account], CODES), []) : null;
  }

  /**
   * Lets somebody who is signed in confirm it by the password, or not. Sessions are counted one by one: a
   * stolen one keeps the others from nothing.
   *
   * @param userId who
   * @param sessionId in which session
   * @throws UserError `too_many_attempts`, with the time to wait
   */
  beginConfirmation(userId: string, sessionId: string): Promise<Attempt> {
    return this.beginAs('session', userId, sessionId);
  }

  /**
   * Lets somebody who is signed in confirm it by a code of the second factor, or not. All sessions of a
   * user count together and apart from passwords: whoever knows the password gets a new session by
   * changing it, and may try no more codes for that. Other sessions can be ended without a code.
   *
   * @param userId who
   * @throws UserError `too_many_attempts`, with the time to wait
   */
  async beginCodeConfirmation(userId: string): Promise<Attempt> {
    return this.attempt(await this.count(['codes in sessions', userId], CODES), []);
  }

  private async beginAs(kind: string, account: string, one: string): Promise<Attempt> {
    return this.attempt(await this.count([kind, account, one], ONE), []);
  }

  private attempt(own: Counted, shared: readonly Counted[]): Attempt {
    const takeBackShared = async (): Promise<void> => {
      for (const counted of shared) {
        await this.takeBack(counted);
      }
    };
    return {
      takeBack: async () => {
        await takeBackShared();
        await this.takeBack(own);
      },
      succeed: async () => {
        await takeBackShared();
        await this.query(FORGET, [own.key, FORGET_MS]);
      },
    };
  }

  private async count(parts: readonly string[], allowance: Allowance): Promise<Counted> {
    const key = this.hash.digest(...parts);
    const { free, stepMs, mostMs } = allowance;
    const values = [key, free, stepMs, mostMs, FORGET_MS];
    const [counted] = await this.query<{ failures: number }>(COUNT, values);
    if (counted === undefined) {
      const [row] = await this.query<{ seconds: number }>(WAIT, [key]);
      throw new UserError('too_many_attempts', {
        retryAfterSeconds: Math.max(1, row?.seconds ?? 1),
      });
    }
    return { key, failures: counted.failures };
  }

  private async takeBack({ key, failures }: Counted): Promise<void> {
    await this.query(TAKE_BACK, [key, failures]);
  }

  private query<Row extends object>(
    statement: { name: string; text: string },
    values: unknown[],
  ): Promise<Row[]> {
    const all = [this.clock(), ...values];
    return run<Row & Record<string, unknown>>(this.database.pool, statement, all);
  }
}
