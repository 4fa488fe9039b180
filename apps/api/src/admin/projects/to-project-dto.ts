import type { Project } from '@reqrun/projects';

import { toPolicyFields } from '../../policy/policy-fields.dto.js';
import type { ProjectDto } from './project.dto.js';

/**
 * Converts a project to its form in the admin API.
 *
 * @param project the project
 */
export function toProjectDto({ settings, provider, ...project }: Project): ProjectDto {
  return {
    id: project.id,
    name: project.name,
    created_at: project.createdAt.toISOString(),
    archived_at: project.archivedAt?.toISOString() ?? null,
    settings: {
      default_wait: settings.defaultWait,
      join_sdk_retries: settings.joinSdkRetries,
      default_wait_timeout_ms: settings.defaultWaitTimeoutMs,
      ...toPolicyFields(settings.policy),
      fallbacks: (settings.policy.fallbacks ?? []).map(({ model, provider }) => ({
        model,
        provider: provider ?? null,
      })),
      call_timeout_ms: settings.policy.callTimeoutMs,
      deadline_ms: settings.policy.deadlineMs,
      idle_timeout_ms: settings.policy.idleTimeoutMs,
      max_open_requests: settings.maxOpenRequests,
      max_concurrent_calls: settings.maxConcurrentCalls,
      payload_retention_days: settings.payloadRetentionDays,
      record_retention_days: settings.recordRetentionDays,
    },
    provider: {
      kind: provider.baseUrl === null ? 'simulator' : 'openai_compatible',
      base_url: provider.baseUrl,
      key_last_four: provider.keyLastFour,
      updated_at: provider.updatedAt?.toISOString() ?? null,
    },
  };
}
