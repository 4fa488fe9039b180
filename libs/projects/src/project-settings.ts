import type { AutoOrOff, ProviderKind, StreamUsage } from '@reqrun/contracts';
import { DEFAULT_PROJECT_POLICY, type OnLost, type ProjectPolicy } from '@reqrun/retry-policy';

/** Settings of a project for requests that say nothing themselves. */
export interface ProjectSettings {
  /** Whether calls wait for the answer. With `auto`, those wait that cannot read a handle. */
  defaultWait: boolean | 'auto';
  /** Time for which a call is held that waits and does not say how long, in ms. */
  defaultWaitTimeoutMs: number;
  /** The same for a call that waits by `auto`: as long as its project says, or 240 s where it says nothing. */
  autoWaitTimeoutMs: number;
  /** Whether the retries of stock SDKs join the request that their first try made. */
  joinSdkRetries: boolean;
  /** Most open requests of each mode; null for what the installation allows. */
  maxOpenRequests: number | null;
  /** Most provider calls at once of each mode, over all workers; null for no bound. */
  maxConcurrentCalls: number | null;
  policy: ProjectPolicy;
}

/** Provider of a project, as far as names of models are resolved by it. */
export interface NamedProvider {
  /** UUID of its credential. */
  id: string;
  name: string;
  kind: ProviderKind;
  apiVersion: string | null;
  /** The only models that it is called with; empty means any. */
  models: readonly string[];
  hasKey: boolean;
  isDefault: boolean;
}

/** Settings of a project, and the providers that its requests may name. */
export interface RunSettings extends ProjectSettings {
  /** Its providers; none where its live requests go to the simulator. */
  providers: readonly NamedProvider[];
}

/** Provider of a call, as the table has it. */
export interface ProviderRef {
  /** UUID of the credential. */
  readonly id: string;
  readonly isDefault: boolean;
  /** Whether limits that it tells of slow its calls. */
  readonly pacing: AutoOrOff;
  /** Whether its failures slow or stop its calls. */
  readonly breaker: AutoOrOff;
}

/** Target of a call. The key in it is for that call and nothing else. */
export interface CallTarget {
  /** Name of the provider, as attempts show it. */
  provider: string;
  kind: ProviderKind;
  apiVersion: string | null;
  streamUsage: StreamUsage;
  baseUrl: string;
  apiKey: string | null;
  /** The provider; null for the simulator. */
  credential: ProviderRef | null;
  /** Hash of the base URL and of the credential as it is stored: the same for calls to the same account. */
  identity: string;
}

/** Settings of a project that have no column, as they are stored. */
export interface SettingsDocument {
  /** Counts instead of the column `default_wait`, which cannot say it. */
  wait?: 'auto' | null;
  /** Set together with its column, once somebody has set it. */
  waitTimeoutMs?: number;
  joinSdkRetries?: boolean;
  maxOpenRequests?: number | null;
  /** An index of the table names it. */
  maxConcurrentCalls?: number | null;
}

/** Settings of a new project: a stock SDK gets an answer, anything else a handle. */
export const NEW_PROJECT_SETTINGS: SettingsDocument = Object.freeze({ wait: 'auto' });

/** Wait of a stock client whose project names none, in ms: a longer one outlives an HTTP client's timeout. */
const AUTO_WAIT_MS = 240_000;
/** Value of the column where nobody has set it, in ms. */
const UNSET_WAIT_MS = 30_000;

/**
 * The settings beside the policy.
 *
 * @param document as it is stored
 * @param defaultWait the column
 * @param waitTimeoutMs the column, in ms
 */
export function toWaitSettings(
  document: SettingsDocument,
  defaultWait: boolean,
  waitTimeoutMs: number,
): Omit<ProjectSettings, 'policy'> {
  const named = document.waitTimeoutMs ?? (waitTimeoutMs === UNSET_WAIT_MS ? null : waitTimeoutMs);
  return {
    defaultWait: document.wait ?? defaultWait,
    defaultWaitTimeoutMs: waitTimeoutMs,
    autoWaitTimeoutMs: named ?? AUTO_WAIT_MS,
    joinSdkRetries: document.joinSdkRetries ?? true,
    maxOpenRequests: document.maxOpenRequests ?? null,
    maxConcurrentCalls: document.maxConcurrentCalls ?? null,
  };
}

/** Members of the policy that have columns of their own as well: the version before reads these. */
export const POLICY_COLUMNS = {
  count: 'retry_count',
  onCodes: 'retry_on_codes',
  onLost: 'on_lost',
  callTimeoutMs: 'call_timeout_ms',
  deadlineMs: 'deadline_ms',
} as const satisfies Partial<Record<keyof ProjectPolicy, string>>;

/** The members that have columns, as they are read. */
export interface PolicyColumns {
  count: number;
  onCodes: readonly number[] | null;
  onLost: OnLost;
  callTimeoutMs: number;
  deadlineMs: number | bigint;
}

/**
 * The policy of a stored project. Where a member has a column, the column counts: during an upgrade the
 * version before writes columns alone.
 *
 * @param document as it is stored; a project that is older than a member lacks it
 * @param columns the members that have columns
 */
export function toProjectPolicy(
  document: Partial<ProjectPolicy>,
  columns: PolicyColumns,
): ProjectPolicy {
  return {
    ...DEFAULT_PROJECT_POLICY,
    ...document,
    ...columns,
    onCodes: columns.onCodes ?? [],
    deadlineMs: Number(columns.deadlineMs),
  };
}
