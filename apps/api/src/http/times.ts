import { Transform } from 'class-transformer';

/** A date, with a time of day or without; groups: the date, the time, its zone. */
const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:?\d{2})?)?$/;
const UNIX_SECONDS = /^\d{1,12}$/;
/** First accepted time, in Unix ms. PostgreSQL has no year 0, and a year in ISO 8601 has four digits. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const NO_TIME = new Date(Number.NaN);

/**
 * Reads a time in ISO 8601; UTC unless it has a zone.
 *
 * @param value the value, as received
 * @returns an invalid date for any other value, such as a day that its month does not have or a year before 1
 */
export function readIsoTime(value: unknown): Date {
  const match = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  const [, day = '', time = '00:00', zone = 'Z'] = match ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript reads the 30th of February as the 2nd of March.
  return Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day
    ? NO_TIME
    : inRange(Date.parse(`${day}T${time}${zone.toUpperCase().replace(/^(...)(?=\d)/, '$1:')}`));
}

/**
 * Reads a time in ISO 8601 or whole Unix seconds.
 *
 * @param value the value, as received
 * @returns an invalid date for any other value
 */
export function readTime(value: unknown): Date {
  return typeof value === 'string' && UNIX_SECONDS.test(value)
    ? inRange(Number(value) * 1000)
    : readIsoTime(value);
}

const inRange = (ms: number): Date => (ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms) : NO_TIME);

/** Reads ISO 8601 or Unix seconds. Any other value becomes an invalid date, which the rule refuses. */
export const ToDate = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => readTime(value));

/** Message for a value that is not a time. */
export const isTime = { message: '$property must be an ISO 8601 time or Unix seconds' };
