import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { notAccepted } from '../../http/api-error.js';

const WINDOW_S = 60;
/** Number of tests that a user may order per minute, in one API process. */
const TESTS_PER_MINUTE = 10;

/**
 * Limits the rate of a user's test notifications. A test calls any given server and shows the outcome, so many of
 * them could scan a network, or fill a mailbox.
 */
export class AlertTestLimit {
  private readonly limiter = new RateLimiterMemory({
    ...{ points: TESTS_PER_MINUTE, duration: WINDOW_S },
  });

  /**
   * Counts a test.
   *
   * @param userId UUID of the user
   * @throws ApiError `too_many_alert_tests` with the time to wait
   */
  async admit(userId: string): Promise<void> {
    try {
      await this.limiter.consume(userId);
    } catch (refused) {
      throw refused instanceof RateLimiterRes
        ? notAccepted('too_many_alert_tests', refused.msBeforeNext / 1000)
        : refused;
    }
  }
}
