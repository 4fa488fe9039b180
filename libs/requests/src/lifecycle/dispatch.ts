import type { RequestStatus } from '@reqrun/contracts';
import type { DatabaseError } from '@reqrun/platform/database';

import type { ContentHead } from '../content/content-frame.js';
import type { Acceptance, NewRequest } from './new-request.js';

/**
 * The lifecycle's view of direct dispatch: a worker of the same machine accepts a request and runs it at once.
 * How they talk is not known here.
 */
export interface DirectDispatch {
  /** Whether there is a worker to ask. */
  readonly ready: boolean;
  /** Number of workers, whether they can be asked or not. */
  readonly workerCount: number;
  /**
   * Asks a worker to accept a group and to run it.
   *
   * @param items the group
   * @returns one outcome for each, in their order
   */
  start(items: readonly NewRequest[]): Promise<DispatchOutcome[]>;
}

/** Reason for which a worker has not accepted a request. */
export type NotDispatched =
  /** Nothing was committed: no room, say, or the worker stops. */
  | 'refused'
  /** Nothing was committed: the request's project and mode have their share of the worker's slots. */
  | 'lane_full'
  /** The database was lost, or the worker: it may have been committed. */
  | 'unknown';

/**
 * Outcome of asking a worker to accept a request and to run it. With an error, of kind `data` or
 * `conflict`, nothing was committed, and nothing would be the next time.
 */
export type DispatchOutcome = Acceptance | NotDispatched | DatabaseError;

/** The end of a request, as it was committed. */
export interface DispatchResultHead {
  /** UUID. */
  id: string;
  status: RequestStatus;
  attempts: number;
  errorCode: string | null;
  httpStatus: number | null;
  /** Stands before the response body; null where there is none. */
  head: ContentHead | null;
}

/** The same with the response body, empty where there is none. */
export interface DispatchResult {
  end: DispatchResultHead;
  body: Buffer;
}

/** An API process that gave a request to its worker directly and waits for its end. */
export interface DispatchCaller {
  /** Nobody else can be waiting: there is no idempotency key to join the request by. */
  readonly isSoleWaiter: boolean;
  /**
   * Delivers the end of the request.
   *
   * @param end as it was committed
   * @returns whether it was sent; it may get lost all the same
   */
  ended(end: DispatchResult): boolean;
}
