import { InvalidArgumentError } from 'commander';

import { parseDuration, parseTime, parseTimeout } from './duration.js';

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['1.5s', 1_500],
    ['500ms', 500],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0', 0],
  ])('%s is understood', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'soon', '-1', '5 m', '5y', '1e3', 'm'])('"%s" is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });

  it('of nothing is not waited for', () => {
    expect(() => parseTimeout('0s')).toThrow(InvalidArgumentError);
    expect(parseTimeout('1ms')).toBe(1);
  });
});

describe('a time', () => {
  const now = Date.UTC(2026, 10, 21, 6);

  it.each([
    ['2h', -1, '2026-11-21T04:00:00.000Z'],
    ['90d', 1, '2027-02-19T06:00:00.000Z'],
    ['1795231186', -1, '2026-11-21T03:19:46.000Z'],
    ['2026-11-20T10:00:00+02:00', -1, '2026-11-20T08:00:00.000Z'],
  ] as const)('%s is understood', (text, direction, time) => {
    expect(parseTime(text, direction, now)).toBe(time);
  });

  it.each(['', 'yesterday', '2026-13-01T00:00:00Z'])('"%s" is refused', (text) => {
    expect(() => parseTime(text, -1, now)).toThrow(InvalidArgumentError);
  });
});
