import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import { type Claim, claimDue } from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import type { AttemptRunner } from './attempt-runner.js';

/** What the loop is made of. */
export interface ClaimLoopOptions {
  pool: Pool;
  workerId: string;
  runner: AttemptRunner;
  /** Requests at once. */
  concurrency: number;
  leaseMs: number;
  /** How often to look when nothing rings. */
  pollMs: number;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** How long a claim that failed is waited after: the database is away. */
const PAUSE_AFTER_ERROR_MS = 250;

/**
 * Claims what is due whenever the doorbell rings, a slot comes free while more is waiting, a retry
 * is due, and every second anyway. One claim at a time: what arrives meanwhile is taken together.
 */
export class ClaimLoop {
  private rung = false;
  private stopping = false;
  private wake: (() => void) | null = null;
  private current: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  private backlog = false;
  private reserved = 0;
  /** A claim is under way that may come back with as many as there were free slots. */
  private claiming = false;
  private failing = false;
  /** Unix ms of the last claim that the database answered. */
  lastClaimAt = Date.now();

  /** @param options what it is made of */
  constructor(private readonly options: ClaimLoopOptions) {}

  /** Slots that could take a request now. */
  get freeSlots(): number {
    return this.options.concurrency - this.options.runner.count - this.reserved;
  }

  /**
   * Keeps slots for requests that come by another way. There are none while requests wait for slots:
   * those are older.
   *
   * @param count how many slots
   * @returns what gives them back, or null when they are not to be had
   */
  async reserve(count: number): Promise<(() => void) | null> {
    while (this.claiming) {
      await this.current;
    }
    if (this.stopping || this.backlog || count > this.freeSlots) {
      return null;
    }
    this.reserved += count;
    return () => {
      this.reserved -= count;
    };
  }

  /** Runs a request that has got a slot. */
  run(claim: Claim): void {
    void this.options.runner.run(claim).then(() => {
      if (this.backlog) {
        this.ring();
      }
    });
  }

  /** Begins to claim. */
  start(): void {
    this.loop = this.claimOn();
  }

  /** Says that something may be due. */
  ring(): void {
    this.rung = true;
    this.wake?.();
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
      this.rung = false;
      if (this.freeSlots > 0) {
        this.claiming = true;
        this.current = this.claim(this.freeSlots);
        await this.current;
        this.claiming = false;
      }
      await this.pause();
    }
  }

  private async claim(limit: number): Promise<void> {
    const { pool, workerId, leaseMs, logger } = this.options;
    try {
      const claims = await claimDue(pool, workerId, limit, leaseMs);
      this.lastClaimAt = Date.now();
      if (this.failing) {
        this.failing = false;
        logger.info('claiming again');
      }
      const bytes = claims.reduce((sum, { ciphertext }) => sum + (ciphertext?.length ?? 0), 0);
      // A claim that was cut by a limit leaves more behind; the slots that come free take it.
      this.backlog = claims.length === limit || bytes > 8 * 1024 * 1024;
      for (const claim of claims) {
        this.run(claim);
      }
    } catch (error) {
      if (!this.failing) {
        this.failing = true;
        logger.warn('claiming failed', errorFields(error));
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      this.rung = true;
    }
  }

  private async pause(): Promise<void> {
    if (this.stopping || (this.rung && this.freeSlots > 0)) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs);
      this.wake = () => {
        // Rung without a free slot: the attempt that ends next rings again.
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
}
