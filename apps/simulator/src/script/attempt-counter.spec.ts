import { AttemptCounter, readAttemptKey } from './attempt-counter.js';

describe('readAttemptKey', () => {
  it.each([
    ['rr_01ABCxyz-3', { requestId: 'rr_01ABCxyz', number: 3 }],
    ['"rr_1-12"', { requestId: 'rr_1', number: 12 }],
  ])('reads %s', (header, key) => {
    expect(readAttemptKey(header)).toEqual(key);
  });

  it.each([undefined, '', 'order-17', 'rr_1', 'rr_-1', 'rr_1-x', 'xrr_1-2', 'rr_1-2-3'])(
    'does not take %s for a key of ours',
    (header) => {
      expect(readAttemptKey(header)).toBeUndefined();
    },
  );
});

describe('AttemptCounter', () => {
  const key = (requestId: string, number: number) => ({ requestId, number });

  it('goes one step further with each call of a request', () => {
    const counter = new AttemptCounter();
    expect([1, 2, 3].map((n) => counter.next(key('rr_a', n), undefined))).toEqual([0, 1, 2]);
  });

  it('goes on although an attempt repeats the key of a lost one', () => {
    const counter = new AttemptCounter();
    expect([1, 1, 2].map((n) => counter.next(key('rr_a', n), undefined))).toEqual([0, 1, 2]);
  });

  it('finds its place by the number alone after a restart', () => {
    expect(new AttemptCounter().next(key('rr_a', 4), undefined)).toBe(3);
  });

  it('counts each request by itself', () => {
    const counter = new AttemptCounter();
    counter.next(key('rr_a', 1), undefined);
    expect(counter.next(key('rr_b', 1), undefined)).toBe(0);
  });

  it('forgets the request that called longest ago, not the one that came first', () => {
    const counter = new AttemptCounter(2);
    counter.next(key('rr_a', 1), undefined);
    counter.next(key('rr_b', 1), undefined);
    counter.next(key('rr_a', 1), undefined);
    counter.next(key('rr_c', 1), undefined);
    expect(counter.next(key('rr_a', 1), undefined)).toBe(2);
    expect(counter.next(key('rr_b', 1), undefined)).toBe(0);
  });

  it.each([
    ['0', 0],
    ['2', 2],
    [undefined, 0],
    ['many', 0],
  ])('without a key of ours follows the retry count of the OpenAI SDKs: %s', (count, index) => {
    expect(new AttemptCounter().next(undefined, count)).toBe(index);
  });
});
