import type { Tenant } from '@reqrun/requests';

/**
 * Largest ratio of a tenant's slots to the free slots: three, so that a tenant alone gets three quarters of all
 * slots.
 */
const TIMES_FREE = 3;

const TEST = '/test';

/** Bounds of a claim. */
export interface ClaimPlan {
  /** Largest number of requests, over all tenants. */
  limit: number;
  /** Keys of the tenants that get no more. */
  full: ReadonlySet<string>;
}

/**
 * Shares the slots of a worker among tenants: a project's live requests, which go to its provider, and its
 * test requests, which go to the simulator. A tenant gets another slot while it has taken less than three
 * times the free slots. So one tenant alone has three quarters of the slots, two have three sevenths each,
 * and there is always room for one more tenant, however many calls of the others hang. This is the dynamic
 * threshold of Choudhury and Hahne (IEEE/ACM Transactions on Networking, 1998) for shared buffers.
 */
export class SlotShares {
  /** Slots taken, by tenant; no entry for none. */
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** @param slots number of slots, at least 1 */
  constructor(private readonly slots: number) {}

  /** Number of free slots. */
  get free(): number {
    return this.slots - this.total;
  }

  /**
   * Returns the number of slots that a tenant has.
   *
   * @param tenant key of the tenant
   */
  slotsOf(tenant: string): number {
    return this.taken.get(tenant) ?? 0;
  }

  /**
   * Returns whether a tenant may take another slot.
   *
   * @param tenant key of the tenant
   */
  hasRoom(tenant: string): boolean {
    return this.free > 0 && this.roomOf(this.slotsOf(tenant)) > 0;
  }

  /**
   * Takes a slot.
   *
   * @param tenant key of the tenant
   */
  take(tenant: string): void {
    this.taken.set(tenant, (this.taken.get(tenant) ?? 0) + 1);
    this.total += 1;
  }

  /**
   * Gives a slot back.
   *
   * @param tenant key of the tenant
   */
  giveBack(tenant: string): void {
    const left = (this.taken.get(tenant) ?? 0) - 1;
    if (left > 0) {
      this.taken.set(tenant, left);
    } else {
      this.taken.delete(tenant);
    }
    this.total -= 1;
  }

  /**
   * Returns the bounds of the next claim, within which no tenant gets more than its share.
   *
   * @returns null when nothing may be claimed
   */
  plan(): ClaimPlan | null {
    if (this.free <= 0) {
      return null;
    }
    let limit = Math.min(this.free, this.roomOf(0));
    const full = new Set<string>();
    for (const [tenant, slots] of this.taken) {
      const room = this.roomOf(slots);
      if (room > 0) {
        limit = Math.min(limit, room);
      } else {
        full.add(tenant);
      }
    }
    return { limit, full };
  }

  /** Number of slots that a tenant may take in a row; each leaves fewer free for the next. */
  private roomOf(taken: number): number {
    return Math.ceil((TIMES_FREE * this.free - taken) / (TIMES_FREE + 1));
  }
}

/**
 * Returns the key of a tenant. For live requests it allocates no string, since it runs for every request.
 *
 * @param tenant a tenant, or a request of it
 */
export const tenantKey = ({ projectId, mode }: Tenant): string =>
  mode === 'live' ? projectId : projectId + TEST;
