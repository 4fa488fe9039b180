import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take to come true before the test fails. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 20;

/**
 * Waits for what another process or server does in its own time and tells nobody. Where there is a
 * signal, a test waits for that instead.
 *
 * @param what named in the error
 * @param holds looked at until it is true
 * @throws Error when it does not come true
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`it did not come true: ${what}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
