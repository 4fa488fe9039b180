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
  /** Requests at once. */
  concurrency: number;
  leaseMs: number;
  /** Interval of looks without a notification, in ms. */
  pollMs: number;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** Pause after a claim that failed, in ms: the database is away. */
const PAUSE_AFTER_ERROR_MS = 250;

/**
 * Claims what is due on a notification, when a slot comes free while more is waiting, a retry
 * is due, and every second anyway, and goes on as long as there are slots for what is left. One claim at
 * a time: what arrives meanwhile is taken together. No lane gets more slots than its share; one that has
 * its share is left out until some of its slots come free.
 */
export class ClaimLoop {
  private notified = false;
  private stopping = false;
  private wake: (() => void) | null = null;
  private current: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  /** More may be due than was claimed, of lanes that have room. */
  private backlog = false;
  /** Lanes that were left out, by their keys: more of them may be due. */
  private leftOut: ReadonlySet<string> = new Set();
  /** Something may be due besides what was left out. */
  private othersMayWait = true;
  private readonly shares: SlotShares;
  /** A claim is under way that may come back with as many as there were free slots. */
  private claiming = false;
  private failing = false;
  /** Unix ms of the last claim that the database answered. */
  lastClaimAt = Date.now();

  /** @param options its parts and settings */
  constructor(private readonly options: ClaimLoopOptions) {
    this.shares = new SlotShares(options.concurrency);
  }

  /** Slots that could take a request now, whosever it is. */
  get freeSlots(): number {
    return this.shares.free;
  }

  /**
   * Keeps slots for requests that come by another way. There are none while older requests wait for
   * slots, and none for a lane that has its share.
   *
   * @param lanes one for each request
   * @returns which of them have got a slot, and what gives those back; null when none is to be had
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

  /** Runs a request that has got a slot. */
  run(claim: Claim): void {
    const lane = laneKey(claim);
    this.shares.take(lane);
    void this.options.runner.run(claim).then(() => this.free(lane));
  }

  /** Begins to claim. */
  start(): void {
    this.loop = this.claimOn();
  }

  /** Says that something may be due. */
  notify(): void {
    this.othersMayWait = true;
    this.claimAgain();
  }

  /** Stops claiming; what is claimed runs on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.loop;
  }

  /** Resolves when no claim is under way whose rows are not known yet. */
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
      // The statement may not see what becomes due from now on.
      this.othersMayWait = false;
      const claims = await claimDue(pool, workerId, limit, leaseMs, except);
      this.lastClaimAt = Date.now();
      if (this.failing) {
        this.failing = false;
        logger.info('claim.recovered');
      }
      const bytes = claims.reduce((sum, { sealedBytes }) => sum + sealedBytes, 0);
      // A claim that was cut by a limit leaves more behind. One beside others gives each lane a part only.
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

  /** A slot has come free: whoever has waited for it is claimed. */
  private free(lane: string): void {
    this.shares.giveBack(lane);
    if (this.backlog || this.leftOut.size > 0) {
      this.claimAgain();
    }
  }
}
