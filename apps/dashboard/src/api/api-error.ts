/** An error answer of the API, in the common shape of its errors. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status HTTP status; 0 without an answer
   * @param code safe code of the API
   * @param message message of the API
   * @param param name of the invalid field, if there is one
   * @param requestId id of the call in the API's log
   * @param retryAfter wait before the next try, in seconds
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
    readonly requestId: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Returns the error of a call without an answer. */
  static unreachable(): ApiError {
    return new ApiError(0, 'network_error', 'The dashboard cannot be reached. Is it running?');
  }

  /**
   * Reads an error answer.
   *
   * @param response the answer
   * @param body its JSON body, of any shape
   */
  static from(response: Response, body: unknown): ApiError {
    const error = errorOf(body);
    const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
    return new ApiError(
      response.status,
      error?.code ?? `http_${response.status}`,
      error?.message ?? `The API answered with HTTP ${response.status}.`,
      error?.param ?? null,
      response.headers.get('x-request-id'),
      Number.isFinite(retryAfter) ? retryAfter : null,
    );
  }
}

interface ErrorFields {
  code?: string | null;
  message?: string;
  param?: string | null;
}

function errorOf(body: unknown): ErrorFields | null {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  return typeof error === 'object' && error !== null ? error : null;
}

/**
 * Returns the message of an error for the user.
 *
 * @param error the thrown value
 */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong in the dashboard.';
}
