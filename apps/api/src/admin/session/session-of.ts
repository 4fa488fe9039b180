import type { SessionIdentity } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import type { AdminCaller } from '../access/admin-caller.js';

/**
 * The session of a caller who has one.
 *
 * @param caller of a route that takes no token
 * @throws ApiError `session_required`
 */
export function sessionOf({ identity }: AdminCaller): SessionIdentity {
  if (identity.kind !== 'session') {
    throw new ApiError('session_required');
  }
  return identity;
}
