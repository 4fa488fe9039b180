import type { PlannedModel, ProjectPolicy, RequestPolicy } from '@reqrun/retry-policy';

import {
  type CacheFields,
  toCachePolicy,
  toPolicyMembers,
} from '../../policy/policy-fields.dto.js';
import type { ExtensionFields } from '../../policy/extension-fields.dto.js';

/** The part of a project's policy that its requests share. */
type SharedPolicy = Omit<ProjectPolicy, 'fallbacks'>;

/**
 * Returns the policy of a request: its own fields take precedence over its project's policy.
 *
 * @param project the policy of its project
 * @param own the extension fields of the body
 * @param plan the models that it runs on; undefined where there is nothing to plan
 * @param isWaitedFor whether the caller holds its connection. Hours of retries do not help such a caller,
 *   unless it asks for them.
 * @param isStream whether the answer is a stream
 */
export function policyOf(
  project: ProjectPolicy,
  own: ExtensionFields,
  plan: readonly PlannedModel[] | undefined,
  isWaitedFor: boolean,
  isStream: boolean,
): RequestPolicy {
  const policy = withoutStream(project, own, plan, isWaitedFor);
  return isStream ? { ...policy, stream: own.stream_mode ?? 'live' } : policy;
}

function withoutStream(
  project: ProjectPolicy,
  own: ExtensionFields,
  plan: readonly PlannedModel[] | undefined,
  isWaitedFor: boolean,
): RequestPolicy {
  const retry = own.retry ?? own.orq?.retries;
  const timeout = own.timeout ?? own.orq?.timeout;
  const shared = withCache(withoutOwn(project), ownCacheOf(own));
  const saysNothing = retry === undefined && timeout === undefined && own.on_lost === undefined;
  if (plan === undefined && saysNothing) {
    // Most calls say nothing, and most projects have nothing to change for them.
    return isWaitedFor && project.untilDeadline ? { ...shared, untilDeadline: false } : shared;
  }
  return {
    ...shared,
    // A request that names its retries means their count, unless it names the deadline as well.
    untilDeadline: retry === undefined && project.untilDeadline && !isWaitedFor,
    ...toPolicyMembers({ retry, timeout, on_lost: own.on_lost }),
    ...(plan !== undefined && { plan }),
  };
}

/** Returns what a body says of the cache: null switches it off, undefined says nothing. */
const ownCacheOf = ({ cache, orq }: ExtensionFields): CacheFields | null | undefined =>
  cache === undefined ? orq?.cache : cache;

/** Adds what a body says of the cache. A document without the member says the same as null, in fewer bytes. */
function withCache(project: SharedPolicy, own: CacheFields | null | undefined): SharedPolicy {
  if (own === undefined && project.cache !== null) {
    return project;
  }
  const rest = withoutCache(project);
  const cache = toCachePolicy(own ?? null);
  return cache === null ? rest : { ...rest, cache };
}

/**
 * Leaves the cache out of a policy, for requests that do not use it whatever their project says.
 *
 * @param policy the policy
 */
export function withoutCache<P extends Pick<RequestPolicy, 'cache'>>(policy: P): Omit<P, 'cache'> {
  const rest: Omit<P, 'cache'> & { cache?: unknown } = { ...policy };
  delete rest.cache;
  return rest;
}

/**
 * Only responses have re-attachment: their endpoint adds it. The plan stands for the fallbacks. Most projects have
 * nothing to leave out.
 */
function withoutOwn(project: ProjectPolicy): SharedPolicy {
  if (project.reattach === undefined && project.fallbacks === undefined) {
    return project;
  }
  const rest: { -readonly [Key in keyof ProjectPolicy]: ProjectPolicy[Key] } = { ...project };
  delete rest.reattach;
  delete rest.fallbacks;
  return rest;
}
