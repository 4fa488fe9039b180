/**
 * Fate of an attempt that was lost with its worker, so that nobody knows whether the
 * provider answered: `retry` calls again, `fail` never does.
 */
export type OnLost = 'retry' | 'fail';

/** How one request is retried. Validated where it is accepted; read-only from then on. */
export interface RetryPolicy {
  /** Retries after the first attempt of a round, 0 to {@link MAX_RETRY_COUNT}. */
  readonly count: number;
  /**
   * HTTP statuses that are retried, each {@link MIN_RETRY_STATUS} to {@link MAX_RETRY_STATUS}. It
   * decides about statuses alone: failures without one are always retried, within `count`.
   */
  readonly onCodes: readonly number[];
  /**
   * Whether failures that time mends (no answer, a timeout, 408, 409, 425, 429, 5xx) are tried again until
   * the deadline. `count` then bounds the others alone, such as answers that are invalid in themselves.
   * Absent means no.
   */
  readonly untilDeadline?: boolean | undefined;
  /** Rule for an attempt that was lost with its worker. */
  readonly onLost: OnLost;
}

/** The most retries a policy may ask for. */
export const MAX_RETRY_COUNT = 5;

/** The lowest status a policy may list: 408 Request Timeout (RFC 9110, section 15.5.9). */
export const MIN_RETRY_STATUS = 408;

/** The highest status a policy may list. */
export const MAX_RETRY_STATUS = 599;

/**
 * A request whose attempts were lost with their worker this many times is ended: it is more likely
 * that the request kills workers than that so many workers died of something else.
 */
export const MAX_LOSSES = 5;

/** How long one provider call may take unless the request says otherwise, in milliseconds. */
export const DEFAULT_CALL_TIMEOUT_MS = 600_000;

/**
 * The longest silence within an answer unless the request says otherwise, in milliseconds. Two and three minutes are
 * too short for models that think in silence.
 */
export const DEFAULT_IDLE_TIMEOUT_MS = 300_000;

/** From acceptance to a terminal state unless the request says otherwise, in milliseconds. */
export const DEFAULT_DEADLINE_MS = 86_400_000;

/** The policy of a project that has not set one. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = Object.freeze({
  count: 3,
  onCodes: Object.freeze([408, 409, 429, 500, 502, 503, 504]),
  onLost: 'retry',
});
