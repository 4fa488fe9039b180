import type { RequestStatus } from '@reqrun/contracts';
import type { DatabaseError } from '@reqrun/platform/database';

import type { ContentHead } from '../content/content-frame.js';
import type { Acceptance, NewRequest } from './new-request.js';

/**
 * The lifecycle's interface to direct dispatch: a worker of the same machine accepts a request and runs it
 * at once. The protocol is not known here.
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
   * @returns one outcome per request, in their order
   */
  start(items: readonly NewRequest[]): Promise<DispatchOutcome[]>;
}

/** Reason for which a worker has not accepted a request. */
export type NotDispatched =
  /** Nothing was committed: the worker has no room, or stops. */
  | 'refused'
  /** Nothing was committed: the request's tenant has its share of the worker's slots. */
  | 'lane_full'
  /** The database or the worker was lost: the request may have been committed. */
  | 'unknown';

/**
 * Outcome of asking a worker to accept a request and to run it. With an error, of kind `data` or
 * `conflict`, nothing was committed, and another try would fail too.
 */
export type DispatchOutcome = Acceptance | NotDispatched | DatabaseError;

/** Model and provider that the latest answer of a request comes from. */
export interface AnsweredBy {
  /** Model as the request, or its fallback, has it. */
  model: string;
  /** Name of the provider; null before the first attempt has ended. */
  provider: string | null;
  /** Place in the plan: 0 for the model that was asked for. */
  fallback: number;
}

/** The end of a request, as it was committed. */
export interface DispatchResultHead {
  /** UUID of the request. */
  id: string;
  status: RequestStatus;
  attempts: number;
  /** Model of the latest attempt, as the request has it, its provider, and its place in the plan. */
  answeredBy: AnsweredBy;
  errorCode: string | null;
  httpStatus: number | null;
  /** Metadata of the response body; null where there is none. */
  head: ContentHead | null;
}

/** The end of a request with its response body, which is empty where there is none. */
export interface DispatchResult {
  end: DispatchResultHead;
  body: Buffer;
}

/** An API process that gave a request to its worker directly and waits for its end. */
export interface DispatchCaller {
  /** No other caller can be waiting: there is no idempotency key by which one could join. */
  readonly isSoleWaiter: boolean;
  /**
   * Delivers the end of the request.
   *
   * @param end the committed end
   * @returns whether it was sent; it may still get lost
   */
  ended(end: DispatchResult): boolean;
}
