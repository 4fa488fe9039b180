import type { Lane } from '@reqrun/requests';

/**
 * Largest ratio of a lane's slots to the free slots: three, so that a lane alone gets three quarters of all
 * slots.
 */
const TIMES_FREE = 3;

/** Length of a UUID, with which each key begins. */
const UUID_LENGTH = 36;
const TEST = '/test';

/** Bounds of a claim. */
export interface ClaimPlan {
  /** Largest number of requests, over all lanes. */
  limit: number;
  /** Lanes that are excluded. */
  except: readonly Lane[];
}

/**
 * Shares the slots of a worker among lanes: a project's live requests, which go to its provider, and its
 * test requests, which go to the simulator. A lane gets another slot while it has taken less than three
 * times the free slots. So one lane alone has three quarters of the slots, two have three sevenths each,
 * and there is always room for one more lane, however many calls of the others hang. This is the dynamic
 * threshold of Choudhury and Hahne (IEEE/ACM Transactions on Networking, 1998) for shared buffers.
 */
export class SlotShares {
  /** Slots taken, by lane; no entry for none. */
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** @param slots number of slots, at least 1 */
  constructor(private readonly slots: number) {}

  /** Number of free slots. */
  get free(): number {
    return this.slots - this.total;
  }

  /**
   * Returns whether a lane may take another slot.
   *
   * @param lane key of the lane
   */
  hasRoom(lane: string): boolean {
    return this.free > 0 && this.roomOf(this.taken.get(lane) ?? 0) > 0;
  }

  /**
   * Takes a slot.
   *
   * @param lane key of the lane
   */
  take(lane: string): void {
    this.taken.set(lane, (this.taken.get(lane) ?? 0) + 1);
    this.total += 1;
  }

  /**
   * Gives a slot back.
   *
   * @param lane key of the lane
   */
  giveBack(lane: string): void {
    const left = (this.taken.get(lane) ?? 0) - 1;
    if (left > 0) {
      this.taken.set(lane, left);
    } else {
      this.taken.delete(lane);
    }
    this.total -= 1;
  }

  /**
   * Returns the bounds of the next claim, within which no lane gets more than its share.
   *
   * @returns null when nothing may be claimed
   */
  plan(): ClaimPlan | null {
    if (this.free <= 0) {
      return null;
    }
    let limit = Math.min(this.free, this.roomOf(0));
    const except: Lane[] = [];
    for (const [lane, taken] of this.taken) {
      const room = this.roomOf(taken);
      if (room > 0) {
        limit = Math.min(limit, room);
      } else {
        except.push(laneOf(lane));
      }
    }
    return { limit, except };
  }

  /** Number of slots that a lane may take in a row; each leaves fewer free for the next. */
  private roomOf(taken: number): number {
    return Math.ceil((TIMES_FREE * this.free - taken) / (TIMES_FREE + 1));
  }
}

/**
 * Returns the key of a lane. For live requests it allocates no string, since it runs for every request.
 *
 * @param lane a lane, or a request of it
 */
export const laneKey = ({ projectId, mode }: Lane): string =>
  mode === 'live' ? projectId : projectId + TEST;

function laneOf(key: string): Lane {
  return { projectId: key.slice(0, UUID_LENGTH), mode: key.endsWith(TEST) ? 'test' : 'live' };
}
