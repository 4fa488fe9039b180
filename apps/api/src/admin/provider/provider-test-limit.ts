import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { notAccepted } from '../../http/api-error.js';

const WINDOW_S = 60;
/** Tests that a user may make within a minute, in one API process. */
export const TESTS_PER_MINUTE = 10;

/**
 * Limits how often a user tries providers. A test calls whatever server it is told to and says how
 * that went, so that many of them would look through a network. It counts for the user, over all
 * projects, sessions and tokens, for of those a user can make more.
 */
export class ProviderTestLimit {
  private readonly limiter: RateLimiterMemory;

  /** @param perMinute how many one user may make */
  constructor(perMinute = TESTS_PER_MINUTE) {
    this.limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  }

  /**
   * Counts a test.
   *
   * @param userId who makes it
   * @throws ApiError `too_many_provider_tests` with the time to wait
   */
  async admit(userId: string): Promise<void> {
    try {
      await this.limiter.consume(userId);
    } catch (refused) {
      throw refused instanceof RateLimiterRes
        ? notAccepted('too_many_provider_tests', refused.msBeforeNext / 1000)
        : refused;
    }
  }
}
