import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import { oldestDueAgeMs } from '@reqrun/requests';

import type { AttemptRunner } from '../attempts/attempt-runner.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';

/** Due for longer than this, with slots free and nothing claimed for as long: stuck. */
const STUCK_AFTER_MS = 30_000;

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

  /**
   * @param pool the database
   * @param loop what claims
   * @param runner what runs
   * @param signals what rings
   */
  constructor(
    private readonly pool: Pool,
    private readonly loop: ClaimLoop,
    private readonly runner: AttemptRunner,
    private readonly signals: SignalBus,
  ) {}

  /** Whether the worker should be left running: false when due work is not claimed though it could. */
  async live(): Promise<boolean> {
    const age = await oldestDueAgeMs(this.pool).catch(() => null);
    // Without the database nothing can be claimed, and starting anew would not help.
    return (
      age === null ||
      age < STUCK_AFTER_MS ||
      this.loop.freeSlots <= 0 ||
      Date.now() - this.loop.lastClaimAt < STUCK_AFTER_MS
    );
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
