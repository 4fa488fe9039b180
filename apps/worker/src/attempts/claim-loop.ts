import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import {
  type Claim,
  type CallBounds,
  claimBounded,
  claimDue,
  findPlaces,
  moveOn,
  type Tenant,
  MAX_CLAIM_BYTES,
  type Room,
} from '@reqrun/requests';

import type { LaneTarget, LaneView } from '../lanes/lane-view.js';
import type { WorkerMetrics } from '../metrics.js';
import type { AttemptRunner } from './attempt-runner.js';
import { type ClaimPlan, SlotShares, tenantKey } from './slot-shares.js';
import { Turns } from './turns.js';

/** Parts and settings of the loop. */
export interface ClaimLoopOptions {
  pool: Pool;
  workerId: string;
  runner: AttemptRunner;
  /** Lanes in trouble, whose requests wait. */
  lanes: Pick<LaneView, 'inTrouble' | 'isInTrouble' | 'isOpenAt' | 'laneAt' | 'roomAt' | 'wholeAt'>;
  /** Projects that bound their calls at once. */
  bounded: { readonly bounds: CallBounds };
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

/** Time for which the places where requests wait are remembered while there is a backlog, in ms. */
const LOOK_AGAIN_MS = 100;
/** Polling interval while requests wait for a bound, since calls of other workers may end, in ms. */
const HELD_BACK_MS = 100;

/**
 * Claims due requests: on a notification, when a backoff timer fires, when a slot comes free while more
 * requests wait, and at every polling interval. It goes on while there are slots and due requests. There is
 * one claim at a time, so requests that arrive meanwhile are claimed together. No tenant gets more slots than
 * its share. A tenant that has its share is excluded until some of its slots come free. While more requests wait than
 * there are slots, projects and their keys take turns; otherwise the oldest are claimed, which costs less.
 */
export class ClaimLoop {
  private notified = false;
  private stopping = false;
  private wake: (() => void) | null = null;
  private current: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  /** True when tenants that have room may have more due requests than were claimed. */
  private backlog = false;
  /** Keys of the tenants that were excluded: they may have more due requests. */
  private leftOut: ReadonlySet<string> = new Set();
  /** True when tenants that were not excluded may have due requests. */
  private othersMayWait = true;
  /** True when a bound of a project has left requests waiting. */
  private isHeldBack = false;
  private readonly turns = new Turns();
  /** UUID of the project at which the next look for places begins; null for the first one. */
  private turnOf: string | null = null;
  /** Time of `performance.now()` of the last look for places. */
  private lookedAt = 0;
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

  /** Number of free slots, whatever the tenant. */
  get freeSlots(): number {
    return this.shares.free;
  }

  /**
   * Reserves slots for requests that are dispatched directly. None is granted while older requests wait for
   * slots, nor to a tenant that has its share.
   *
   * @param tenants the tenant of each request
   * @param targets provider and model of each live request; those of lanes in trouble get no slot
   * @returns the slots granted, by tenant, and a function that gives them back; null when none can be granted
   */
  async reserve(tenants: readonly Tenant[], targets?: readonly LaneTarget[]): Promise<Room | null> {
    while (this.claiming) {
      await this.current;
      if (this.backlog) {
        return null;
      }
    }
    if (this.stopping || this.backlog || tenants.length > this.freeSlots) {
      return null;
    }
    const keys = tenants.map(tenantKey);
    const granted = keys.map((tenant, index) => {
      const target = targets?.[index];
      const waits =
        (target !== undefined && this.options.lanes.isInTrouble(target)) ||
        // Calls of all workers are counted when they are claimed.
        this.options.bounded.bounds.has(tenants[index]?.projectId ?? '');
      const has = !waits && !this.leftOut.has(tenant) && this.shares.hasRoom(tenant);
      if (has) {
        this.shares.take(tenant);
      }
      return has;
    });
    return {
      granted,
      giveBack: () => keys.forEach((tenant, index) => granted[index] === true && this.free(tenant)),
    };
  }

  /** Runs a claimed request. It takes a slot until the attempt has ended. */
  run(claim: Claim): void {
    const tenant = tenantKey(claim);
    this.shares.take(tenant);
    const { isCounted } = claim;
    void this.options.runner.run(claim).then(() => {
      this.free(tenant);
      if (isCounted === true) {
        // Its lane may have waited for the end of this call.
        this.notify();
      }
    });
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
      if (plan !== null && (this.othersMayWait || plan.full.size === 0)) {
        this.claiming = true;
        this.current = this.claim(plan);
        await this.current;
        this.claiming = false;
      }
      await this.pause();
    }
  }

  private async claim({ limit, full }: ClaimPlan): Promise<void> {
    const { logger } = this.options;
    try {
      const all = full.size === 0;
      const { lanes, bounded } = this.options;
      const inTurns = !all || this.backlog || lanes.inTrouble || bounded.bounds.size > 0;
      const othersMayWait = this.othersMayWait;
      this.isHeldBack = false;
      // The statement may not see requests that become due from now on.
      this.othersMayWait = false;
      const claims = await (inTurns ? this.claimInTurns({ limit, full }) : this.claimOldest(limit));
      this.lastClaimAt = Date.now();
      if (this.failing) {
        this.failing = false;
        logger.info('claim.recovered');
      }
      const bytes = claims.reduce((sum, { sealedBytes }) => sum + sealedBytes, 0);
      // A claim that reached a limit may leave more. In turns, it takes only a part of what each has.
      const cut = inTurns ? claims.length > 0 : claims.length === limit || bytes >= MAX_CLAIM_BYTES;
      const others = !all || claims.some((claim) => !this.leftOut.has(tenantKey(claim)));
      this.backlog = cut && others;
      if (cut) {
        this.notified = true;
        this.othersMayWait ||= others || othersMayWait;
      }
      if (!all) {
        this.leftOut = full;
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

  private claimOldest(limit: number): Promise<Claim[]> {
    const { pool, workerId, leaseMs } = this.options;
    return claimDue(pool, workerId, limit, leaseMs);
  }

  /** Claims at the places that are known. Looks for places when that was long ago, or when they have nothing left. */
  private async claimInTurns(plan: ClaimPlan): Promise<Claim[]> {
    const isNew = this.turns.isEmpty || performance.now() - this.lookedAt >= LOOK_AGAIN_MS;
    if (isNew) {
      await this.look();
    }
    const claims = await this.claimAtPlaces(plan);
    if (claims.length > 0 || isNew) {
      return claims;
    }
    await this.look();
    return this.claimAtPlaces(plan);
  }

  private async look(): Promise<void> {
    const { pool, lanes } = this.options;
    let { places, reached } = await findPlaces(pool, this.turnOf);
    const open = lanes.inTrouble ? places.filter((place) => lanes.isOpenAt(place)) : [];
    if (open.length > 0 && (await moveOn(pool, open)) > 0) {
      ({ places, reached } = await findPlaces(pool, this.turnOf));
    }
    this.lookedAt = performance.now();
    this.turnOf = reached;
    this.turns.renew(places);
  }

  private async claimAtPlaces({ limit, full }: ClaimPlan): Promise<Claim[]> {
    const { pool, workerId, leaseMs, lanes } = this.options;
    const { bounds } = this.options.bounded;
    const planned = this.turns.plan(
      limit,
      (tenant) => this.shares.slotsOf(tenant),
      (place) =>
        full.has(tenantKey(place))
          ? 0
          : Math.min(limit, lanes.roomAt(place), this.roomWithinBound(bounds, place)),
    );
    const shares = lanes.inTrouble
      ? planned.map((one) => ({
          ...one,
          lane: lanes.laneAt(one.place)?.id,
          whole: lanes.wholeAt(one.place)?.id,
        }))
      : planned;
    if (shares.length === 0) {
      return [];
    }
    const claimed = await claimBounded(pool, bounds, workerId, limit, leaseMs, shares);
    this.isHeldBack ||= claimed.isHeldBack;
    return claimed.claims;
  }

  /** Requests of a tenant that its project's bound leaves, as far as this worker knows. */
  private roomWithinBound(bounds: CallBounds, tenant: Tenant): number {
    const bound = bounds.get(tenant.projectId);
    if (bound === undefined) {
      return Infinity;
    }
    const room = bound - this.shares.slotsOf(tenantKey(tenant));
    this.isHeldBack ||= room <= 0;
    return room;
  }

  private async pause(): Promise<void> {
    if (this.stopping || (this.notified && this.freeSlots > 0)) {
      return;
    }
    await new Promise<void>((resolve) => {
      const { pollMs } = this.options;
      const timer = setTimeout(
        () => {
          this.othersMayWait = true;
          resolve();
        },
        this.isHeldBack ? Math.min(HELD_BACK_MS, pollMs) : pollMs,
      );
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
  private free(tenant: string): void {
    this.shares.giveBack(tenant);
    if (this.isHeldBack) {
      this.notify();
    } else if (this.backlog || this.leftOut.size > 0) {
      this.claimAgain();
    }
  }
}
