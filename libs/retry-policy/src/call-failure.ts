/** The provider answered with an error status. */
export interface HttpFailure {
  readonly kind: 'http';
  /** The status of the answer, or the one that the error in its body states. */
  readonly status: number;
  /** The machine words of the error in the provider's body, most telling first: code, type, … */
  readonly codes: readonly string[];
  /** Verdict of {@link messageVerdict} about `error.message`, which itself is not kept. */
  readonly messageSays: MessageVerdict | null;
  /** The wait that the body asks for, such as Google's `35s`; `null` when there is none. */
  readonly retryDelay: string | null;
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
  | {
      readonly kind: 'invalid_response';
      /** Whether it was a stream that is longer than any that is read: the same call would end so again. */
      readonly isTooLong?: boolean | undefined;
    }
  | HttpFailure;

/** A failure that only its message tells apart from one that a wait mends. */
export type MessageVerdict = 'quota_exhausted' | 'request_too_large';

/**
 * Beginnings of messages, since one that quotes the prompt does not begin so.
 *
 * OpenAI's "Request too large for gpt-4o … on tokens per min (TPM): Limit 30000, Requested 30601."
 * comes with the code `rate_limit_exceeded`, like any other rate limit, but asks for more than the
 * limit ever grants. Anthropic's spent limits and credits come as a 400 `invalid_request_error`, like
 * any other bad request (https://docs.anthropic.com/en/api/errors).
 */
const VERDICTS: readonly (readonly [RegExp, MessageVerdict])[] = [
  [/^\s*request too large\b/i, 'request_too_large'],
  [/^\s*you have reached your specified (?:\w+ )?api usage limits\b/i, 'quota_exhausted'],
  [/^\s*your credit balance is too low\b/i, 'quota_exhausted'],
];

/**
 * Reads from the message of an error what neither its code nor its status says.
 *
 * @param message `error.message` of the provider's body; looked at, never kept
 */
export function messageVerdict(message: string): MessageVerdict | null {
  return VERDICTS.find(([beginning]) => beginning.test(message))?.[1] ?? null;
}
