import { RateLimiterMemory } from 'rate-limiter-flexible';

import { networkOf } from './network.js';

const WINDOW_S = 60;
/** Number of concurrent look-ups for an address that has used up its failures. */
const LOOKUPS_WHEN_BLOCKED = 4;
const RETRY_AFTER_BUSY_S = 1;

/** Outcome of a look-up. */
export type LookupOutcome<T> =
  | { readonly kind: 'found'; readonly found: T }
  | { readonly kind: 'unknown' }
  /** Too many failures. `seconds` is the time until the address may fail again. */
  | { readonly kind: 'blocked'; readonly seconds: number };

/**
 * Throttles failed look-ups of keys per address, which stops guessing and flooding early. A key that is found
 * is served whatever else its address has sent: many clients may share an address, and a stranger's wrong
 * keys must not lock them out. For an address that has used up its failures only a few look-ups run at once,
 * so that a flood of wrong keys causes no flood of database reads.
 */
export class FailedLookups {
  private readonly limiter: RateLimiterMemory;
  /** Number of running look-ups, by network; no entry for none. */
  private readonly looking = new Map<string, number>();

  /** @param perMinute number of failures per address and minute */
  constructor(private readonly perMinute: number) {
    this.limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  }

  /**
   * Looks a key up, and counts a failure when it is not found.
   *
   * @param address address from the socket or the trusted proxy
   * @param find the look-up; resolves with null for an unknown key
   * @throws any error of `find`, which does not count as a failure
   */
  async lookUp<T>(address: string, find: () => Promise<T | null>): Promise<LookupOutcome<T>> {
    const network = networkOf(address);
    const blockedFor = await this.blockedFor(network);
    const looking = this.looking.get(network) ?? 0;
    if (blockedFor !== null && looking >= LOOKUPS_WHEN_BLOCKED) {
      return { kind: 'blocked', seconds: RETRY_AFTER_BUSY_S };
    }
    this.looking.set(network, looking + 1);
    let found: T | null;
    try {
      found = await find();
    } finally {
      this.leave(network);
    }
    if (found !== null) {
      return { kind: 'found', found };
    }
    if (blockedFor !== null) {
      return { kind: 'blocked', seconds: blockedFor };
    }
    await this.limiter.penalty(network);
    return { kind: 'unknown' };
  }

  private async blockedFor(network: string): Promise<number | null> {
    const state = await this.limiter.get(network);
    return state !== null && state.consumedPoints >= this.perMinute
      ? Math.ceil(state.msBeforeNext / 1000)
      : null;
  }

  private leave(network: string): void {
    const looking = (this.looking.get(network) ?? 0) - 1;
    if (looking > 0) {
      this.looking.set(network, looking);
    } else {
      this.looking.delete(network);
    }
  }
}
