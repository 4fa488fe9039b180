import type { RequestStatus } from '@reqrun/contracts';
import { type Pool, run, runWithin } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import { MAX_LOSSES } from '@reqrun/retry-policy';

import {
  EXPIRE_IF_OVERDUE,
  EXPIRE_OVERDUE,
  REAP_EXPIRED_LEASES,
  RELEASE,
  RENEW_LEASES,
} from '../sql/transitions/index.js';
import { ALWAYS, type OutageWatch } from './outage-watch.js';

/** A row that recovery took out of somebody's hands. */
export interface Recovered {
  id: string;
  status: RequestStatus;
  /** The total of attempts; the latest is the one that ended. */
  attempts: number;
  /** Set when the request failed by it. */
  errorCode: string | null;
}

/** A row that a worker owns, as the database sees it. */
export interface Owned {
  id: string;
  fence: number;
  attempt: number;
}

/** What a worker will not finish. */
export interface Released {
  id: string;
  fence: number;
  /** Whether the provider may have got the call. */
  called: boolean;
}

interface RecoveredRow {
  [column: string]: unknown;
  id: string;
  status: RequestStatus;
  attempts: number;
  error_code: string | null;
}

/** One that has taken nothing back tells the time alone. */
type ReapRow = (RecoveredRow | { id: null }) & { seen_at: Date };

/** Rows per statement: recovery must never hold many locks for long. */
const BATCH = 200;

/** What keeps records moving when processes die, stop or are paused. All of it is safe to repeat. */
export class RequestRecovery {
  /**
   * @param pool the database
   * @param onExpired told of what `expireIfOverdue` has ended: whoever looked counts and tells it
   */
  constructor(
    private readonly pool: Pool,
    private readonly onExpired: (expired: readonly Recovered[]) => void = () => undefined,
  ) {}

  /**
   * Renews the lease of everything that a worker owns.
   *
   * @param workerId the process
   * @param leaseMs from now on
   * @param limitMs how long to wait for the answer: on a connection that has died it never comes
   * @returns all rows it owns: what is missing it has lost, what it does not know was claimed for
   *   it though the answer got lost
   * @throws DatabaseError
   */
  async renewLeases(workerId: string, leaseMs: number, limitMs?: number): Promise<Owned[]> {
    failpoint('renew.before');
    const rows = await this.run<{ id: string; fence: number; attempts: number }>(
      'renew',
      RENEW_LEASES,
      [workerId, leaseMs],
      limitMs,
    );
    failpoint('renew.after');
    return rows.map(({ id, fence, attempts }) => ({ id, fence, attempt: attempts }));
  }

  /**
   * Puts back requests at once, without counting the attempt against their retries. Those that were
   * being called and must not be sent twice fail as `outcome_unknown`.
   *
   * @param released what to put back; those whose fence has risen are left alone
   * @throws DatabaseError
   */
  async release(released: readonly Released[]): Promise<Recovered[]> {
    if (released.length === 0) {
      return [];
    }
    failpoint('release.before');
    const recovered = await this.recover('release', RELEASE, [
      released.map(({ id }) => id),
      released.map(({ fence }) => fence),
      released.map(({ called }) => called),
    ]);
    failpoint('release.after');
    return recovered;
  }

  /**
   * Takes back what workers owned that stopped renewing.
   *
   * @param watch keeps it from taking back what could not be renewed; none: whatever has expired
   * @returns what was taken back; a full batch means there may be more
   * @throws DatabaseError
   */
  async reapExpiredLeases(
    watch?: OutageWatch,
  ): Promise<{ recovered: Recovered[]; mayHaveMore: boolean }> {
    failpoint('reap.before');
    const { from, until } = watch?.window ?? ALWAYS;
    const rows = await this.run<ReapRow>('reap', REAP_EXPIRED_LEASES, [
      BATCH,
      MAX_LOSSES,
      from,
      until,
    ]);
    failpoint('reap.after');
    rows.forEach(({ seen_at: at }) => watch?.seen(at));
    const recovered = rows.flatMap((row) => (row.id === null ? [] : [toRecovered(row)]));
    return { recovered, mayHaveMore: recovered.length === BATCH };
  }

  /**
   * Fails what is past its deadline.
   *
   * @returns what was failed; a full batch means there may be more
   * @throws DatabaseError
   */
  async expireOverdue(): Promise<{ recovered: Recovered[]; mayHaveMore: boolean }> {
    const recovered = await this.recover('expire', EXPIRE_OVERDUE, [BATCH]);
    return { recovered, mayHaveMore: recovered.length >= BATCH };
  }

  /**
   * Fails those of some records that are past their deadline, for whoever looks at them: a deadline
   * holds even when no worker is alive.
   *
   * @param ids UUIDs
   * @throws DatabaseError
   */
  async expireIfOverdue(ids: readonly string[]): Promise<Recovered[]> {
    const expired = await this.recover('expire-if-overdue', EXPIRE_IF_OVERDUE, [ids]);
    if (expired.length > 0) {
      this.onExpired(expired);
    }
    return expired;
  }

  private async recover(name: string, text: string, values: unknown[]): Promise<Recovered[]> {
    return (await this.run<RecoveredRow>(name, text, values)).map(toRecovered);
  }

  private async run<Row extends Record<string, unknown>>(
    name: string,
    text: string,
    values: unknown[],
    limitMs?: number,
  ): Promise<Row[]> {
    const statement = { name: `requests-${name}`, text };
    const rows =
      limitMs === undefined
        ? run<Row>(this.pool, statement, values)
        : runWithin<Row>(this.pool, statement, values, limitMs);
    return rows;
  }
}

function toRecovered({ id, status, attempts, error_code: errorCode }: RecoveredRow): Recovered {
  return { id, status, attempts, errorCode };
}
