/** Times for which an answer stands. */
export interface RememberedOptions {
  /** At least this long, in milliseconds. */
  everyMs: number;
  /** And so many times as long as it took to find: what is costly is asked for less often. Default: 0. */
  timesItsCost?: number;
  /** A monotonic clock in milliseconds. */
  now?: () => number;
}

/**
 * Shares what is costly to ask: whoever asks meanwhile waits for the same answer, whoever asks soon
 * after gets the last one. A failure stands as long as an answer, so that what can't be asked is not
 * asked all the time.
 *
 * @param ask the question
 * @param options how long its answer stands
 * @returns asks, or remembers; null where the last question failed
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
