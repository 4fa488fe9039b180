/** An answer of the API that is no success, in the one shape that its errors have. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status the HTTP status; 0 when there was no answer
   * @param code the API's safe code
   * @param message the API's own words
   * @param param the field that is wrong, if one is
   * @param requestId what the API logs it under
   * @param retryAfter when to try again, in seconds
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

  /** There was no answer at all. */
  static unreachable(): ApiError {
    return new ApiError(0, 'network_error', 'The dashboard can not be reached. Is it running?');
  }

  /**
   * Reads an error answer.
   *
   * @param response the answer
   * @param body its JSON body, whatever it is
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
 * An error in words for a person.
 *
 * @param error whatever was thrown
 */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong in the dashboard.';
}
