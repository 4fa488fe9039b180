import type { ByteShare } from '@reqrun/platform/budget';

/** Response headers that were kept: lower-case names, one value each. */
export type KeptHeaders = Readonly<Record<string, string>>;

/**
 * The parts of a provider's error that decisions need. `message` can echo the prompt: it is to be
 * treated like one and never reaches a log, a metric or a record.
 */
export interface ProviderErrorBody {
  /** Its machine words, most telling first: code, type, Google's status and the reasons in its details. */
  readonly words: readonly string[];
  /** The status that the body states itself, by number or by a word that stands for one. */
  readonly status: number | null;
  /** The wait that the body asks for, as it is written, such as `35s`. */
  readonly retryDelay: string | null;
  readonly message: string | null;
}

/**
 * How far a call had come when its time was up. `connect` covers DNS, TCP and TLS; `ttft` is a stream that began
 * and said nothing in time; `idle` is an answer that began and then fell silent.
 */
export type CallPhase = 'connect' | 'headers' | 'body' | 'ttft' | 'idle';

/** Why an answer that arrived cannot be taken for one. */
export type InvalidReason =
  | 'bad_encoding'
  | 'choice_unfinished'
  | 'choice_without_message'
  | 'empty'
  | 'error_in_body'
  | 'no_choices'
  | 'not_json'
  | 'redirect'
  | 'too_large'
  | 'truncated'
  | 'wrong_shape'
  | 'wrong_status';

/** A 200 or 201 whose body is what was asked for. */
export interface ProviderSuccess {
  readonly kind: 'success';
  readonly httpStatus: number;
  readonly contentType: string | null;
  readonly headers: KeptHeaders;
  /** The provider's bytes, unchanged but for a content coding, which is undone. */
  readonly body: Buffer;
  /** Of a large answer: its share of the memory, to be given back when the answer is not held any more. */
  readonly share: ByteShare | null;
  /** The body's `usage`, if it is a JSON object. */
  readonly usage: Readonly<Record<string, unknown>> | null;
  /** Id under which the provider keeps the answer; null where its endpoint has none. */
  readonly answerId: string | null;
  /** Whether identical requests may get the answer as well. */
  readonly isCacheable: boolean;
  readonly providerRequestId: string | null;
}

/**
 * An error: a status of 400 or more, or an error in the body of a success that states its own status.
 * `body` is empty and `error` null where the body could not be had: too large, cut, not in time, or
 * in a coding that can't be undone. The status counts all the same: a 401 stays a 401.
 */
export interface ProviderHttpError {
  readonly kind: 'http_error';
  /** The status of the answer, or the one that the error states where it came as a success: 400 or more. */
  readonly httpStatus: number;
  readonly contentType: string | null;
  readonly headers: KeptHeaders;
  readonly body: Buffer;
  /** As of a `ProviderSuccess`. */
  readonly share: ByteShare | null;
  readonly error: ProviderErrorBody | null;
  readonly providerRequestId: string | null;
  /** Set for an error that an event of a stream states: it is the end of the answer. */
  readonly isInStream?: true;
}

/**
 * No status arrived. `cause` is a word that is safe to store and show: an errno (`ECONNREFUSED`,
 * `ENOTFOUND`), `TLS`, an undici code (`UND_ERR_SOCKET`: the other side closed), `HTTP_PARSER`
 * (the answer is not HTTP/1.1), or one of ours: `INVALID_BASE_URL` and `INVALID_REQUEST` (nothing was sent: the base
 * URL is not allowed, or a header such as the key cannot be sent), `ADDRESS_REFUSED` (nothing was sent:
 * the name leads to addresses that are never called), `CLIENT_CLOSED` (the client was
 * closed, in whatever phase the call was), `UNKNOWN`.
 */
export interface ProviderNetworkError {
  readonly kind: 'network_error';
  readonly cause: string;
}

/** The call's time, or the time to connect, was up. */
export interface ProviderTimeout {
  readonly kind: 'timeout';
  readonly phase: CallPhase;
}

/** A 2xx that is not what it claims, or a redirect, which is never followed. */
export interface ProviderInvalidResponse {
  readonly kind: 'invalid_response';
  readonly reason: InvalidReason;
  readonly httpStatus: number;
  readonly headers: KeptHeaders;
  readonly providerRequestId: string | null;
}

/** The caller's own signal ended the call. */
export interface ProviderAborted {
  readonly kind: 'aborted';
}

/** How one call ended. A failed call is data, never an exception. */
export type ProviderOutcome =
  | ProviderSuccess
  | ProviderHttpError
  | ProviderNetworkError
  | ProviderTimeout
  | ProviderInvalidResponse
  | ProviderAborted;
