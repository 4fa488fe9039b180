import type { HeadersLike } from './types/fetch.js';

/** Anything that this package throws. */
export class ReqRunError extends Error {
  override name = 'ReqRunError';
}

/**
 * ReqRun answered with an error.
 *
 * The message never holds words of the provider, which can repeat the prompt; they are in `body`,
 * which no logger prints by itself.
 */
export class APIError extends ReqRunError {
  override name = 'APIError';
  /** The HTTP status. */
  readonly status: number;
  /** Stable code to build on: see the list of error codes. Null when the answer was not ReqRun's. */
  readonly code: string | null;
  /** OpenAI's error type. */
  readonly type: string | null;
  /** The field, query parameter or header that is wrong. */
  readonly param: string | null;
  /** `rr_…` when a request was accepted, else `req_…`. */
  readonly requestId: string | null;
  /** When to try again, in seconds. */
  readonly retryAfter: number | null;
  /** The answer's headers. */
  declare readonly headers: HeadersLike;
  /** The answer's body: JSON, or text where it was none. */
  declare readonly body: unknown;

  /** @param answer what was answered */
  constructor(answer: ErrorAnswer) {
    const { status, headers, body } = answer;
    const { message, code, type, param } = errorOf(body);
    const requestId = headers.get('x-request-id');
    super(describe(status, message, code, headers) + (requestId === null ? '' : ` (${requestId})`));
    this.status = status;
    this.code = code;
    this.type = type;
    this.param = param;
    this.requestId = requestId;
    this.retryAfter = retryAfterSeconds(headers);
    Object.defineProperty(this, 'headers', { value: headers });
    Object.defineProperty(this, 'body', { value: body });
  }
}

/** An answer that is an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly body: unknown;
}

/** 400: `param` names the field. */
export class BadRequestError extends APIError {
  override name = 'BadRequestError';
}

/** 401: the API key is not valid. A provider's 401 is a {@link ProviderError}. */
export class AuthenticationError extends APIError {
  override name = 'AuthenticationError';
}

/** 403: not allowed. */
export class PermissionDeniedError extends APIError {
  override name = 'PermissionDeniedError';
}

/** 404: no such request in this project, or the provider knows no such model. */
export class NotFoundError extends APIError {
  override name = 'NotFoundError';
}

/** 409: `canceled`, or `not_retryable`. */
export class ConflictError extends APIError {
  override name = 'ConflictError';
}

/** 410: `result_expired`, deleted by its retention time. */
export class GoneError extends APIError {
  override name = 'GoneError';
}

/** 413: the body is too large. */
export class PayloadTooLargeError extends APIError {
  override name = 'PayloadTooLargeError';
}

/** 422: `idempotency_key_reused`, the key was used with another body. */
export class UnprocessableEntityError extends APIError {
  override name = 'UnprocessableEntityError';
}

/** 429: not accepted, or the provider's limit that no retry can mend. */
export class RateLimitError extends APIError {
  override name = 'RateLimitError';
}

/** 500 and other 5xx. */
export class InternalServerError extends APIError {
  override name = 'InternalServerError';
}

/** 502: accepted, and the provider failed it for good; `code` says how. */
export class ProviderError extends APIError {
  override name = 'ProviderError';
}

/** 503: not accepted; ReqRun is full, shutting down, or without its database. */
export class ServiceUnavailableError extends APIError {
  override name = 'ServiceUnavailableError';
}

/** 504: accepted, and it ran out of time; `code` says which. */
export class GatewayTimeoutError extends APIError {
  override name = 'GatewayTimeoutError';
}

const BY_STATUS: Readonly<Record<number, typeof APIError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  410: GoneError,
  413: PayloadTooLargeError,
  422: UnprocessableEntityError,
  429: RateLimitError,
  502: ProviderError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
};

/**
 * The error of an answer, in the class of its status.
 *
 * @param answer what was answered
 */
export function toAPIError(answer: ErrorAnswer): APIError {
  const Class = BY_STATUS[answer.status] ?? (answer.status >= 500 ? InternalServerError : APIError);
  return new Class(answer);
}

/** Facts about a call that got no answer. */
export interface UnansweredCall {
  /** `rr_…`, when it is known that the request was accepted. */
  readonly requestId?: string | null;
  /** The key that the call was made with: the same call with it joins the request. */
  readonly idempotencyKey?: string | null;
  readonly cause?: unknown;
}

/** No usable answer: the connection broke or could not be made, or what came was not ReqRun's. */
export class APIConnectionError extends ReqRunError {
  override name = 'APIConnectionError';
  /** `rr_…`, when it is known that the request was accepted. It runs on. */
  readonly requestId: string | null;
  /** The key that the call was made with: the same call with it joins the request. */
  readonly idempotencyKey: string | null;

  /**
   * @param message what happened
   * @param call what is known of it
   */
  constructor(message: string, call: UnansweredCall = {}) {
    super(message, call.cause === undefined ? undefined : { cause: call.cause });
    this.requestId = call.requestId ?? null;
    this.idempotencyKey = call.idempotencyKey ?? null;
  }
}

/** The call took longer than its `timeout`. What was accepted runs on. */
export class APITimeoutError extends APIConnectionError {
  override name = 'APITimeoutError';
}

/** The call's `signal` was aborted. What was accepted runs on; `requests.cancel()` ends it. */
export class APIAbortError extends APIConnectionError {
  override name = 'AbortError';
}

/** Facts about a stream that ended with an error. */
export interface EndedStream {
  readonly code: string | null;
  readonly type: string | null;
  readonly requestId: string | null;
  readonly lastEventId: string | null;
  readonly cause?: unknown;
}

/**
 * ReqRun ended a stream that had begun with an error: what was shown is not the whole answer.
 *
 * The request may go on, with a new answer from its beginning: the message says so, and `requests.stream()` shows it.
 */
export class StreamError extends ReqRunError {
  override name = 'StreamError';
  /** Stable code to build on, such as `stream_truncated`, `worker_lost` or `stream_superseded`. */
  readonly code: string | null;
  /** OpenAI's error type. */
  readonly type: string | null;
  /** `rr_…` */
  readonly requestId: string | null;
  /** The id of the last frame that was shown, such as `1-57`. */
  readonly lastEventId: string | null;

  /**
   * @param message what happened, and whether the request goes on
   * @param stream what is known of it
   */
  constructor(message: string, stream: EndedStream) {
    super(message, stream.cause === undefined ? undefined : { cause: stream.cause });
    this.code = stream.code;
    this.type = stream.type;
    this.requestId = stream.requestId;
    this.lastEventId = stream.lastEventId;
  }
}

/** Words of ours about an answer. */
function describe(
  status: number,
  message: string | null,
  code: string | null,
  headers: HeadersLike,
): string {
  // This header stands on what became of an accepted request. There, a 4xx passes on the provider's
  // own body, except where it is one of these two.
  const isProviders =
    headers.get('x-reqrun-attempts') !== null &&
    status < 500 &&
    code !== 'canceled' &&
    code !== 'result_expired';
  if (isProviders) {
    const safeCode = code !== null && /^[\w.-]{1,64}$/.test(code) ? `: ${code}` : '';
    return `${status} The provider refused the request${safeCode}`;
  }
  return `${status} ${message ?? 'The answer has no error body; is baseURL right?'}`;
}

/**
 * The error in a body of OpenAI's shape; null for each member that is no text.
 *
 * @param body JSON
 */
export function errorOf(
  body: unknown,
): Record<'message' | 'code' | 'type' | 'param', string | null> {
  const error = ((body as { error?: unknown } | null)?.error ?? {}) as Record<string, unknown>;
  const text = (name: string): string | null => {
    const value = error[name];
    return typeof value === 'string' ? value : null;
  };
  return { message: text('message'), code: text('code'), type: text('type'), param: text('param') };
}

/**
 * How long the answer asks to wait, in seconds: `retry-after-ms`, else `retry-after`, which is a
 * number of seconds or an HTTP date.
 *
 * @param headers the answer's
 */
export function retryAfterSeconds(headers: HeadersLike): number | null {
  const ms = numberOf(headers.get('retry-after-ms'));
  if (ms !== null) {
    return ms / 1000;
  }
  const header = headers.get('retry-after');
  const seconds = numberOf(header);
  if (seconds !== null || header === null) {
    return seconds;
  }
  // Of senseless numbers, such as -1, Date.parse would make a date.
  const date = /^[a-z]{3,9}, /i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}

/**
 * A header as a number.
 *
 * @param header its value
 * @returns null when it is none, or negative
 */
export function numberOf(header: string | null): number | null {
  return header !== null && /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : null;
}
