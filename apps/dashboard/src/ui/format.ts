const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Units of time, from the largest to the smallest. */
const UNITS = [
  ['y', 365 * DAY],
  ['mo', 30 * DAY],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
] as const;

const exact = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const number = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/**
 * Returns the time since or until a date: `2m ago`, `in 5h`.
 *
 * @param at the date as ISO 8601
 * @param now current time, in ms since 1970
 */
export function relativeTime(at: string, now: number): string {
  const distance = Date.parse(at) - now;
  const length = Math.abs(distance);
  const unit = UNITS.find(([, size]) => length >= size);
  if (unit === undefined) {
    return 'just now';
  }
  const words = `${Math.floor(length / unit[1])}${unit[0]}`;
  return distance < 0 ? `${words} ago` : `in ${words}`;
}

/**
 * Returns date and time to the second, in the user's time zone.
 *
 * @param at the date as ISO 8601
 */
export function exactTime(at: string): string {
  return exact.format(new Date(at));
}

/**
 * Returns the time of day to the second, in the user's time zone.
 *
 * @param at ms since 1970
 */
export const clockTime = (at: number): string => clock.format(at);

/**
 * Returns a duration in at most two units: `420 ms`, `2.1 s`, `3 min 20 s`, `2 d 4 h`.
 *
 * @param ms duration in ms
 */
export function duration(ms: number): string {
  if (ms < SECOND) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < MINUTE - SECOND / 2) {
    const seconds = ms / SECOND;
    return `${seconds < 10 ? trimmed(seconds, 1) : Math.round(seconds)} s`;
  }
  if (ms < HOUR) {
    return two(ms, MINUTE, 'min', SECOND, 's');
  }
  return ms < DAY ? two(ms, HOUR, 'h', MINUTE, 'min') : two(ms, DAY, 'd', HOUR, 'h');
}

function two(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const total = Math.round(ms / small);
  const perBig = big / small;
  const rest = total % perBig;
  return `${Math.floor(total / perBig)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

const trimmed = (value: number, digits: number): string =>
  String(Number.parseFloat(value.toFixed(digits)));

/**
 * Returns a number with separators: `12,345`.
 *
 * @param value the number
 */
export function count(value: number): string {
  return number.format(value);
}

/**
 * Returns a number for a narrow place: `12.3K`.
 *
 * @param value the number
 */
export function shortCount(value: number): string {
  return value < 10_000 ? number.format(value) : compact.format(value);
}

/**
 * Returns a share as a percentage: `99.95%`. A share below 1 is never shown as 100 %.
 *
 * @param ratio share from 0 to 1
 */
export function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = value > 99 && value < 100 ? 2 : 1;
  const shown = ratio < 1 ? Math.min(Number(value.toFixed(digits)), 99.99) : 100;
  return `${trimmed(shown, digits)}%`;
}

/**
 * Returns a size: `3.2 kB`.
 *
 * @param bytes size in bytes
 */
export function bytes(bytes: number): string {
  if (bytes < 1_000) {
    return `${bytes} B`;
  }
  return bytes < 1_000_000 ? `${trimmed(bytes / 1_000, 1)} kB` : `${trimmed(bytes / 1e6, 1)} MB`;
}

/**
 * Returns a number with its noun in singular or plural.
 *
 * @param value the number
 * @param one singular of the noun
 * @param many plural of the noun; by default with an s
 */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
