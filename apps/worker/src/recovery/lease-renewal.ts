import type { Logger } from '@reqrun/platform/logging';
import type { RequestRecovery } from '@reqrun/requests';

import { attemptKey } from '../attempts/attempt-key.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';
import type { InFlight } from '../attempts/in-flight.js';
import { PeriodicTask } from '../periodic-task.js';

/** Parts and settings of the renewal. */
export interface LeaseKeeperOptions {
  recovery: RequestRecovery;
  workerId: string;
  loop: ClaimLoop;
  inFlight: InFlight;
  /** Resolves when no statement that claims requests for this worker is under way. */
  settled: () => Promise<void>;
  leaseMs: number;
  everyMs: number;
  /** Longest time that a renewal waits for the database, in ms; then another connection is tried. */
  limitMs: number;
  logger: Logger;
}

/** Pause after a failed renewal, in ms. It is short because the leases may be about to expire. */
const PAUSE_AFTER_ERROR_MS = 100;

/**
 * Renews the leases of all requests that this process owns, with one statement per heartbeat, and compares
 * the database's list with its own. Calls of requests that it has lost are aborted. Requests that were
 * claimed for it without its knowledge (the answer to the claim was lost) are put back at once.
 */
export class LeaseRenewal {
  private readonly beats: PeriodicTask;

  /** @param options the parts and settings */
  constructor(private readonly options: LeaseKeeperOptions) {
    const { everyMs, logger } = options;
    this.beats = new PeriodicTask(
      {
        name: 'lease_renewal',
        everyMs,
        run: () => this.beat(),
        pauseAfterFailureMs: Math.min(PAUSE_AFTER_ERROR_MS, everyMs),
      },
      logger,
    );
  }

  /** Starts the heartbeat. */
  start(): void {
    this.beats.start();
  }

  /**
   * Checks at once whether this process still owns some requests, after a signal that they were canceled. The
   * signal alone is not enough, since it may be about an earlier claim. A request that is not known here may
   * still be this process's: the answer to its claim may be on its way.
   *
   * @param ids UUIDs of requests, which may belong to other processes
   */
  check(ids: readonly string[]): void {
    if (this.runsSome(ids)) {
      this.beats.now();
      return;
    }
    void this.options.settled().then(() => {
      if (this.runsSome(ids)) {
        this.beats.now();
      }
    });
  }

  /** Stops the heartbeat. Resolves when no renewal is under way. */
  async stop(): Promise<void> {
    await this.beats.stop();
  }

  private async beat(): Promise<void> {
    const { recovery, workerId, loop, inFlight, settled, leaseMs, limitMs, logger } = this.options;
    const before = inFlight.owned();
    const called = inFlight.calledBeforeRelease();
    const rows = await recovery.renewLeases(workerId, leaseMs, limitMs);
    const owned = new Set(rows.map(attemptKey));
    // Requests claimed since the statement was sent can't be in its answer, so they are not compared.
    before.filter((one) => !owned.has(attemptKey(one))).forEach((one) => inFlight.abort(one));
    called.filter((one) => !owned.has(attemptKey(one))).forEach((one) => inFlight.forgetCall(one));

    const knownBefore = new Set(before.map(attemptKey));
    const unknown = rows.filter((one) => !knownBefore.has(attemptKey(one)));
    if (unknown.length === 0) {
      return;
    }
    // The answer to a claim may be on its way: only a request unknown after it has arrived is an orphan.
    await settled();
    const known = new Set(inFlight.owned().map(attemptKey));
    const orphans = unknown.filter((one) => !known.has(attemptKey(one)));
    // A request that ran and finished meanwhile has a higher fence, so this leaves it alone.
    const released = await recovery.release(
      orphans.map(({ id, fence }) => ({ id, fence, called: inFlight.wasCalled({ id, fence }) })),
    );
    if (released.length > 0) {
      logger.warn('claim.orphans_released', { requests: released.length });
      loop.notify();
    }
  }

  private runsSome(ids: readonly string[]): boolean {
    const named = new Set(ids);
    return this.options.inFlight.owned().some(({ id }) => named.has(id));
  }
}
