import { type ErrorBody, type ErrorCode, ERRORS } from '@reqrun/contracts';

/** What an answer with an error may say beyond its code. */
export interface ApiErrorDetails {
  /** The field that is wrong, by its path in the body or the query, or the header's name. */
  param?: string;
  /** Said instead of the code's own words. Never a value that the caller sent. */
  message?: string;
  headers?: Readonly<Record<string, string>>;
}

/** An answer that is an error. Everything that a caller gets to see of a failure is one of these. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;

  /**
   * @param code which of our codes
   * @param details the field, better words, headers
   */
  constructor(
    readonly code: ErrorCode,
    details: ApiErrorDetails = {},
  ) {
    const definition = ERRORS[code];
    // It says to a caller what the caller did, and is never logged: under overload, a stack that nobody
    // reads would be a twentieth of what the API does.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(details.message ?? definition.message);
    Error.stackTraceLimit = stackTraceLimit;
    this.status = definition.status;
    this.headers = details.headers ?? {};
    this.body = {
      error: {
        message: this.message,
        type: definition.type,
        param: details.param ?? null,
        code,
      },
    };
  }
}

/**
 * A call that was not accepted, or not for certain, though nothing is wrong with it.
 *
 * @param code why
 * @param retryAfterSeconds when to try again; at most 60, for stock clients take no more
 */
export function notAccepted(
  code:
    | 'overloaded'
    | 'database_unavailable'
    | 'storage_full'
    | 'acceptance_unknown'
    | 'shutting_down'
    | 'too_many_waiting'
    | 'too_many_failed_keys'
    | 'too_many_attempts'
    | 'too_many_provider_tests',
  retryAfterSeconds: number,
): ApiError {
  const seconds = Math.min(60, Math.max(1, Math.ceil(retryAfterSeconds)));
  return new ApiError(code, {
    headers: { 'retry-after': String(seconds), 'x-should-retry': 'true' },
  });
}
