import { DEFAULT_PROJECT_POLICY, type OnLost, type ProjectPolicy } from '@reqrun/retry-policy';

/** Settings of a project for requests that say nothing themselves. */
export interface ProjectSettings {
  /** Whether calls wait for the answer. */
  defaultWait: boolean;
  /** Time for which a call is held that waits and does not say how long, in ms. */
  defaultWaitTimeoutMs: number;
  policy: ProjectPolicy;
}

/** Target of a call. The key in it is for that call and nothing else. */
export interface CallTarget {
  baseUrl: string;
  apiKey: string | null;
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
