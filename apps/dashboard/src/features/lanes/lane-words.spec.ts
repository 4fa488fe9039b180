import {
  canStart,
  laneWords,
  learnedWords,
  limitWords,
  paceWords,
  stateWords,
  waitingWords,
  whyWords,
} from './lane-words';

describe('the words for a lane', () => {
  it.each([
    ['open', 'by_hand', 'stopped by hand', null],
    ['open', 'openai_http_503', 'stopped', 'because its calls fail: openai_http_503'],
    ['ramping', 'timeout', 'coming back', 'after its calls failed: timeout'],
    ['paced', 'by_hand', 'limited by hand', null],
    ['paced', 'rate_limited', 'slowed', 'for the limit of the provider'],
    ['paced', 'openai_http_500', 'slowed', 'because most of its calls fail: openai_http_500'],
    ['clear', null, 'full speed', null],
  ] as const)('say of %s for %s that it is %s', (phase, reason, words, why) => {
    expect(stateWords({ phase, reason }).words).toBe(words);
    expect(whyWords({ phase, reason })).toBe(why);
  });

  it('say how fast it is called, where that is known', () => {
    expect(paceWords({ phase: 'open', pace_per_minute: null })).toBe('none');
    expect(paceWords({ phase: 'paced', pace_per_minute: null })).toBeNull();
    expect(paceWords({ phase: 'paced', pace_per_minute: 0.97 })).toBe('1 a minute');
    expect(paceWords({ phase: 'paced', pace_per_minute: 4.26 })).toBe('4.3 a minute');
    expect(paceWords({ phase: 'paced', pace_per_minute: 12_345.6 })).toBe('12,346 a minute');
    expect(learnedWords({ learned_limit: null })).toBeNull();
    expect(learnedWords({ learned_limit: { requests_per_minute: 58.2, burst: 60 } })).toBe(
      '58 a minute, 60 at once',
    );
  });

  it('name the limits that a person has set, and no others', () => {
    expect(limitWords(null)).toBeNull();
    const none = { requests_per_minute: null, tokens_per_minute: null, calls_at_once: null };
    expect(limitWords({ ...none, calls_at_once: 4 })).toBe('4 calls at once');
    expect(
      limitWords({ requests_per_minute: 600, tokens_per_minute: 90_000, calls_at_once: 20 }),
    ).toBe('600 requests a minute, 90,000 tokens a minute, 20 calls at once');
  });

  it('do not count waiting requests further than the API does', () => {
    expect(waitingWords({ waiting_requests: 0 })).toBe('0');
    expect(waitingWords({ waiting_requests: 1_000 })).toBe('1,000 or more');
  });

  it('offer to start what is stopped or slowed, and not what only a limit by hand slows', () => {
    expect(canStart({ phase: 'open', reason: 'by_hand' })).toBe(true);
    expect(canStart({ phase: 'paced', reason: 'rate_limited' })).toBe(true);
    expect(canStart({ phase: 'paced', reason: 'by_hand' })).toBe(false);
    expect(canStart({ phase: 'clear', reason: null })).toBe(false);
  });

  it('name a provider as a whole', () => {
    expect(laneWords({ model: null })).toBe('All models together');
    expect(laneWords({ model: 'gpt-4o' })).toBe('gpt-4o');
  });
});
