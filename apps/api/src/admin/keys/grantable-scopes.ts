import { API_KEY_SCOPES, type ApiKeyScope } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import type { AdminCaller } from '../access/admin-caller.js';

/**
 * Checks a personal access token against the scopes of a key that it creates: a token that may not read or
 * write requests must not gain that right by creating a key. A signed-in user has the rights of their role.
 *
 * @param caller the caller that creates the key
 * @param scopes scopes of the key; all scopes by default
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
      message: `The token does not have the scope ${missing}, so it cannot make a key that has it.`,
    });
  }
}
