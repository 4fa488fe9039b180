import type { OnLost } from '@reqrun/retry-policy';

/** How a project's requests are run unless a request says otherwise. */
export interface ProjectSettings {
  /** Whether calls wait for the answer. */
  defaultWait: boolean;
  /** How long a call is held that waits and does not say how long, in ms. */
  defaultWaitTimeoutMs: number;
  retryCount: number;
  retryOnCodes: readonly number[];
  /** Whether a request that nobody waits for and that says nothing of retries is tried until its deadline. */
  retryUntilDeadline: boolean;
  onLost: OnLost;
  /** The longest provider call, in ms. */
  callTimeoutMs: number;
  /** From acceptance to a terminal state, in ms. */
  deadlineMs: number;
  /** The longest silence within an answer, in ms. */
  idleTimeoutMs: number;
}

/** Target of a call. The key in it is for that call and nothing else. */
export interface CallTarget {
  baseUrl: string;
  apiKey: string | null;
}
