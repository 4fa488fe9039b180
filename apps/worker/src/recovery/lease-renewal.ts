import type { Logger } from '@reqrun/platform/logging';
import type { RequestRecovery } from '@reqrun/requests';

import { attemptKey } from '../attempts/attempt-key.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';
import type { InFlight } from '../attempts/in-flight.js';
import { PeriodicTask } from '../periodic-task.js';

/** What the keeper is made of. */
export interface LeaseKeeperOptions {
  recovery: RequestRecovery;
  workerId: string;
  loop: ClaimLoop;
  inFlight: InFlight;
  /** Resolves when no statement is under way that makes requests this worker's. */
  settled: () => Promise<void>;
  leaseMs: number;
  everyMs: number;
  /** Time that a beat may wait for the database, in milliseconds; then another connection is tried. */
  limitMs: number;
  logger: Logger;
}

/** Time after a beat that failed until the next, in milliseconds: the leases may be about to end. */
const PAUSE_AFTER_ERROR_MS = 100;

/**
 * Renews the leases of all that runs here, with one statement per beat, and compares what the
 * database says with what this process knows: calls for what it has lost are ended, and what was
 * claimed for it without its knowing (the claim's answer was lost) is put back at once.
 */
export class LeaseRenewal {
  private readonly beats: PeriodicTask;

  /** @param options what it is made of */
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

  /** Begins to beat. */
  start(): void {
    this.beats.start();
  }

  /**
   * Looks at once whether some requests are still this process's: somebody says they were canceled.
   * The word alone is not enough, for it may be about an earlier claim. Nor is a request that is not here
   * yet somebody else's: the answer to its claim may be on its way.
   *
   * @param ids UUIDs, most of them perhaps of other processes
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

  /** Stops beating; resolves when no beat is under way. */
  async stop(): Promise<void> {
    await this.beats.stop();
  }

  private async beat(): Promise<void> {
    const { recovery, workerId, loop, inFlight, settled, leaseMs, limitMs, logger } = this.options;
    const before = inFlight.owned();
    const called = inFlight.calledBeforeRelease();
    const rows = await recovery.renewLeases(workerId, leaseMs, limitMs);
    const owned = new Set(rows.map(attemptKey));
    // What was claimed since the statement was sent can't be in its answer, so it is not judged.
    before.filter((one) => !owned.has(attemptKey(one))).forEach((one) => inFlight.abort(one));
    called.filter((one) => !owned.has(attemptKey(one))).forEach((one) => inFlight.forgetCall(one));

    const knownBefore = new Set(before.map(attemptKey));
    const unknown = rows.filter((one) => !knownBefore.has(attemptKey(one)));
    if (unknown.length === 0) {
      return;
    }
    // A claim may be on its way back: only what is unknown after it has arrived is an orphan.
    await settled();
    const known = new Set(inFlight.owned().map(attemptKey));
    const orphans = unknown.filter((one) => !known.has(attemptKey(one)));
    // One that ran and finished meanwhile has a higher fence, so this leaves it alone.
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
