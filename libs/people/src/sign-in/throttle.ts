import type { KeyedHash } from '@reqrun/platform/crypto';
import { run, toDatabaseError } from '@reqrun/platform/database';

import type { AdminDatabase } from '../admin-database.js';
import { PeopleError } from '../people-error.js';

/** How many failures are free, and how long the wait grows that each further one brings. */
interface Allowance {
  free: number;
  mostMs: number;
}

/**
 * An account's waits stay short: its owner must get in while somebody else guesses. At one guess a
 * minute no password of the least length is found.
 */
const ACCOUNT: Allowance = { free: 5, mostMs: 60_000 };
/** Several people may sit behind one address. */
const ADDRESS: Allowance = { free: 20, mostMs: 15 * 60_000 };
/** Without a failure for so long, counting begins anew. */
const FORGET_MS = 3_600_000;

/** An attempt that was let through, and counts as failed until it is told otherwise. */
export interface Attempt {
  /** It did not fail: it leaves no trace. */
  takeBack(): Promise<void>;
  /** It succeeded: the account's failures are forgotten, those of the address stay. */
  succeed(): Promise<void>;
}

/** The column keeps milliseconds: rounded up, this moment would not be over yet. */
const NOW = `date_trunc('milliseconds', now())`;

interface Counted {
  key: Buffer;
  /** What the count came to. */
  failures: number;
}

/**
 * Counts an attempt before it is made, so that a thousand at the same moment are counted one by one;
 * a row that is still blocked is left as it is, and none comes back. The n-th failure beyond the free
 * ones brings a wait of 2^n seconds.
 */
const COUNT = {
  name: 'people-throttle-count',
  text: `INSERT INTO sign_in_throttles AS t (key, failures, last_failure_at, blocked_until)
         VALUES ($1, 1, now(), ${NOW})
         ON CONFLICT (key) DO UPDATE SET
           failures = CASE WHEN t.last_failure_at < now() - $4 * interval '1 millisecond'
                           THEN 1 ELSE least(t.failures, 1000) + 1 END,
           last_failure_at = now(),
           blocked_until = CASE WHEN t.last_failure_at < now() - $4 * interval '1 millisecond'
                                  OR t.failures + 1 <= $2 THEN ${NOW}
             ELSE now() + least($3, 1000 * 2 ^ least(t.failures + 1 - $2, 20)) * interval '1 millisecond' END
         WHERE t.blocked_until <= now()
         RETURNING t.failures`,
};
const WAIT = {
  name: 'people-throttle-wait',
  text: `SELECT ceil(extract(epoch FROM blocked_until - now()))::int AS seconds
         FROM sign_in_throttles WHERE key = $1`,
};
/** The wait that an attempt brought goes with it, unless a later failure prolonged it. */
const TAKE_BACK = {
  name: 'people-throttle-take-back',
  text: `UPDATE sign_in_throttles SET failures = greatest(failures - 1, 0),
           blocked_until = CASE WHEN failures = $2 THEN ${NOW} ELSE blocked_until END
         WHERE key = $1`,
};
const FORGET = {
  name: 'people-throttle-forget',
  text: `DELETE FROM sign_in_throttles
         WHERE key = $1 OR last_failure_at < now() - $2 * interval '1 millisecond'`,
};

/**
 * Slows down guessing, per account and per address, over all processes and restarts. Nobody is ever
 * locked out: every wait ends. Names of accounts and addresses are kept as keyed hashes, for those who
 * try may not be ours.
 */
export class Throttle {
  /**
   * @param database the admin API's connections
   * @param hash the keyed hash of accounts and addresses
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * Lets an attempt through, or not.
   *
   * @param account whose password is tried, whether there is such an account or not
   * @param network the address that it comes from, or its /64
   * @throws PeopleError `too_many_attempts`, with the time to wait
   */
  async begin(account: string, network: string): Promise<Attempt> {
    const ofAddress = await this.count(this.hash.digest('address', network), ADDRESS);
    const ofAccount = await this.count(this.hash.digest('account', account), ACCOUNT).catch(
      async (error: unknown) => {
        await this.takeBack(ofAddress);
        throw error;
      },
    );
    return {
      takeBack: async () => {
        await this.takeBack(ofAddress);
        await this.takeBack(ofAccount);
      },
      succeed: async () => {
        await this.takeBack(ofAddress);
        await this.query(FORGET, [ofAccount.key, FORGET_MS]);
      },
    };
  }

  private async count(key: Buffer, { free, mostMs }: Allowance): Promise<Counted> {
    const [counted] = await this.query<{ failures: number }>(COUNT, [key, free, mostMs, FORGET_MS]);
    if (counted === undefined) {
      const [row] = await this.query<{ seconds: number }>(WAIT, [key]);
      throw new PeopleError('too_many_attempts', {
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
    return run<Row & Record<string, unknown>>(this.database.pool, statement, values).catch(
      (error: unknown) => {
        throw toDatabaseError(error);
      },
    );
  }
}
