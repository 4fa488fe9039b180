import { CallShares } from './call-shares.js';

describe('the share of calls', () => {
  it('is three quarters for one project, so that a flood leaves room for others', () => {
    const shares = new CallShares(1_000);
    for (let n = 0; n < 750; n += 1) {
      expect(shares.isFull('noisy')).toBe(false);
      shares.enter('noisy');
    }
    expect(shares.isFull('noisy')).toBe(true);
    expect(shares.isFull('quiet')).toBe(false);
    shares.leave('noisy');
    expect(shares.isFull('noisy')).toBe(false);
  });

  it('is one call at least', () => {
    const shares = new CallShares(1);
    expect(shares.isFull('a')).toBe(false);
    shares.enter('a');
    expect(shares.isFull('a')).toBe(true);
    expect(shares.isFull('b')).toBe(false);
  });
});
