import type { ErrorDetail, RequestStatus } from '@reqrun/contracts';
import { type Pool, run, runWithin } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import { MAX_LOSSES } from '@reqrun/retry-policy';

import {
  EXPIRE_IF_OVERDUE,
  EXPIRE_OVERDUE,
  LOSE_RESPONSE,
  REAP_EXPIRED_LEASES,
  RELEASE,
  RENEW_LEASES,
} from '../sql/transitions/index.js';
import { ALWAYS, type OutageWatch } from './outage-watch.js';

/** A record that recovery has taken from its owner. */
export interface Recovered {
  id: string;
  status: RequestStatus;
  /** Total number of attempts; the latest is the one that ended. */
  attempts: number;
  /** Error code of the request if it failed, else null. */
  errorCode: string | null;
}

/** A record that a worker owns, as stored in the database. */
export interface Owned {
  id: string;
  fence: number;
  attempt: number;
}

/** A request that a worker gives back. */
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

/** Row of a reap. One with a null id has only the time: nothing was taken back. */
type ReapRow = (RecoveredRow | { id: null }) & { seen_at: Date };

/** Rows per statement. It is small so that recovery never holds many locks for long. */
const BATCH = 200;

/** Recovers records when processes die, stop or are paused. All operations are safe to repeat. */
export class RequestRecovery {
  /**
   * @param pool the database
   * @param onExpired called with the records that `expireIfOverdue` has ended, to publish their ends
   */
  constructor(
    private readonly pool: Pool,
    private readonly onExpired: (expired: readonly Recovered[]) => void = () => undefined,
  ) {}

  /**
   * Renews the leases of all requests that a worker owns.
   *
   * @param workerId UUID of the worker
   * @param leaseMs duration of the lease from now, in ms
   * @param limitMs longest wait for the answer, in ms: a broken connection never brings one
   * @returns all records that the worker owns. It has lost those that are missing. Those that it does not
   *   know were claimed for it by a statement whose answer got lost.
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
   * Puts back requests at once, without counting the attempt against their retries. Those whose provider call
   * was under way and that must not be sent twice fail as `outcome_unknown`.
   *
   * @param released the requests; those whose fence has risen are left alone
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
   * Ends an attempt whose response can't be had any more. The request is put back for a call of its own, or fails,
   * as its policy says of lost attempts.
   *
   * @param attempt the claim of the attempt
   * @param detail the reason
   * @returns null when the worker has lost the request
   * @throws DatabaseError
   */
  async loseResponse(
    { id, fence }: Pick<Released, 'id' | 'fence'>,
    detail: ErrorDetail,
  ): Promise<Recovered | null> {
    const values = [id, fence, MAX_LOSSES, detail];
    const [recovered] = await this.recover('lose-response', LOSE_RESPONSE, values);
    return recovered ?? null;
  }

  /**
   * Takes back requests of workers that have stopped renewing their leases.
   *
   * @param watch excludes leases that an outage kept from being renewed; without it, all expired leases count
   * @returns the requests that were taken back; after a full batch there may be more
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
   * Fails requests that are past their deadline.
   *
   * @returns the failed requests; after a full batch there may be more
   * @throws DatabaseError
   */
  async expireOverdue(): Promise<{ recovered: Recovered[]; mayHaveMore: boolean }> {
    const recovered = await this.recover('expire', EXPIRE_OVERDUE, [BATCH]);
    return { recovered, mayHaveMore: recovered.length >= BATCH };
  }

  /**
   * Fails those of the given requests that are past their deadline. Readers call it, so that a deadline holds
   * even when no worker is alive.
   *
   * @param ids UUIDs of the requests
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
