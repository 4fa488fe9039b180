import { readArguments, UsageError } from './arguments.js';

const KNOWN = ['sync', 'async', 'rows'];
const USUAL = ['sync', 'async'];
const read = (...argv: string[]) => readArguments(argv, KNOWN, USUAL);

describe('readArguments', () => {
  it('runs the usual suites when none is named', () => {
    expect(read()).toEqual({ suites: USUAL, quick: false, redis: false, out: 'bench/results' });
  });

  it('takes suites and options in any order, each suite once', () => {
    expect(read('rows', '--quick', 'sync', '--redis', 'rows', '--out', 'x')).toEqual({
      suites: ['rows', 'sync'],
      quick: true,
      redis: true,
      out: 'x',
    });
  });

  it('takes the folder of another checkout', () => {
    expect(read('sync', '--baseline', '../before')).toMatchObject({ baseline: '../before' });
  });

  it('names an unknown suite and lists those there are', () => {
    expect(() => read('snyc')).toThrow(UsageError);
    expect(() => read('snyc')).toThrow(/"snyc".*sync, async, rows/);
  });

  it('names an unknown option', () => {
    expect(() => read('--fast')).toThrow(UsageError);
    expect(() => read('--fast')).toThrow(/--fast/);
  });
});
