import { type ErrorBody, type ErrorCode, ERRORS } from '@reqrun/contracts';

/** Details of an error in addition to its code. */
export interface ApiErrorDetails {
  /** Path of the invalid field in the body or the query, or the name of the header. */
  param?: string;
  /** Message instead of the code's own. It never has a value that the caller sent. */
  message?: string;
  headers?: Readonly<Record<string, string>>;
}

/** An error as an answer. Callers see every failure as one of these. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;

  /**
   * @param code the error code
   * @param details the field, another message, headers
   */
  constructor(
    readonly code: ErrorCode,
    details: ApiErrorDetails = {},
  ) {
    const definition = ERRORS[code];
    // The error is for the caller and never logged. Under overload, an unused stack trace would cost a
    // twentieth of the API's time.
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
 * Returns the error for a valid call that was not accepted, or whose acceptance is not certain.
 *
 * @param code the error code
 * @param retryAfterSeconds time until the next try, in seconds; at most 60, since common clients ignore more
 */
export function notAccepted(
  code:
    | 'overloaded'
    | 'database_unavailable'
    | 'storage_full'
    | 'acceptance_unknown'
    | 'shutting_down'
    | 'too_many_waiting'
    | 'too_many_open'
    | 'too_many_failed_keys'
    | 'too_many_attempts'
    | 'too_many_simulations'
    | 'too_many_provider_tests'
    | 'too_many_alert_tests',
  retryAfterSeconds: number,
): ApiError {
  const seconds = Math.min(60, Math.max(1, Math.ceil(retryAfterSeconds)));
  return new ApiError(code, {
    headers: { 'retry-after': String(seconds), 'x-should-retry': 'true' },
  });
}
