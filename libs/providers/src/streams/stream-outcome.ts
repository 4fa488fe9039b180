import type {
  KeptHeaders,
  ProviderAborted,
  ProviderHttpError,
  ProviderInvalidResponse,
  ProviderNetworkError,
  ProviderSuccess,
  ProviderTimeout,
} from '../outcome.js';

/**
 * A stream that was whole. It is a success as a plain call has it: `body` is what the same call without
 * `stream: true` would have answered, put together from the frames, and `contentType` is that of JSON.
 */
export interface StreamSuccess extends ProviderSuccess {
  /** Number of frames that the sink was given. */
  readonly frames: number;
  /** Finish reason of each choice, by its index; for the Responses API the status of the response. */
  readonly finishReasons: readonly string[];
  /**
   * Whether the provider sent no stream but a plain answer. The frames were made of it, where they were wanted, and
   * `body` is the provider's own bytes.
   */
  readonly madeUp: boolean;
}

/** The stream ended, or its connection broke, before the answer was whole. The error code is `stream_truncated`. */
export interface StreamTruncated {
  readonly kind: 'stream_truncated';
  /** Status that the stream began with. */
  readonly httpStatus: number;
  readonly headers: KeptHeaders;
  readonly providerRequestId: string | null;
}

/**
 * The end of a streamed call. Failures are those of a plain call, and the two kinds that streams alone have:
 *
 * - `stream_truncated`: as above.
 * - `http_error` also for an error within the stream that states its status; `body` is then the data of that event.
 * - `invalid_response` also for an event that is no event of the endpoint. `too_large` is not worth a retry.
 * - `timeout`: of `ttft` its phase is `ttft` once headers have come; of `idle` it is `idle`.
 */
export type StreamOutcome =
  | StreamSuccess
  | StreamTruncated
  | ProviderHttpError
  | ProviderNetworkError
  | ProviderTimeout
  | ProviderInvalidResponse
  | ProviderAborted;
