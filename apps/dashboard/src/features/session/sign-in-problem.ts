import { ApiError, messageOf } from '../../api/api-error';
import { duration } from '../../ui/format';

/**
 * Returns the reason for a refused sign-in or authentication, in words for the user.
 *
 * @param error the thrown value
 */
export function signInProblem(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return messageOf(error);
  }
  switch (error.code) {
    case 'invalid_credentials':
      return 'Email or password is wrong.';
    case 'totp_invalid':
      return 'This code is wrong or was used already. Wait for the next one.';
    case 'too_many_attempts':
      return error.retryAfter === null
        ? 'Too many attempts. Try again later.'
        : `Too many attempts. Try again in ${duration(error.retryAfter * 1_000)}.`;
    default:
      return error.message;
  }
}
