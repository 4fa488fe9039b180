/** Longest wait for an answer, in ms: a longer one would outlive an HTTP client's own timeout. */
export const MAX_WAIT_MS = 240_000;
