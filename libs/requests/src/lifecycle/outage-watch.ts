/** Times, in ms: for which a database may be out of sight, and in which what it kept back has to come. */
export interface OutageLimits {
  /** A time without an answer that is longer than this is an outage, in ms. */
  gapMs: number;
  /** Time after an outage in which owners have to renew their leases, in ms. */
  graceMs: number;
}

/** Between these times of the database's clock expired leases may be taken back. */
export interface ReapWindow {
  /** A timestamp as PostgreSQL reads it. */
  from: string;
  /** A timestamp as PostgreSQL reads it. */
  until: string;
}

/** Whenever the database says that a lease has expired. */
export const ALWAYS: ReapWindow = { from: '-infinity', until: 'infinity' };

/** Not before the database has been seen. */
const NEVER: ReapWindow = { from: 'infinity', until: 'infinity' };

/**
 * Limits under which no live owner loses its lease to an outage. An owner renews every heartbeat. An
 * outage shorter than the gap leaves it as much time again to renew before its lease ends. After a longer
 * one it has that time, and a heartbeat, to come back.
 *
 * @param leaseMs how long a lease lasts without renewing
 * @param heartbeatMs how often leases are renewed
 */
export function outageLimits(leaseMs: number, heartbeatMs: number): OutageLimits {
  const gapMs = (leaseMs - heartbeatMs) / 2;
  return { gapMs, graceMs: heartbeatMs + gapMs };
}

/**
 * Keeps in mind since when a process has seen the database write without an outage. A lease that ended
 * while nobody could renew it says nothing about its owner, so it is not taken back before the owner had
 * time to renew it. All times are the database's: a statement that was sent before an outage and is run
 * after it finds the window closed, and a clock that jumps ahead looks like an outage.
 */
export class OutageWatch {
  private since: number | null = null;
  private last = 0;

  /** @param limits what an outage is, and the grace after it */
  constructor(private readonly limits: OutageLimits) {}

  /** Times at which expired leases may be taken back, by what was seen so far. */
  get window(): ReapWindow {
    return this.since === null
      ? NEVER
      : {
          from: new Date(this.since + this.limits.graceMs).toISOString(),
          until: new Date(this.last + this.limits.gapMs).toISOString(),
        };
  }

  /**
   * Notes that the database has written, or could have.
   *
   * @param at the time of its clock
   */
  seen(at: Date): void {
    const ms = at.getTime();
    if (this.since === null || ms - this.last > this.limits.gapMs) {
      this.since = ms;
    }
    this.last = ms;
  }
}
