import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

import { networkOf } from './network.js';

const WINDOW_S = 60;

/** Counts failed key look-ups per address, so that guessing and flooding stop early. */
export class FailedLookups {
  private readonly limiter: RateLimiterMemory;

  /** @param perMinute how many one address may have */
  constructor(private readonly perMinute: number) {
    this.limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  }

  /**
   * Whether an address has used up its failures.
   *
   * @param address as the socket or the trusted proxy tells it
   * @returns seconds until it may try again, or null when it may now
   */
  async blockedFor(address: string): Promise<number | null> {
    const state: RateLimiterRes | null = await this.limiter.get(networkOf(address));
    return state !== null && state.consumedPoints >= this.perMinute
      ? Math.ceil(state.msBeforeNext / 1000)
      : null;
  }

  /**
   * Notes a failure.
   *
   * @param address as the socket or the trusted proxy tells it
   */
  async note(address: string): Promise<void> {
    await this.limiter.penalty(networkOf(address));
  }
}
