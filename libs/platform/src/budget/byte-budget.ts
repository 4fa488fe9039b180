import type { AbortSource } from '../abort/index.js';

/**
 * Length beyond which content is large, in bytes: it takes a way of its own, on which it waits for a share of the
 * process's memory. All that is smaller never waits.
 */
export const LARGE_BYTES = 1024 * 1024;

/** A part of a budget, or a place in the queue for it. */
export interface ByteShare {
  /** Tells whether it may be used; until then it is a place in the queue. */
  readonly isGranted: boolean;
  /** Gives it back, or gives up waiting for it. Later calls change nothing. */
  release(): void;
}

class Share implements ByteShare {
  isGranted = false;
  isReleased = false;

  constructor(
    private readonly budget: ByteBudget,
    readonly bytes: number,
    readonly granted: () => void,
    readonly owner: string | null,
  ) {}

  release(): void {
    if (!this.isReleased) {
      this.isReleased = true;
      this.budget.released(this);
    }
  }
}

/** The part of all, as one of so many, that stays free for owners that have nothing. */
const PARTS = 3;

/**
 * Bytes that may be held at once. A share is granted whole or not at all, in the order of asking, so
 * nobody starves and nobody waits with half of what it needs. One that asks for more than there is gets
 * all of it, alone.
 *
 * Shares can have an owner. One that has something gets more only out of two thirds of all, and those behind
 * do not wait for it: so there is room for others, however long an owner keeps what it has. By default a third
 * is as much as the longest answer takes.
 */
export class ByteBudget {
  private free: number;
  /** Bytes given away, by owner; no entry for none. */
  private readonly owned = new Map<string, number>();
  private waiting: Share[] = [];

  /** @param total how many bytes */
  constructor(private readonly total: number) {
    this.free = total;
  }

  /** Shares that wait. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Bytes that are not given away. */
  get freeBytes(): number {
    return this.free;
  }

  /**
   * Asks for a share.
   *
   * @param bytes how many
   * @param granted called once: within this call where there is room, later as a microtask of its own
   * @param owner whose it is, if it must leave room for others
   */
  ask(bytes: number, granted: () => void, owner: string | null = null): ByteShare {
    const share = new Share(this, Math.min(bytes, this.total), granted, owner);
    // Those that wait for their owner alone are in nobody's way.
    if (share.bytes <= this.free && this.mayHave(share) && !this.waiting.some(this.mayHave)) {
      this.give(share);
      granted();
    } else {
      this.waiting.push(share);
    }
    return share;
  }

  /**
   * Waits for a share.
   *
   * @param bytes how many
   * @param signal ends the wait
   * @param owner whose it is, if it must leave room for others
   * @returns null when the wait ended first
   */
  take(
    bytes: number,
    signal?: AbortSource,
    owner: string | null = null,
  ): Promise<ByteShare | null> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve(null);
        return;
      }
      const giveUp = (): void => {
        share.release();
        resolve(null);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      const share: ByteShare = this.ask(
        bytes,
        () => {
          signal?.removeEventListener('abort', giveUp);
          // Within `ask` the share is not known yet.
          queueMicrotask(() => resolve(share));
        },
        owner,
      );
    });
  }

  /** @param share of this budget, that nobody needs any more */
  released(share: Share): void {
    if (share.isGranted) {
      this.free += share.bytes;
      this.count(share.owner, -share.bytes);
    } else {
      this.waiting = this.waiting.filter((other) => other !== share);
    }
    this.giveOn();
  }

  private giveOn(): void {
    // What is given here can only make less room for those that were passed over.
    for (const next of [...this.waiting]) {
      if (!this.mayHave(next)) {
        continue;
      }
      if (next.bytes > this.free) {
        return;
      }
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.give(next);
      // Not in the middle of whatever gave back.
      queueMicrotask(() => {
        if (!next.isReleased) {
          next.granted();
        }
      });
    }
  }

  private give(share: Share): void {
    share.isGranted = true;
    this.free -= share.bytes;
    this.count(share.owner, share.bytes);
  }

  /** Tells whether its owner may have more: whoever has nothing may. */
  private readonly mayHave = ({ owner, bytes }: Share): boolean => {
    const has = owner === null ? 0 : (this.owned.get(owner) ?? 0);
    return has === 0 || this.free - bytes >= this.total / PARTS;
  };

  private count(owner: string | null, bytes: number): void {
    if (owner === null) {
      return;
    }
    const has = (this.owned.get(owner) ?? 0) + bytes;
    if (has > 0) {
      this.owned.set(owner, has);
    } else {
      this.owned.delete(owner);
    }
  }
}
