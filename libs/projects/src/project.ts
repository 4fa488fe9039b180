import type { OnLost, ProjectPolicy } from '@reqrun/retry-policy';

import {
  type ProjectSettings,
  type SettingsDocument,
  toProjectPolicy,
  toWaitSettings,
} from './project-settings.js';

/** Everything that can be set about a project. */
export interface AllProjectSettings extends ProjectSettings {
  /** Days that prompts and answers are kept. */
  payloadRetentionDays: number;
  /** Days that the records are kept. */
  recordRetentionDays: number;
}

/** A project as the people who run it see it. */
export interface Project {
  id: string;
  name: string;
  createdAt: Date;
  /** Set while its keys are refused. */
  archivedAt: Date | null;
  settings: AllProjectSettings;
  provider: {
    /** Null means the simulator. */
    baseUrl: string | null;
    keyLastFour: string | null;
    updatedAt: Date | null;
  };
}

/** A row as `PROJECT_COLUMNS` reads it. */
export interface ProjectRow {
  id: string;
  name: string;
  created_at: Date;
  archived_at: Date | null;
  default_wait: boolean;
  default_wait_timeout_ms: number;
  retry_count: number;
  retry_on_codes: number[] | null;
  on_lost: OnLost;
  call_timeout_ms: number;
  deadline_ms: number;
  payload_retention_days: number;
  record_retention_days: number;
  policy: Partial<ProjectPolicy>;
  settings: SettingsDocument;
  base_url: string | null;
  key_last_four: string | null;
  provider_updated_at: Date | null;
}

/** The columns of a project `p` with its credential `c`; the key is not among them. */
export const PROJECT_COLUMNS = `
  p.id, p.name, p.created_at, p.archived_at, p.default_wait, p.default_wait_timeout_ms,
  p.retry_count, p.retry_on_codes, p.on_lost, p.call_timeout_ms,
  p.deadline_ms::float8 AS deadline_ms, p.payload_retention_days, p.record_retention_days, p.policy, p.settings,
  c.base_url, c.key_last_four, c.updated_at AS provider_updated_at`;

/** Settings to change; what is left out stays. */
export type ProjectSettingsChange = Partial<
  Omit<AllProjectSettings, 'policy' | 'autoWaitTimeoutMs'>
> & {
  policy?: Partial<ProjectPolicy>;
};

/** The columns of settings beside the policy that say the whole of them. */
export const SETTING_COLUMNS = {
  defaultWaitTimeoutMs: 'default_wait_timeout_ms',
  payloadRetentionDays: 'payload_retention_days',
  recordRetentionDays: 'record_retention_days',
} as const satisfies Partial<Record<keyof AllProjectSettings, string>>;

/** A row as the rest of the program knows it. */
export function toProject(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
    settings: {
      ...toWaitSettings(row.settings, row.default_wait, row.default_wait_timeout_ms),
      policy: toProjectPolicy(row.policy, {
        count: row.retry_count,
        onCodes: row.retry_on_codes,
        onLost: row.on_lost,
        callTimeoutMs: row.call_timeout_ms,
        deadlineMs: row.deadline_ms,
      }),
      payloadRetentionDays: row.payload_retention_days,
      recordRetentionDays: row.record_retention_days,
    },
    provider: {
      baseUrl: row.base_url,
      keyLastFour: row.key_last_four,
      updatedAt: row.provider_updated_at,
    },
  };
}
