import {
  APIAbortError,
  APIConnectionError,
  APIError,
  APITimeoutError,
  retryAfterSeconds,
} from '../errors.js';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
/** Statuses of something in between, which says nothing of `x-should-retry`. */
const RETRYABLE_STATUSES: readonly number[] = [408, 429, 502, 503, 504];

/**
 * Whether an HTTP call may be made again by itself.
 *
 * `x-should-retry` decides where it is given: ReqRun sends `true` with what it did not accept, and
 * `false` with what it accepted and has ended. Without it nothing is known of what became of the
 * call, so that only one that is harmless to repeat is repeated.
 *
 * @param error how it failed
 * @param repeatable whether it changes nothing to make it twice: it reads, or carries its key
 */
export function mayRetry(error: unknown, repeatable: boolean): boolean {
  if (error instanceof APIError) {
    const shouldRetry = error.headers.get('x-should-retry');
    return shouldRetry === 'true' || shouldRetry === 'false'
      ? shouldRetry === 'true'
      : repeatable && RETRYABLE_STATUSES.includes(error.status);
  }
  return (
    repeatable &&
    error instanceof APIConnectionError &&
    !(error instanceof APITimeoutError) &&
    !(error instanceof APIAbortError)
  );
}

/**
 * How long to wait before the next HTTP call, in ms: what the answer asks for, never less; else 0.5,
 * 1, 2, 4, 8 s, less up to a quarter, so that clients that failed together do not return together.
 *
 * @param error how the last one failed
 * @param retries how many there were before
 */
export function retryDelayMs(error: unknown, retries: number): number {
  const asked = error instanceof APIError ? retryAfterSeconds(error.headers) : null;
  return asked === null
    ? Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retries) * (1 - Math.random() / 4)
    : asked * 1000;
}
