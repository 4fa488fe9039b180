import {
  DEFAULT_CALL_TIMEOUT_MS,
  DEFAULT_DEADLINE_MS,
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
} from './policy.js';

/**
 * Policy by which a request is run. It is fixed at acceptance, whatever its project is set to later, and
 * stored as this document. A document of an earlier version lacks the members that came later, so these are
 * optional.
 */
export interface RequestPolicy extends RetryPolicy {
  /** Longest provider call, in ms. */
  readonly callTimeoutMs: number;
  /** Time from the start of a round to a terminal state, in ms. */
  readonly deadlineMs: number;
  /** Longest silence within an answer, in ms; `DEFAULT_IDLE_TIMEOUT_MS` where it is missing. */
  readonly idleTimeoutMs?: number | undefined;
  /** Whether the end of the request goes into the outbox, to be delivered. Absent means no. */
  readonly outbox?: boolean | undefined;
}

/** Policy with every member: what a project says for requests that say nothing themselves. */
export type ProjectPolicy = {
  readonly [Key in Exclude<keyof RequestPolicy, 'outbox'>]-?: NonNullable<RequestPolicy[Key]>;
};

/** Policy of a project that is older than its document: the members that came later change nothing. */
export const DEFAULT_PROJECT_POLICY: ProjectPolicy = Object.freeze({
  count: DEFAULT_RETRY_POLICY.count,
  onCodes: DEFAULT_RETRY_POLICY.onCodes,
  onLost: DEFAULT_RETRY_POLICY.onLost,
  untilDeadline: false,
  callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
  idleTimeoutMs: DEFAULT_IDLE_TIMEOUT_MS,
  deadlineMs: DEFAULT_DEADLINE_MS,
});

/** Policy of a new project: requests that nobody waits for outlast an outage. */
export const NEW_PROJECT_POLICY: ProjectPolicy = Object.freeze({
  ...DEFAULT_PROJECT_POLICY,
  untilDeadline: true,
});

const DAY_MS = 86_400_000;

/** Longest provider call that a policy may ask for, in ms. */
export const MAX_CALL_TIMEOUT_MS = DAY_MS;

/** Longest time from acceptance to a terminal state that a policy may ask for, in ms. */
export const MAX_DEADLINE_MS = 30 * DAY_MS;
