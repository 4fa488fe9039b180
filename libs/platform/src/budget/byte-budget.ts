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
  ) {}

  release(): void {
    if (!this.isReleased) {
      this.isReleased = true;
      this.budget.released(this);
    }
  }
}

/**
 * Bytes that may be held at once. A share is granted whole or not at all, in the order of asking, so
 * nobody starves and nobody waits with half of what it needs. One that asks for more than there is gets
 * all of it, alone.
 */
export class ByteBudget {
  private free: number;
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
   */
  ask(bytes: number, granted: () => void): ByteShare {
    const share = new Share(this, Math.min(bytes, this.total), granted);
    if (this.waiting.length === 0 && share.bytes <= this.free) {
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
   * @returns null when the wait ended first
   */
  take(bytes: number, signal?: AbortSource): Promise<ByteShare | null> {
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
      const share: ByteShare = this.ask(bytes, () => {
        signal?.removeEventListener('abort', giveUp);
        // Within `ask` the share is not known yet.
        queueMicrotask(() => resolve(share));
      });
    });
  }

  /** @param share of this budget, that nobody needs any more */
  released(share: Share): void {
    if (share.isGranted) {
      this.free += share.bytes;
    } else {
      this.waiting = this.waiting.filter((other) => other !== share);
    }
    this.giveOn();
  }

  private giveOn(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (next.bytes > this.free) {
        return;
      }
      this.waiting.shift();
      this.give(next);
      const { granted } = next;
      const share = next;
      // Not in the middle of whatever gave back.
      queueMicrotask(() => {
        if (!share.isReleased) {
          granted();
        }
      });
    }
  }

  private give(share: Share): void {
    share.isGranted = true;
    this.free -= share.bytes;
  }
}
