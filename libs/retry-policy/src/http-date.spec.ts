import fc from 'fast-check';

import { parseHttpDate } from './http-date.js';

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0);

describe('parseHttpDate', () => {
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
  ])("reads RFC 9110's example in the %s form", (_, text) => {
    expect(parseHttpDate(text, NOW)).toBe(784_111_777_000);
  });

  it('reads the asctime form with a day of two digits, as UTC', () => {
    expect(parseHttpDate('Wed Nov 16 08:49:37 1994', NOW)).toBe(Date.UTC(1994, 10, 16, 8, 49, 37));
  });

  it.each([
    ['26', 2026],
    ['27', 2027],
    ['76', 2076],
    ['77', 1977],
    ['99', 1999],
    ['00', 2000],
  ])('takes the two-digit year %s for %i in 2026', (digits, year) => {
    expect(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, NOW)).toBe(
      Date.UTC(year, 10, 6, 8, 49, 37),
    );
  });

  it('takes a leap second for the next second, and knows leap days', () => {
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(Date.UTC(2017, 0, 1));
    expect(parseHttpDate('Tue, 29 Feb 2028 00:00:00 GMT', NOW)).toBe(Date.UTC(2028, 1, 29));
  });

  it.each([
    '',
    'soon',
    '2026-03-01T12:00:00Z',
    'March 1, 2026',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Now 1994 08:49:37 GMT',
    'Sun, 31 Feb 2027 08:49:37 GMT',
    'Mon, 29 Feb 2027 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun Nov  0 08:49:37 1994',
  ])('%j is no HTTP date', (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it('reads back every time that a server can write', () => {
    const times = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1_000 });
    fc.assert(
      fc.property(times, (seconds) => {
        const written = new Date(seconds * 1_000).toUTCString();
        expect(parseHttpDate(written, NOW)).toBe(seconds * 1_000);
      }),
    );
  });
});
