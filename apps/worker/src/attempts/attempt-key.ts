/**
 * An attempt that a process runs. The id of its request does not identify it: a request that was canceled
 * and retried may run again here while the call of its earlier attempt is still open.
 */
export interface AttemptRef {
  /** UUID of the request. */
  readonly id: string;
  /** Fence with which the request was claimed. */
  readonly fence: number;
}

/**
 * Returns the key of an attempt, unique within the process.
 *
 * @param attempt the attempt
 */
export const attemptKey = ({ id, fence }: AttemptRef): string => `${id} ${fence}`;
