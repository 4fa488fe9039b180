/** How long something may take to come true, in milliseconds. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** Characters of the last answer in an error message. */
const SHOWN = 1000;

/**
 * Asks until an answer fits: for what is seen only by asking, such as a record's status. What a
 * process logs is waited for by `ManagedProcess.logged`.
 *
 * @param ask gets the present state
 * @param fits whether it is the one that is waited for
 * @throws Error with the last answer when it never fits
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
