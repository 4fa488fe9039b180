import { API_KEY_SCOPES, type ApiKeyScope } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import type { AdminCaller } from '../access/admin-caller.js';

/**
 * Holds a personal access token against the scopes of a key that it makes: a token that may not read or
 * write requests itself must not get that by making a key. A user who is signed in has the rights of
 * their role.
 *
 * @param caller who makes the key
 * @param scopes of the key; all of them where none are named
 * @throws ApiError `insufficient_scope` naming the first scope that is missing
 */
export function requireGrantable(
  { identity }: AdminCaller,
  scopes: readonly ApiKeyScope[] = API_KEY_SCOPES,
): void {
  if (identity.kind !== 'token') {
    return;
  }
  const missing = scopes.find((scope) => !identity.scopes.has(scope));
  if (missing !== undefined) {
    throw new ApiError('insufficient_scope', {
      param: 'scopes',
      message: `The token does not have the scope ${missing}, so it can not make a key that has it.`,
    });
  }
}
