import { describeAlert, durationOf } from './words.js';
import { judge } from './judge.js';

describe('the judgment on a rule', () => {
  const rate = { threshold: 0.1, minRequests: 20 };

  it.each([
    [0.1, 20, true],
    [0.099, 20, false],
    [1, 19, false],
    [null, 0, false],
  ])('of a rate of %p over %i requests: %p', (value, requests, holds) => {
    expect(judge(rate, { value, requests }).holds).toBe(holds);
  });

  it('of a kind without a threshold is whether there is anything', () => {
    const key = { threshold: null, minRequests: null };
    expect(judge(key, { value: 1 }).holds).toBe(true);
    expect(judge(key, { value: null }).holds).toBe(false);
  });

  it('of a threshold of nothing holds as soon as there is a value', () => {
    expect(judge({ threshold: 0, minRequests: null }, { value: 0 }).holds).toBe(true);
  });

  it('names twenty keys at most', () => {
    const subjects = Array.from({ length: 50 }, (_, n) => ({
      ...{ type: 'key' as const, id: String(n), name: `key ${n}` },
    }));
    const key = { threshold: null, minRequests: null };
    expect(judge(key, { value: 50, subjects }).subjects).toHaveLength(20);
  });
});

describe('the words of an alert', () => {
  it('name models and providers', () => {
    const condition = { kind: 'provider_breaker', threshold: 0, windowMinutes: null } as const;
    expect(
      describeAlert(condition, 12, [
        { type: 'model', provider: 'openai', model: 'gpt-4o' },
        { type: 'model', provider: 'azure', model: null },
      ]),
    ).toBe('The breaker is open: calls fail and are stopped. Affected: openai/gpt-4o, azure.');
  });

  it.each([
    [0, '0 s'],
    [119, '119 s'],
    [120, '2 min'],
    [7_200, '2 h'],
    [172_800, '2 days'],
  ])('say %i s as %s', (seconds, words) => {
    expect(durationOf(seconds)).toBe(words);
  });
});
