import type { Lane } from '@reqrun/requests';

/**
 * Share of what is free at present that one lane may have taken: three times as much, so that a lane alone
 * gets three quarters of all slots.
 */
const TIMES_FREE = 3;

/** Place at which a UUID ends and what follows it begins. */
const UUID_LENGTH = 36;
const TEST = '/test';

/** Bounds of what a claim may take. */
export interface ClaimPlan {
  /** Requests at most, whichever lanes they are of. */
  limit: number;
  /** Lanes of which nothing may be claimed. */
  except: readonly Lane[];
}

/**
 * Shares the slots of a worker among lanes: a project's live requests, which go to its provider, and its
 * test requests, which go to the simulator. A lane gets another slot while it has taken less than three
 * times what is free. So one lane alone has three quarters of the slots, two have three sevenths each,
 * and for one more there is always some room, however many calls of others hang. This is the dynamic
 * threshold of Choudhury and Hahne (IEEE/ACM Transactions on Networking, 1998) for shared buffers.
 */
export class SlotShares {
  /** Slots taken, by lane; no entry for none. */
  private readonly taken = new Map<string, number>();
  private total = 0;

  /** @param slots how many there are, at least 1 */
  constructor(private readonly slots: number) {}

  /** Slots that nobody has taken. */
  get free(): number {
    return this.slots - this.total;
  }

  /**
   * Tells whether a lane may take another slot.
   *
   * @param lane its key
   */
  hasRoom(lane: string): boolean {
    return this.free > 0 && this.roomOf(this.taken.get(lane) ?? 0) > 0;
  }

  /**
   * Takes a slot.
   *
   * @param lane the key of whose it is
   */
  take(lane: string): void {
    this.taken.set(lane, (this.taken.get(lane) ?? 0) + 1);
    this.total += 1;
  }

  /**
   * Gives a slot back.
   *
   * @param lane the key of whose it was
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
   * Bounds within which may be claimed now without any lane getting more than its share.
   *
   * @returns null when nothing may
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

  /** Number of slots that a lane may take in a row, each of which leaves less free for the next. */
  private roomOf(taken: number): number {
    return Math.ceil((TIMES_FREE * this.free - taken) / (TIMES_FREE + 1));
  }
}

/**
 * Names a lane; for live requests without making a new string, for it is on every request's way.
 *
 * @param lane a lane, or a request of it
 */
export const laneKey = ({ projectId, mode }: Lane): string =>
  mode === 'live' ? projectId : projectId + TEST;

function laneOf(key: string): Lane {
  return { projectId: key.slice(0, UUID_LENGTH), mode: key.endsWith(TEST) ? 'test' : 'live' };
}
