/** Longest time until a condition holds, in ms. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** Characters of the last answer in an error message. */
const SHOWN = 1000;

/**
 * Polls until a condition holds, for state that only polling shows, such as a record's status. For lines of
 * a log use `ManagedProcess.logged`.
 *
 * @param ask returns the current state
 * @param fits returns whether the condition holds
 * @throws Error with the last answer when the condition never holds
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) {
      return answer;
    }
    if (Date.now() > deadline) {
      const last = (JSON.stringify(answer) as string | undefined)?.slice(0, SHOWN) ?? 'undefined';
      throw new Error(`It never came true; the last answer was ${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
