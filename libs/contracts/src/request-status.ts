/** The states of a request, in the words of the wire. */
export const REQUEST_STATUSES = [
  'queued',
  'processing',
  'retrying',
  'completed',
  'failed',
  'canceled',
] as const;

/** State of a request. */
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** The states a request never leaves by itself: only an explicit retry opens a new round. */
export const TERMINAL_STATUSES = ['completed', 'failed', 'canceled'] as const;

/** A state that ends a round. */
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/**
 * Whether a round has ended.
 *
 * @param status the state to judge
 * @returns true for `completed`, `failed` and `canceled`
 */
export function isTerminal(status: RequestStatus): status is TerminalStatus {
  return status === 'completed' || status === 'failed' || status === 'canceled';
}

/** How one try at the provider ended. */
export const ATTEMPT_OUTCOMES = [
  'running',
  'succeeded',
  'failed',
  'lost',
  'released',
  'canceled',
] as const;

/** How one try at the provider ended; `running` while it has not. */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Targets that a request may be run against: `test` always means the built-in simulator. */
export const REQUEST_MODES = ['live', 'test'] as const;

/** One of them. */
export type RequestMode = (typeof REQUEST_MODES)[number];
