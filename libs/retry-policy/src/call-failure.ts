/** The provider answered with an error status. */
export interface HttpFailure {
  readonly kind: 'http';
  /** The status of the answer. */
  readonly status: number;
  /** `error.code` of the provider's body, `null` when there is none. */
  readonly errorCode: string | null;
  /** `error.type` of the provider's body, `null` when there is none. */
  readonly errorType: string | null;
  /** What {@link isRequestTooLargeMessage} said about `error.message`, which itself is not kept. */
  readonly requestTooLarge: boolean;
  /** The answer's headers; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Why a provider call brought no result. It holds no text of the provider but its codes and headers,
 * because a provider's message can echo the prompt.
 *
 * - `network`: refused, reset, DNS, TLS: no answer, or one that broke off.
 * - `timeout`: no headers or no body in time.
 * - `invalid_response`: a success status with a body that is not the result that was asked for, or a
 *   stream cut before every choice had its `finish_reason`.
 * - `http`: an error status.
 */
export type CallFailure =
  | { readonly kind: 'network' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'invalid_response' }
  | HttpFailure;

// Anchored: OpenAI's message begins with these words, and one that quotes the prompt does not.
const REQUEST_TOO_LARGE = /^\s*request too large\b/i;

/**
 * Whether the message of a 429 is OpenAI's "Request too large for gpt-4o … on tokens per min (TPM):
 * Limit 30000, Requested 30601." It comes with the code `rate_limit_exceeded` like any other rate
 * limit, but asks for more than the limit ever grants, so that only the message tells them apart.
 *
 * @param message `error.message` of the provider's body; looked at, never kept
 */
export function isRequestTooLargeMessage(message: string): boolean {
  return REQUEST_TOO_LARGE.test(message);
}
