import type { ProjectSettings } from '@reqrun/projects';
import type { RequestPolicy } from '@reqrun/requests';

import type { ExtensionFields } from './extension-fields.dto.js';

/**
 * The policy of a request: its own wishes over what its project is set to.
 *
 * @param settings of the project
 * @param own our fields of the body
 * @param isWaitedFor whether the caller holds its connection: then hours of patience help nobody, unless
 *   it asks for them
 */
export function policyOf(
  settings: ProjectSettings,
  own: ExtensionFields,
  isWaitedFor: boolean,
): RequestPolicy {
  const retry = own.retry ?? own.orq?.retries;
  const timeout = own.timeout ?? own.orq?.timeout;
  return {
    count: retry?.count ?? settings.retryCount,
    onCodes: retry?.on_codes ?? settings.retryOnCodes,
    untilDeadline:
      retry === undefined
        ? settings.retryUntilDeadline && !isWaitedFor
        : (retry.until_deadline ?? false),
    onLost: own.on_lost ?? settings.onLost,
    callTimeoutMs: timeout?.call_timeout ?? settings.callTimeoutMs,
    idleTimeoutMs: timeout?.idle ?? settings.idleTimeoutMs,
    deadlineMs: timeout?.deadline ?? settings.deadlineMs,
  };
}
