import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { notAccepted } from '../../http/api-error.js';

const WINDOW_S = 60;
/** Number of tests that a user may make per minute, in one API process. */
export const TESTS_PER_MINUTE = 10;

/**
 * Limits the rate of a user's provider tests. A test calls any given server and reports the result, so many
 * of them could scan a network. The limit is per user, over all projects, sessions and tokens, because a
 * user can create more of those.
 */
export class ProviderTestLimit {
  private readonly limiter: RateLimiterMemory;

  /** @param perMinute number of tests per user and minute */
  constructor(perMinute = TESTS_PER_MINUTE) {
    this.limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S });
  }

  /**
   * Counts a test.
   *
   * @param userId UUID of the user
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
