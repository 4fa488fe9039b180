import type { CallFailure, HttpFailure } from './call-failure.js';
import { parseCount, parseDecimal, parseDuration } from './durations.js';
import { parseHttpDate } from './http-date.js';

/** The header that a wait was read from; `retry-info` is Google's detail in the body. */
export type HeaderSource = 'retry-after-ms' | 'retry-after' | 'retry-info' | 'x-ratelimit-reset';

/** A wait that the provider asked for. */
export interface HeaderWait {
  /** Whole milliseconds from now, before jitter. */
  readonly ms: number;
  readonly source: HeaderSource;
}

const LIMITS = ['requests', 'tokens'] as const;

/**
 * The wait that the provider's answer asks for: `retry-after-ms`, else `retry-after`, else
 * the body's RetryInfo, else `x-ratelimit-reset-*`. A value that is no wait (text, zero or less, a date
 * that has passed, beyond what a number holds) counts as absent, and the next one is asked: a zero
 * comes from servers that round down, and would spend all attempts within a blink.
 *
 * @param nowMs the wall clock, in milliseconds since 1970, against which an HTTP date is read
 * @returns `undefined` when no header names a wait
 */
export function readHeaderWait(failure: CallFailure, nowMs: number): HeaderWait | undefined {
  if (failure.kind !== 'http') {
    return undefined;
  }
  const readers: readonly [HeaderSource, () => number | undefined][] = [
    ['retry-after-ms', () => retryAfterMs(failure)],
    ['retry-after', () => retryAfter(failure, nowMs)],
    ['retry-info', () => parseDuration(failure.retryDelay ?? '')],
    ['x-ratelimit-reset', () => rateLimitReset(failure)],
  ];
  for (const [source, read] of readers) {
    const ms = read();
    if (ms !== undefined && ms > 0) {
      return { ms, source };
    }
  }
  return undefined;
}

function retryAfterMs({ headers }: HttpFailure): number | undefined {
  return parseCount(headers['retry-after-ms'] ?? '', 1);
}

/** RFC 9110, section 10.2.3: seconds or an HTTP date. */
function retryAfter({ headers }: HttpFailure, nowMs: number): number | undefined {
  const value = headers['retry-after'] ?? '';
  const seconds = parseCount(value, 1_000);
  if (seconds !== undefined) {
    return seconds;
  }
  const date = parseHttpDate(value, nowMs);
  // A date that has passed is more often a clock that is wrong than a call to hurry.
  return date !== undefined && date >= nowMs ? Math.ceil(date - nowMs) : undefined;
}

/**
 * How long until the limits that are used up are fresh again. The headers come with every answer and
 * tell of every limit, so they count only on a 429, and only where nothing remains; where nothing
 * remains of both, the later one. A reset of 0 beside a remaining of 0 says nothing.
 */
function rateLimitReset({ status, headers }: HttpFailure): number | undefined {
  if (status !== 429) {
    return undefined;
  }
  const longest = LIMITS.filter(
    (limit) => parseDecimal(headers[`x-ratelimit-remaining-${limit}`] ?? '') === 0,
  ).reduce(
    (most, limit) =>
      Math.max(most, parseDuration(headers[`x-ratelimit-reset-${limit}`] ?? '') ?? 0),
    0,
  );
  return longest > 0 ? longest : undefined;
}
