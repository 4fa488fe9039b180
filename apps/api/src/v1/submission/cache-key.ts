import type { KeyedHash } from '@reqrun/platform/crypto';
import { changeMembers } from '@reqrun/platform/json';
import type { ProjectDirectory, ProviderIdentity } from '@reqrun/projects';
import type { CacheLookup, NewRequest, Tenant } from '@reqrun/requests';
import type { PlannedModel } from '@reqrun/retry-policy';

import { digestOfBody } from './fingerprint.js';
import { STREAM_MEMBERS } from './request-body.js';

/** The call that a request makes: all that its answer depends on. */
export interface CachedCall {
  endpoint: string;
  provider: ProviderIdentity;
  /** Headers that are forwarded. Those that no answer depends on are left out. */
  headers: NewRequest['headers'];
  /** Whether the provider runs it in the background, which its answer then says. */
  isReattached: boolean;
  /** The body as it is sent, without our fields and those of streams: JSON in well-formed UTF-8. */
  body: Buffer;
}

/** A request, as far as its key depends on it. */
type CachedRequest = Pick<NewRequest, 'endpoint' | 'policy' | 'headers' | 'body'> & {
  /** Whether the body says how its answer is sent. */
  hasStreamMembers: boolean;
};

/** Beginning of the names of headers that decide about an answer: organization, project, beta features. */
const DECIDING_HEADER = 'openai-';

/**
 * Computes the key of a call in the cache. Bodies with the same meaning have the same key, however they are
 * written; everything else must be the same.
 *
 * @param hash the keyed hash of the cache; the key keeps bodies from being tried against a stored hash
 * @param scope project and mode. An argument of its own, so that no key is made without them.
 * @param call the call
 * @returns a promise only for a large body, which yields to the event loop between the steps
 */
export function cacheKeyOf(
  hash: KeyedHash,
  { projectId, mode }: Tenant,
  { endpoint, provider, headers, isReattached, body }: CachedCall,
): Buffer | Promise<Buffer> {
  const deciding = Object.entries(headers)
    .filter(([name]) => name.startsWith(DECIDING_HEADER))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return digestOfBody(
    hash,
    [
      ...[projectId, mode, endpoint, provider.id, provider.baseUrl, provider.apiVersion ?? ''],
      JSON.stringify([isReattached, ...deciding]),
    ],
    body,
  );
}

/** Finds out under which key a request looks for an answer. */
export class CacheKeys {
  /**
   * @param hash the keyed hash of the cache
   * @param projects knows the providers
   */
  constructor(
    private readonly hash: KeyedHash,
    private readonly projects: ProjectDirectory,
  ) {}

  /**
   * The look-up of a request under the cache.
   *
   * @param scope project and mode
   * @param request the request
   * @returns undefined for a request that does not use the cache, or has no provider that could answer it
   * @throws DatabaseError
   */
  async lookupOf(
    scope: Tenant,
    { policy, hasStreamMembers, ...call }: CachedRequest,
  ): Promise<CacheLookup | undefined> {
    if (policy.cache == null) {
      return undefined;
    }
    const first = policy.plan?.[0];
    const { projectId, mode } = scope;
    const provider = await this.projects.providerOf(projectId, mode, first?.providerId ?? null);
    return provider === null
      ? undefined
      : {
          key: await cacheKeyOf(this.hash, scope, {
            ...call,
            body: await bodyFor(first, call.body, hasStreamMembers),
            provider,
            isReattached: policy.reattach === true,
          }),
          ttlS: policy.cache.ttl,
        };
  }
}

/**
 * The body with the name that the provider knows the model by, as the first attempt sends it. Whether the answer is
 * sent as a stream does not count: either is made of the other.
 */
function bodyFor(
  first: PlannedModel | undefined,
  body: Buffer,
  hasStreamMembers: boolean,
): Buffer | Promise<Buffer> {
  const changes = new Map<string, string | null>();
  if (first !== undefined && first.model !== first.name) {
    changes.set('model', JSON.stringify(first.model));
  }
  if (hasStreamMembers) {
    STREAM_MEMBERS.forEach((name) => changes.set(name, null));
  }
  return changes.size === 0 ? body : changeMembers(body, changes);
}
