import { CommitProbe, type Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import { oldestDueAgeMs } from '@reqrun/requests';

import type { AttemptRunner } from '../attempts/attempt-runner.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';

/** Age of a due request, in ms, from which a worker with free slots that claims nothing is stuck. */
const STUCK_AFTER_MS = 30_000;
/** Time for which a check of the due work is valid, in ms. Probes come more often than that. */
const LOOK_LASTS_MS = 120_000;

/** Health of a worker as it reports it. */
export interface WorkerHealthReport {
  status: 'ok' | 'unavailable';
  database: 'ok' | 'unavailable';
  signals: 'ok' | 'unavailable';
  in_flight: number;
  free_slots: number;
  oldest_due_ms: number | null;
}

/** Judges a worker by its progress: a server that answers a PING may still do no work. */
export class WorkerHealth {
  /** Whether the process is stopping and takes no more work. */
  stopping = false;

  /** The last check of the due work: whether the worker was stuck, and the time of the check in Unix ms. */
  private seen = { stuck: false, at: 0 };
  private isLooking = false;
  private readonly probe: CommitProbe;

  /**
   * @param pool the database
   * @param loop the claim loop
   * @param runner the runner of attempts
   * @param signals the bus of notifications
   */
  constructor(
    private readonly pool: Pool,
    private readonly loop: Pick<ClaimLoop, 'freeSlots' | 'lastClaimAt'>,
    private readonly runner: Pick<AttemptRunner, 'count'>,
    private readonly signals: Pick<SignalBus, 'connected'>,
  ) {
    this.probe = new CommitProbe(pool);
  }

  /**
   * Returns whether the worker is alive: false when it could claim due work and does not. It answers at once
   * from the last check and starts another. A probe that waited for a silent database would have the worker
   * killed, together with its calls.
   */
  live(): boolean {
    const { isLooking, seen } = this;
    this.look();
    // Without the database nothing can be claimed, and a restart would not help.
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

  /** Reports the worker's health; `unavailable` when it can't take work. */
  async report(): Promise<WorkerHealthReport> {
    const [canCommit, age] = await Promise.all([
      this.probe.canCommit(),
      oldestDueAgeMs(this.pool).catch(() => null),
    ]);
    const hasDatabase = canCommit && age !== null;
    return {
      status: !hasDatabase || this.stopping ? 'unavailable' : 'ok',
      database: hasDatabase ? 'ok' : 'unavailable',
      signals: this.signals.connected ? 'ok' : 'unavailable',
      in_flight: this.runner.count,
      free_slots: this.loop.freeSlots,
      oldest_due_ms: age === null ? null : Math.round(age),
    };
  }
}
