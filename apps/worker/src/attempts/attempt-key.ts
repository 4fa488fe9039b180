/**
 * An attempt that a process runs. The id of its request does not name it: a request that was canceled and
 * retried may run again here while the call of its earlier attempt is still open.
 */
export interface AttemptRef {
  /** The UUID of the request. */
  readonly id: string;
  /** Under which the request was claimed. */
  readonly fence: number;
}

/**
 * Names an attempt among all of a process.
 *
 * @param attempt which
 */
export const attemptKey = ({ id, fence }: AttemptRef): string => `${id} ${fence}`;
