const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** One of RFC 9110's three ways to write a time. The year is 2 or 4 digits. */
const FORMS: readonly RegExp[] = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) GMT$/,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  /^[A-Z][a-z]{5,8}, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) GMT$/,
  // asctime: Sun Nov  6 08:49:37 1994
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2}) (?<year>\d{4})$/,
];

const CENTURY = 100;
const HALF_CENTURY = 50;

/**
 * An HTTP date in any of the three forms of RFC 9110, section 5.6.7. `Date.parse` is not used: it
 * reads the asctime form in the machine's own time zone, and takes much that is no HTTP date. The
 * name of the weekday is not compared with the date, it adds nothing to it.
 *
 * @param text the header's value
 * @param nowMs the time now, in milliseconds since 1970; a two-digit year is resolved against it
 * @returns milliseconds since 1970, `undefined` when it is no HTTP date
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const form of FORMS) {
    const fields = form.exec(text.trim())?.groups;
    if (fields !== undefined) {
      return toTime(fields, nowMs);
    }
  }
  return undefined;
}

function toTime(
  fields: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): number | undefined {
  const field = (name: string): number => Number(fields[name]);
  const month = MONTHS.findIndex((name) => name === fields['month']);
  const [day, hour, minute, second] = [
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  ];
  const year = fields['year']?.length === 2 ? fullYear(field('year'), nowMs) : field('year');
  // 60 is a leap second, which the format allows; it becomes the next minute's first.
  if (month < 0 || hour > 23 || minute > 59 || second > 60) {
    return undefined;
  }
  // setUTCFullYear, because Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  if (date.getUTCDate() !== day) {
    return undefined;
  }
  return date.setUTCHours(hour, minute, second);
}

/**
 * RFC 9110: a two-digit year that appears to be more than 50 years in the future is the most recent
 * year in the past with the same last two digits.
 */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % CENTURY) + twoDigits;
  return year > thisYear + HALF_CENTURY ? year - CENTURY : year;
}
