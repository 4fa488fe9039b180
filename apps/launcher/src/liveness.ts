import { setTimeout as delay } from 'node:timers/promises';

/** Probes in a row that must fail before a process counts as hung: one slow answer is no hang. */
const FAILURES = 6;

/** Process that is watched, and the way of it. */
export interface LivenessOptions {
  /** Address at which it answers as long as it is alive; undefined while that is not known. */
  readonly url: () => string | undefined;
  /** Time for which it may give no answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Watches whether a process answers HTTP. Any status counts as an answer: a hung event loop gives none.
 * Failures in a row are counted instead of time, so that a machine that was asleep kills nothing.
 *
 * @param options which process, and how long it may be silent
 * @returns true when it has not answered for `timeoutMs`; false when the watch was ended
 */
export async function hasHung({ url, timeoutMs, signal }: LivenessOptions): Promise<boolean> {
  const everyMs = Math.max(timeoutMs / FAILURES, 1);
  let failures = 0;
  while (failures < FAILURES) {
    const pause = delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    const answered = await answers(url(), Math.ceil(everyMs), signal);
    await pause;
    if (signal.aborted) {
      return false;
    }
    failures = answered ? 0 : failures + 1;
  }
  return true;
}

async function answers(
  url: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (url === undefined) {
    return false;
  }
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      redirect: 'manual',
    });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
