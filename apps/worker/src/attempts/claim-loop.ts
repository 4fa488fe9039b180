import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import { type Claim, claimDue, type Lane, MAX_CLAIM_BYTES, type Room } from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import type { AttemptRunner } from './attempt-runner.js';
import { type ClaimPlan, laneKey, SlotShares } from './slot-shares.js';

/** Parts and settings of the loop. */
export interface ClaimLoopOptions {
  pool: Pool;
  workerId: string;
  runner: AttemptRunner;
  /** Largest number of requests that run at once. */
  concurrency: number;
  leaseMs: number;
  /** Polling interval without a notification, in ms. */
  pollMs: number;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** Pause after a claim that failed, in ms: the database is away. */
const PAUSE_AFTER_ERROR_MS = 250;

/**
 * Claims due requests: on a notification, when a backoff timer fires, when a slot comes free while more
 * requests wait, and at every polling interval. It goes on while there are slots and due requests. There is
 * one claim at a time, so requests that arrive meanwhile are claimed together. No lane gets more slots than
 * its share. A lane that has its share is excluded until some of its slots come free.
 */
export class ClaimLoop {
  private notified = false;
  private stopping = false;
  private wake: (() => void) | null = null;
  private current: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  /** Whether lanes that have room may have more due requests than were claimed. */
  private backlog = false;
  /** Keys of the lanes that were excluded: they may have more due requests. */
  private leftOut: ReadonlySet<string> = new Set();
  /** Whether lanes that were not excluded may have due requests. */
  private othersMayWait = true;
  private readonly shares: SlotShares;
  /** Whether a claim is under way, which may take all free slots. */
  private claiming = false;
  private failing = false;
  /** Unix ms of the last claim that the database answered. */
  lastClaimAt = Date.now();

  /** @param options the parts and settings */
  constructor(private readonly options: ClaimLoopOptions) {
    this.shares = new SlotShares(options.concurrency);
  }

  /** Number of free slots, whatever the lane. */
  get freeSlots(): number {
    return this.shares.free;
  }

  /**
   * Reserves slots for requests that are dispatched directly. None is granted while older requests wait for
   * slots, nor to a lane that has its share.
   *
   * @param lanes the lane of each request
   * @returns the slots granted, by lane, and a function that gives them back; null when none can be granted
   */
  async reserve(lanes: readonly Lane[]): Promise<Room | null> {
    while (this.claiming) {
      await this.current;
      if (this.backlog) {
        return null;
      }
    }
    if (this.stopping || this.backlog || lanes.length > this.freeSlots) {
      return null;
    }
    const keys = lanes.map(laneKey);
    const granted = keys.map((lane) => {
      const has = !this.leftOut.has(lane) && this.shares.hasRoom(lane);
      if (has) {
        this.shares.take(lane);
      }
      return has;
    });
    return {
      granted,
      giveBack: () => keys.forEach((lane, index) => granted[index] === true && this.free(lane)),
    };
  }

  /** Runs a claimed request. It takes a slot until the attempt has ended. */
  run(claim: Claim): void {
    const lane = laneKey(claim);
    this.shares.take(lane);
    void this.options.runner.run(claim).then(() => this.free(lane));
  }

  /** Starts claiming. */
  start(): void {
    this.loop = this.claimOn();
  }

  /** Notes that requests may be due, and claims again. */
  notify(): void {
    this.othersMayWait = true;
    this.claimAgain();
  }

  /** Stops claiming. Attempts that run go on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.loop;
  }

  /** Resolves when no claim is under way. */
  async claimSettled(): Promise<void> {
    await this.current;
  }

  private async claimOn(): Promise<void> {
    while (!this.stopping) {
      this.notified = false;
      const plan = this.shares.plan();
      if (plan !== null && (plan.except.length === 0 || this.othersMayWait)) {
        this.claiming = true;
        this.current = this.claim(plan);
        await this.current;
        this.claiming = false;
      }
      await this.pause();
    }
  }

  private async claim({ limit, except }: ClaimPlan): Promise<void> {
    const { pool, workerId, leaseMs, logger } = this.options;
    try {
      const all = except.length === 0;
      const othersMayWait = this.othersMayWait;
      // The statement may not see requests that become due from now on.
      this.othersMayWait = false;
      const claims = await claimDue(pool, workerId, limit, leaseMs, except);
      this.lastClaimAt = Date.now();
      if (this.failing) {
        this.failing = false;
        logger.info('claim.recovered');
      }
      const bytes = claims.reduce((sum, { sealedBytes }) => sum + sealedBytes, 0);
      // A claim that reached a limit may leave more. With excluded lanes, it takes only a part of each lane.
      const cut = all ? claims.length === limit || bytes >= MAX_CLAIM_BYTES : claims.length > 0;
      const others = !all || claims.some((claim) => !this.leftOut.has(laneKey(claim)));
      this.backlog = cut && others;
      if (cut) {
        this.notified = true;
        this.othersMayWait ||= others || othersMayWait;
      }
      if (!all) {
        this.leftOut = new Set(except.map(laneKey));
      } else if (!cut) {
        this.leftOut = new Set();
      }
      for (const claim of claims) {
        this.run(claim);
      }
    } catch (error) {
      if (!this.failing) {
        this.failing = true;
        logger.warn('claim.failed', errorFields(error));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      this.notify();
    }
  }

  private async pause(): Promise<void> {
    if (this.stopping || (this.notified && this.freeSlots > 0)) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.othersMayWait = true;
        resolve();
      }, this.options.pollMs);
      this.wake = () => {
        // Notified without a free slot: the next attempt that ends notifies again.
        if (this.stopping || this.freeSlots > 0) {
          clearTimeout(timer);
          resolve();
        } else {
          this.backlog = true;
        }
      };
    });
    this.wake = null;
  }

  private claimAgain(): void {
    this.notified = true;
    this.wake?.();
  }

  /** Frees a slot. Claims again if requests may be waiting for it. */
  private free(lane: string): void {
    this.shares.giveBack(lane);
    if (this.backlog || this.leftOut.size > 0) {
      this.claimAgain();
    }
  }
}
