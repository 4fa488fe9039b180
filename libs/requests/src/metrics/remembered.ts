/** Times for which an answer is cached. */
export interface RememberedOptions {
  /** Shortest cache time, in ms. */
  everyMs: number;
  /** Cache time as a multiple of the time that the answer took. Default: 0. */
  timesItsCost?: number;
  /** Monotonic clock, in ms. */
  now?: () => number;
}

/**
 * Caches the answer of a costly function. Calls during its run share its answer, and calls soon after get
 * the last one. A failure is cached as long as an answer, so that a failing function is not called all the
 * time.
 *
 * @param ask the function
 * @param options the cache times
 * @returns the cached function; it resolves with null where the last call failed
 */
export function remembered<T>(
  ask: () => Promise<T>,
  { everyMs, timesItsCost = 0, now = () => performance.now() }: RememberedOptions,
): () => Promise<T | null> {
  let answer: Promise<T | null> | null = null;
  let standsUntil = Infinity;
  return () => {
    if (answer === null || now() >= standsUntil) {
      const began = now();
      standsUntil = Infinity;
      answer = ask()
        .catch(() => null)
        .finally(() => {
          standsUntil = now() + Math.max(everyMs, timesItsCost * (now() - began));
        });
    }
    return answer;
  };
}
