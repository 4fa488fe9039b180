import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import { oldestDueAgeMs } from '@reqrun/requests';

import type { AttemptRunner } from '../attempts/attempt-runner.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';

/** Due for longer than this, with slots free and nothing claimed for as long: stuck. */
const STUCK_AFTER_MS = 30_000;
/** Time for which a look at the due work says something: probes come more often than that. */
const LOOK_LASTS_MS = 120_000;

/** What the worker says of itself. */
export interface WorkerHealthReport {
  status: 'ok' | 'unavailable';
  database: 'ok' | 'unavailable';
  signals: 'ok' | 'unavailable';
  in_flight: number;
  free_slots: number;
  oldest_due_ms: number | null;
}

/** Judges a worker by its progress: that a server answers a PING says nothing about work. */
export class WorkerHealth {
  /** Set when the process is stopping: it takes no more work. */
  stopping = false;

  /** The last look at the due work: whether this worker was stuck, and when that was. */
  private seen = { stuck: false, at: 0 };
  private isLooking = false;

  /**
   * @param pool the database
   * @param loop what claims
   * @param runner what runs
   * @param signals the bus of notifications
   */
  constructor(
    private readonly pool: Pool,
    private readonly loop: Pick<ClaimLoop, 'freeSlots' | 'lastClaimAt'>,
    private readonly runner: Pick<AttemptRunner, 'count'>,
    private readonly signals: Pick<SignalBus, 'connected'>,
  ) {}

  /**
   * Whether the worker should be left running: false when due work is not claimed though it could. It is
   * answered from the last look, at once, and another look is begun: a probe that waited for a silent
   * database would have the worker killed for it, together with the calls that it holds.
   */
  live(): boolean {
    const { isLooking, seen } = this;
    this.look();
    // Without the database nothing can be claimed, and starting anew would not help.
    return isLooking || !seen.stuck || Date.now() - seen.at > LOOK_LASTS_MS;
  }

  private look(): void {
    if (this.isLooking) {
      return;
    }
    this.isLooking = true;
    void oldestDueAgeMs(this.pool)
      .catch(() => 0)
      .then((age) => {
        const now = Date.now();
        const { freeSlots, lastClaimAt } = this.loop;
        const stuck = age >= STUCK_AFTER_MS && freeSlots > 0 && now - lastClaimAt >= STUCK_AFTER_MS;
        this.seen = { stuck, at: now };
        this.isLooking = false;
      });
  }

  /** What the worker says of itself; `unavailable` when it can't take work. */
  async report(): Promise<WorkerHealthReport> {
    const age = await oldestDueAgeMs(this.pool).catch(() => null);
    return {
      status: age === null || this.stopping ? 'unavailable' : 'ok',
      database: age === null ? 'unavailable' : 'ok',
      signals: this.signals.connected ? 'ok' : 'unavailable',
      in_flight: this.runner.count,
      free_slots: this.loop.freeSlots,
      oldest_due_ms: age === null ? null : Math.round(age),
    };
  }
}
