import type { SessionIdentity } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import type { AdminCaller } from '../access/admin-caller.js';

/**
 * Returns the session of a caller.
 *
 * @param caller caller of a route that accepts no token
 * @throws ApiError `session_required` when the caller has no session
 */
export function sessionOf({ identity }: AdminCaller): SessionIdentity {
  if (identity.kind !== 'session') {
    throw new ApiError('session_required');
  }
  return identity;
}
