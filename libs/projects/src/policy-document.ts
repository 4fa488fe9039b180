import { DEFAULT_IDLE_TIMEOUT_MS } from '@reqrun/retry-policy';

import type { ProjectSettings } from './project-settings.js';

/** The settings of a project that have no column, by their names in its document. */
export const SETTING_MEMBERS = {
  retryUntilDeadline: 'untilDeadline',
  idleTimeoutMs: 'idleTimeoutMs',
} as const satisfies Partial<Record<keyof ProjectSettings, string>>;

/** Fields that the document of a project may hold. */
export interface PolicyDocument {
  untilDeadline?: boolean;
  idleTimeoutMs?: number;
}

/** Policy that a new project begins with: work that nobody waits for rides out outages. */
export const NEW_PROJECT_POLICY: PolicyDocument = { untilDeadline: true };

/**
 * The settings that a document holds. A project that is older than a setting goes on as before.
 *
 * @param document as it is stored
 */
export const fromDocument = ({
  untilDeadline = false,
  idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS,
}: PolicyDocument): Pick<ProjectSettings, keyof typeof SETTING_MEMBERS> => ({
  retryUntilDeadline: untilDeadline,
  idleTimeoutMs,
});
