import type { ErrorCode } from '@reqrun/contracts';

/** Something that can't be done for a user, with the code that tells why. */
export class UserError extends Error {
  override name = 'UserError';

  /**
   * @param code which of our codes
   * @param details the field that is wrong, better words, when to come again (seconds)
   */
  constructor(
    readonly code: ErrorCode,
    readonly details: { param?: string; message?: string; retryAfterSeconds?: number } = {},
  ) {
    super(details.message ?? code);
  }
}
