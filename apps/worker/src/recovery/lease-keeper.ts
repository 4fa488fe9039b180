import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { RequestRecovery } from '@reqrun/requests';

import type { AttemptRunner } from '../attempts/attempt-runner.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';
import { Repeating } from './repeating.js';

/** What the keeper is made of. */
export interface LeaseKeeperOptions {
  recovery: RequestRecovery;
  workerId: string;
  loop: ClaimLoop;
  runner: AttemptRunner;
  /** Resolves when no statement is under way that makes requests this worker's. */
  settled: () => Promise<void>;
  leaseMs: number;
  everyMs: number;
  /** How long a beat may wait for the database; then another connection is tried. */
  limitMs: number;
  logger: Logger;
}

/** How long after a beat that failed the next one comes: the leases may be about to end. */
const PAUSE_AFTER_ERROR_MS = 100;

/**
 * Renews the leases of all that runs here, with one statement per beat, and compares what the
 * database says with what this process knows: calls for what it has lost are ended, and what was
 * claimed for it without its knowing (the claim's answer was lost) is put back at once.
 */
export class LeaseKeeper {
  private readonly beats: Repeating;

  /** @param options what it is made of */
  constructor(private readonly options: LeaseKeeperOptions) {
    this.beats = new Repeating(options.everyMs, () => this.beat());
  }

  /** Begins to beat. */
  start(): void {
    this.beats.start();
  }

  /**
   * Looks at once whether some requests are still this process's: somebody says they were canceled.
   * The word alone is not enough, for it may be about an earlier claim.
   *
   * @param ids UUIDs, most of them perhaps of other processes
   */
  check(ids: readonly string[]): void {
    const owned = this.options.runner.owned();
    if (ids.some((id) => owned.has(id))) {
      this.beats.now();
    }
  }

  /** Stops beating; resolves when no beat is under way. */
  async stop(): Promise<void> {
    await this.beats.stop();
  }

  private async beat(): Promise<void> {
    const { recovery, workerId, loop, runner, settled, leaseMs, limitMs, logger } =
      this.options;
    try {
      const before = runner.owned();
      const called = runner.calledBeforeRelease();
      const rows = await recovery.renewLeases(workerId, leaseMs, limitMs);
      const fences = new Map(rows.map(({ id, fence }) => [id, fence]));
      // What was claimed since the statement was sent can't be in its answer, so it is not judged.
      for (const [id, fence] of before) {
        if (fences.get(id) !== fence) {
          runner.abort(id, fence);
        }
      }
      for (const [id, fence] of called) {
        if (fences.get(id) !== fence) {
          runner.forgetCall(id, fence);
        }
      }

      const unknown = rows.filter(({ id }) => !before.has(id));
      if (unknown.length === 0) {
        return;
      }
      // A claim may be on its way back: only what is unknown after it has arrived is an orphan.
      await settled();
      const known = runner.owned();
      const orphans = unknown.filter(({ id, fence }) => known.get(id) !== fence);
      // One that ran and finished meanwhile has a higher fence, so this leaves it alone.
      const released = await recovery.release(
        orphans.map(({ id, fence }) => ({ id, fence, called: runner.wasCalled(id, fence) })),
      );
      if (released.length > 0) {
        logger.warn('put back what was claimed without an answer', { requests: released.length });
        loop.ring();
      }
    } catch (error) {
      logger.warn('heartbeat failed', errorFields(error));
      this.beats.nextIn(Math.min(PAUSE_AFTER_ERROR_MS, this.options.everyMs));
    }
  }
}
