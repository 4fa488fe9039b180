import { bytes, duration, percent, plural, relativeTime } from './format';

describe('a length of time in words', () => {
  it.each([
    [0, '0 ms'],
    [420.4, '420 ms'],
    [2_000, '2 s'],
    [2_149, '2.1 s'],
    [59_600, '1 min'],
    [75_000, '1 min 15 s'],
    [3_600_000, '1 h'],
    [3_599_900, '60 min'],
    [90_061_000, '1 d 1 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

describe('a share in words', () => {
  it.each([
    [1, '100%'],
    [0.99999, '99.99%'],
    [0.9995, '99.95%'],
    [0.953, '95.3%'],
    [0, '0%'],
  ])('%d is %s', (ratio, words) => {
    expect(percent(ratio)).toBe(words);
  });
});

describe('a moment in words', () => {
  const now = Date.parse('2026-05-01T12:00:00Z');
  it.each([
    ['2026-05-01T12:00:00Z', 'just now'],
    ['2026-05-01T11:58:00Z', '2m ago'],
    ['2026-05-01T17:00:00Z', 'in 5h'],
    ['2026-05-01T12:00:59.9Z', 'in 59s'],
    ['2026-04-28T12:00:00Z', '3d ago'],
  ])('%s is %s', (at, words) => {
    expect(relativeTime(at, now)).toBe(words);
  });
});

it('says one of something and several', () => {
  expect(plural(1, 'request')).toBe('1 request');
  expect(plural(1_200, 'request')).toBe('1,200 requests');
  expect(plural(2, 'retry', 'retries')).toBe('2 retries');
});

it('says sizes in the next fitting unit', () => {
  expect([bytes(999), bytes(3_200), bytes(2_500_000)]).toEqual(['999 B', '3.2 kB', '2.5 MB']);
});
