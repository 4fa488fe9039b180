import type { Schema } from '../../api/client';
import type { Project } from '../projects/queries';

/** A fallback in the form. */
export interface FallbackDraft {
  /** Tells the entries apart while they are moved. */
  readonly key: string;
  readonly model: string;
  /** Name of a provider; null where the model says it. */
  readonly provider: string | null;
}

/** Values of the form. Times are in the units of its fields. */
export interface SettingsDraft {
  name: string;
  defaultWait: 'auto' | 'true' | 'false';
  joinSdkRetries: boolean;
  waitS: number;
  retries: number;
  codes: string[];
  untilDeadline: boolean;
  onLost: 'retry' | 'fail';
  reattach: boolean;
  callTimeoutS: number;
  idleTimeoutS: number;
  firstTokenS: number;
  deadlineH: number;
  fallbacks: FallbackDraft[];
  caches: boolean;
  cacheTtlS: number;
  /** Empty for no bound of its own. */
  maxOpen: number | '';
  maxCalls: number | '';
  payloadDays: number;
  recordDays: number;
}

type Settings = Omit<
  Schema<'ProjectSettings'>,
  'call_timeout_ms' | 'deadline_ms' | 'idle_timeout_ms'
>;

/** Value of the field while the cache is off, in seconds. */
const DEFAULT_CACHE_TTL_S = 1_800;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Fields of the form by their paths in the API. */
const FIELDS: Readonly<Record<string, keyof SettingsDraft>> = {
  name: 'name',
  'settings.default_wait_timeout_ms': 'waitS',
  'settings.retry.count': 'retries',
  'settings.retry.on_codes': 'codes',
  'settings.timeout.call_timeout': 'callTimeoutS',
  'settings.timeout.idle': 'idleTimeoutS',
  'settings.timeout.ttft': 'firstTokenS',
  'settings.timeout.deadline': 'deadlineH',
  'settings.cache.ttl': 'cacheTtlS',
  'settings.max_open_requests': 'maxOpen',
  'settings.max_concurrent_calls': 'maxCalls',
  'settings.payload_retention_days': 'payloadDays',
  'settings.record_retention_days': 'recordDays',
};

/**
 * Returns the form's field of a path in the API.
 *
 * @param param the path, as an error names it
 * @returns the field, also of a fallback; null where there is none
 */
export function fieldOf(param: string | null): string | null {
  if (param === null) {
    return null;
  }
  const fallback = /^settings\.(fallbacks\.\d+\.(?:model|provider))$/.exec(param)?.[1];
  return fallback ?? FIELDS[param] ?? null;
}

/**
 * Returns the values of the form for a project.
 *
 * @param project the project
 */
export const draftOf = ({ name, settings }: Project): SettingsDraft => ({
  name,
  defaultWait: settings.default_wait === 'auto' ? 'auto' : settings.default_wait ? 'true' : 'false',
  joinSdkRetries: settings.join_sdk_retries,
  waitS: settings.default_wait_timeout_ms / SECOND_MS,
  retries: settings.retry.count,
  codes: settings.retry.on_codes.map(String),
  untilDeadline: settings.retry.until_deadline,
  onLost: settings.on_lost,
  reattach: settings.reattach,
  callTimeoutS: settings.timeout.call_timeout / SECOND_MS,
  idleTimeoutS: settings.timeout.idle / SECOND_MS,
  firstTokenS: settings.timeout.ttft / SECOND_MS,
  deadlineH: settings.timeout.deadline / HOUR_MS,
  fallbacks: settings.fallbacks.map((fallback, index) => ({ key: String(index), ...fallback })),
  caches: settings.cache !== null,
  cacheTtlS: settings.cache?.ttl ?? DEFAULT_CACHE_TTL_S,
  maxOpen: settings.max_open_requests ?? '',
  maxCalls: settings.max_concurrent_calls ?? '',
  payloadDays: settings.payload_retention_days,
  recordDays: settings.record_retention_days,
});

/** Returns the settings of the form. Of the two names of one limit it uses only `timeout`. */
const settingsOf = (draft: SettingsDraft): Settings => ({
  default_wait: draft.defaultWait === 'auto' ? 'auto' : draft.defaultWait === 'true',
  join_sdk_retries: draft.joinSdkRetries,
  default_wait_timeout_ms: Math.round(draft.waitS * SECOND_MS),
  retry: {
    count: draft.retries,
    on_codes: draft.codes.map(Number).toSorted((a, b) => a - b),
    until_deadline: draft.untilDeadline,
  },
  on_lost: draft.onLost,
  reattach: draft.reattach,
  timeout: {
    call_timeout: Math.round(draft.callTimeoutS * SECOND_MS),
    deadline: Math.round(draft.deadlineH * HOUR_MS),
    idle: Math.round(draft.idleTimeoutS * SECOND_MS),
    ttft: Math.round(draft.firstTokenS * SECOND_MS),
  },
  fallbacks: draft.fallbacks.map(({ model, provider }) => ({ model: model.trim(), provider })),
  cache: draft.caches ? { type: 'exact_match', ttl: draft.cacheTtlS } : null,
  max_open_requests: draft.maxOpen === '' ? null : draft.maxOpen,
  max_concurrent_calls: draft.maxCalls === '' ? null : draft.maxCalls,
  payload_retention_days: draft.payloadDays,
  record_retention_days: draft.recordDays,
});

/**
 * Returns only the changed settings, because the audit log names each setting that is sent. Of `retry` and `timeout`
 * only the changed members: one that is sent is fixed, and would no longer follow another one.
 *
 * @param draft values of the form
 * @param project the project as it is stored
 */
export function changesOf(
  draft: SettingsDraft,
  { name, settings }: Project,
): Schema<'ProjectChanges'> {
  const { retry, timeout, ...rest } = settingsOf(draft);
  const { fallbacks, ...flat } = differences(rest, settings);
  const changed: Schema<'ProjectSettingsInput'> = {
    ...flat,
    ...(fallbacks !== undefined && {
      fallbacks: fallbacks.map(({ model, provider }) =>
        provider === null ? { model } : { model, provider },
      ),
    }),
    ...below('retry', differences(retry, settings.retry)),
    ...below('timeout', differences(timeout, settings.timeout)),
  };
  return {
    ...(draft.name.trim() !== name && { name: draft.name.trim() }),
    ...(Object.keys(changed).length > 0 && { settings: changed }),
  };
}

/** Returns the members of an object that differ from those of another one. */
function differences<T extends object>(
  given: T,
  stored: { [Key in keyof T]: unknown },
): Partial<T> {
  return Object.fromEntries(
    Object.entries(given).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(stored[key as keyof T]),
    ),
  ) as Partial<T>;
}

const below = (name: string, members: object): object =>
  Object.keys(members).length === 0 ? {} : { [name]: members };
