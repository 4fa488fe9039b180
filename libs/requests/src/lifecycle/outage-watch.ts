/** Limits that define an outage of the database and the grace period after it. */
export interface OutageLimits {
  /** Longest time without an answer that is no outage yet, in ms. */
  gapMs: number;
  /** Time that owners have after an outage to renew their leases, in ms. */
  graceMs: number;
}

/** Range of the database's clock within which expired leases may be taken back. */
export interface ReapWindow {
  /** Timestamp in PostgreSQL's format. */
  from: string;

  /** Timestamp in PostgreSQL's format. */
  until: string;
}

/** Range that allows to take back every expired lease. */
export const ALWAYS: ReapWindow = { from: '-infinity', until: 'infinity' };

/** Range that allows nothing, until the database has been seen. */
const NEVER: ReapWindow = { from: 'infinity', until: 'infinity' };

/**
 * Returns the limits under which no live owner loses its lease to an outage. An owner renews at every
 * heartbeat. An outage shorter than the gap leaves the owner as much time again to renew before its lease
 * ends. After a longer one the owner has that time, and a heartbeat, to renew.
 *
 * @param leaseMs duration of a lease, in ms
 * @param heartbeatMs interval between two renewals, in ms
 */
export function outageLimits(leaseMs: number, heartbeatMs: number): OutageLimits {
  const gapMs = (leaseMs - heartbeatMs) / 2;
  return { gapMs, graceMs: heartbeatMs + gapMs };
}

/**
 * Records the time since which a process has seen the database write without an outage. A lease that expired
 * while it could not be renewed says nothing about its owner, so it is not taken back before the owner had
 * time to renew it. All times are those of the database's clock. So a statement that was sent before an
 * outage and runs after it is outside the range, and a clock that jumps ahead counts as an outage.
 */
export class OutageWatch {
  private since: number | null = null;
  private last = 0;

  /** @param limits definition of an outage and the grace period after it */
  constructor(private readonly limits: OutageLimits) {}

  /** Range within which expired leases may be taken back, from the times seen so far. */
  get window(): ReapWindow {
    return this.since === null
      ? NEVER
      : {
          from: new Date(this.since + this.limits.graceMs).toISOString(),
          until: new Date(this.last + this.limits.gapMs).toISOString(),
        };
  }

  /**
   * Records that the database has written, or could have written.
   *
   * @param at time of the database's clock
   */
  seen(at: Date): void {
    const ms = at.getTime();
    if (this.since === null || ms - this.last > this.limits.gapMs) {
      this.since = ms;
    }
    this.last = ms;
  }
}
