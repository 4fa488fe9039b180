/** Longer values are noise; the limit also bounds the work that a hostile header can cause. */
const MAX_LENGTH = 64;

const DECIMAL = /^\d+(?:\.\d+)?$/;

// Go's duration format, as OpenAI and Groq send it (`6m0s`, `1m30.951s`, `120ms`), and days.
const DURATION =
  /^(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** Milliseconds per unit, in the order of the groups of {@link DURATION}. */
const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000, 1] as const;

/** 1.1 s is 1100.0000000000002 ms in binary: a millionth of a millisecond is no part of a wait. */
const BINARY_DUST_MS = 1e-6;

/**
 * A wait as whole milliseconds, rounded up because a header's wait is never shortened; `undefined`
 * when it is more than a number holds exactly, which no provider means.
 */
function wholeMs(ms: number): number | undefined {
  const whole = Math.max(0, Math.ceil(ms - BINARY_DUST_MS));
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/**
 * A decimal number without sign or exponent, with blanks around it.
 *
 * @returns the number, `undefined` for anything else
 */
export function parseDecimal(text: string): number | undefined {
  if (text.length > MAX_LENGTH) {
    return undefined;
  }
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : undefined;
}

/**
 * A number of `unitMs` each, such as `retry-after: 20` (RFC 9110, section 10.2.3, delay-seconds; a
 * fraction is not in the RFC, but providers send it).
 *
 * @returns whole milliseconds, rounded up; `undefined` for anything else
 */
export function parseCount(text: string, unitMs: number): number | undefined {
  const count = parseDecimal(text);
  return count === undefined ? undefined : wholeMs(count * unitMs);
}

/**
 * The value of `x-ratelimit-reset-*`: a duration such as `6m0s`, `1.5s`, `120ms` or `1h2m3s` (OpenAI's
 * rate limit guide), or plain seconds, as other providers send them.
 *
 * @returns whole milliseconds, rounded up; `undefined` for anything else
 */
export function parseDuration(text: string): number | undefined {
  const seconds = parseCount(text, 1_000);
  if (seconds !== undefined || text.length > MAX_LENGTH) {
    return seconds;
  }
  const trimmed = text.trim().toLowerCase();
  const groups = trimmed === '' ? undefined : DURATION.exec(trimmed)?.slice(1);
  if (groups === undefined) {
    return undefined;
  }
  return wholeMs(
    UNITS_MS.reduce((total, unitMs, index) => total + Number(groups[index] ?? 0) * unitMs, 0),
  );
}
