import type { ProjectPolicy, RequestPolicy } from '@reqrun/retry-policy';

import { toPolicyMembers } from '../../policy/policy-fields.dto.js';
import type { ExtensionFields } from './extension-fields.dto.js';

/**
 * Returns the policy of a request: its own fields take precedence over its project's policy.
 *
 * @param project the policy of its project
 * @param own the extension fields of the body
 * @param isWaitedFor whether the caller holds its connection. Hours of retries do not help such a caller,
 *   unless it asks for them.
 */
export function policyOf(
  project: ProjectPolicy,
  own: ExtensionFields,
  isWaitedFor: boolean,
): RequestPolicy {
  const retry = own.retry ?? own.orq?.retries;
  const timeout = own.timeout ?? own.orq?.timeout;
  return {
    ...project,
    // A request that names its retries means their count, unless it names the deadline as well.
    untilDeadline: retry === undefined && project.untilDeadline && !isWaitedFor,
    ...toPolicyMembers({ retry, timeout, on_lost: own.on_lost }),
  };
}
