import { jitterAbove, jitterAround } from './backoff.js';
import { parseCount } from './durations.js';
import { readHeaderWait } from './header-wait.js';

/** The first wait between two looks at a running response, in milliseconds. */
const FIRST_MS = 500;

/** The longest wait of our own between two looks, in milliseconds. */
const LONGEST_MS = 5_000;

/** The longest wait that a provider is granted, in milliseconds: a mistaken header hides no result for long. */
const LONGEST_ASKED_MS = 60_000;

/** Facts about the look before. */
export interface PollFacts {
  /** Looks so far, 0 before the first. */
  readonly polls: number;
  /** Status and headers of the last answer; null where none came. */
  readonly answer: {
    readonly httpStatus: number;
    readonly headers: Readonly<Record<string, string>>;
  } | null;
  /** The wall clock, in milliseconds since 1970. */
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * The wait before the next look at a running response: as `openai-poll-after-ms` asks for, else as `retry-after` and
 * its like ask for, else 0.5, 1, 2, 4, 5, 5 … s.
 *
 * @returns whole milliseconds, with jitter
 */
export function pollDelayMs({ polls, answer, nowMs, random }: PollFacts): number {
  const asked = answer === null ? undefined : askedMs(answer, nowMs);
  if (asked !== undefined) {
    return Math.min(LONGEST_ASKED_MS, jitterAbove(asked, random));
  }
  return jitterAround(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(polls, 10)), random);
}

function askedMs(
  { httpStatus, headers }: NonNullable<PollFacts['answer']>,
  nowMs: number,
): number | undefined {
  const pollAfter = parseCount(headers['openai-poll-after-ms'] ?? '', 1);
  if (pollAfter !== undefined && pollAfter > 0) {
    return pollAfter;
  }
  const words = { codes: [], messageSays: null, retryDelay: null };
  return readHeaderWait({ kind: 'http', status: httpStatus, headers, ...words }, nowMs)?.ms;
}
