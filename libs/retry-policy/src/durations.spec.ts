import fc from 'fast-check';

import { parseCount, parseDecimal, parseDuration } from './durations.js';

const NO_NUMBER = [
  '',
  ' ',
  '-1',
  '+1',
  '1e3',
  '0x10',
  '1.',
  '.5',
  '1,5',
  'NaN',
  'Infinity',
  '5, 5',
];

describe('parseDecimal', () => {
  it.each([
    ['0', 0],
    ['20', 20],
    ['0.25', 0.25],
    [' 7 ', 7],
  ])('%j is %d', (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  it.each([...NO_NUMBER, '1'.repeat(65)])('%j is no number', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});

describe('parseCount', () => {
  it('rounds up to whole milliseconds, so that no wait is shortened', () => {
    expect(parseCount('0.4', 1)).toBe(1);
    expect(parseCount('1.0001', 1_000)).toBe(1_001);
  });

  it('does not take the error of binary fractions for a part of the wait', () => {
    expect(parseCount('1.1', 1_000)).toBe(1_100);
    expect(parseCount('0.000000001', 1)).toBe(0);
  });

  it('takes what a number holds exactly and ignores what it does not', () => {
    expect(parseCount('9007199254740991', 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseCount('9007199254740993', 1)).toBeUndefined();
    expect(parseCount('9'.repeat(60), 1_000)).toBeUndefined();
  });
});

describe('parseDuration', () => {
  it.each([
    ['6m0s', 360_000],
    ['1.5s', 1_500],
    ['120ms', 120],
    ['1h2m3s', 3_723_000],
    ['1m30.951s', 90_951],
    ['2m59.56s', 179_560],
    ['8.64s', 8_640],
    ['1d', 86_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0s', 0],
    ['1S', 1_000],
    ['7', 7_000],
    ['0.5', 500],
    [' 9ms ', 9],
    ['0.2ms', 1],
  ])('%j is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    ...NO_NUMBER,
    's',
    'ms',
    '-6m0s',
    '6m-1s',
    '1s1m',
    '1s 1ms',
    '5 s',
    '1w',
    'soon',
    '1.s',
    `${'9'.repeat(60)}h`,
    `${'1'.repeat(80)}s`,
  ])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads back whatever Go would write', () => {
    const part = (max: number) => fc.nat({ max });
    fc.assert(
      fc.property(part(99), part(59), part(59), part(999), (h, m, s, ms) => {
        const text = `${h}h${m}m${s}.${String(ms).padStart(3, '0')}s`;
        expect(parseDuration(text)).toBe(((h * 60 + m) * 60 + s) * 1_000 + ms);
      }),
    );
  });

  it('makes nothing but whole milliseconds of 0 or more out of any text', () => {
    const alphabet = fc.stringMatching(/^[0-9.dhms -]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), alphabet), (text) => {
        const ms = parseDuration(text);
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});
