import type { ProjectSettings } from '@reqrun/projects';
import type { RequestPolicy } from '@reqrun/requests';

import type { OwnFields } from './extension-fields.dto.js';

/**
 * The policy of a request: its own wishes over what its project is set to.
 *
 * @param settings of the project
 * @param own our fields of the body
 */
export function policyOf(settings: ProjectSettings, own: OwnFields): RequestPolicy {
  const retry = own.retry ?? own.orq?.retries;
  const timeout = own.timeout ?? own.orq?.timeout;
  return {
    count: retry?.count ?? settings.retryCount,
    onCodes: retry?.on_codes ?? settings.retryOnCodes,
    onLost: own.on_lost ?? settings.onLost,
    callTimeoutMs: timeout?.call_timeout ?? settings.callTimeoutMs,
    deadlineMs: timeout?.deadline ?? settings.deadlineMs,
  };
}
