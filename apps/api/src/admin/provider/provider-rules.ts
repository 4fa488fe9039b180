import type { ProviderKind } from '@reqrun/contracts';
import type { Provider, ProviderStore } from '@reqrun/projects';
import { kindRules } from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';

/**
 * Finds a provider of a project.
 *
 * @param store the store of providers
 * @param projectId UUID of the project
 * @param name name of the provider
 * @throws ApiError `not_found`
 */
export async function findProvider(
  store: ProviderStore,
  projectId: string,
  name: string,
): Promise<Provider> {
  const provider = await store.find(projectId, name);
  if (provider === null) {
    throw new ApiError('not_found', { param: 'name', message: 'No such provider.' });
  }
  return provider;
}

/**
 * Refuses a dated version with a kind that has none.
 *
 * @param kind kind of the provider
 * @param apiVersion its version, or null
 * @throws ApiError naming `api_version`
 */
export function assertVersion(kind: ProviderKind, apiVersion: string | null): void {
  if (apiVersion !== null && kind !== 'azure') {
    throw new ApiError('invalid_value', {
      param: 'api_version',
      message: 'api_version goes with azure alone.',
    });
  }
}

/**
 * Refuses a provider without a key, unless its kind may have none.
 *
 * @param kind kind of the provider
 * @throws ApiError naming `api_key`
 */
export function wantsKey(kind: ProviderKind): void {
  if (kindRules(kind).needsKey) {
    throw new ApiError('missing_required_parameter', {
      param: 'api_key',
      message: 'api_key is required for this kind of provider.',
    });
  }
}

/** The error for a key that would go to another server than the one that it was given for. */
export const keyOfItsOwn = (): ApiError =>
  new ApiError('missing_required_parameter', {
    param: 'api_key',
    message: 'Another server needs a key of its own.',
  });
