import {
  delayWords,
  failedParts,
  headline,
  type Simulation,
  unknownWords,
} from './simulation-words';

const NONE = { completed: 0, failed: 0, would_retry: 0, would_fall_back: 0, would_call_longer: 0 };
const NO_SPREAD = { p50: null, p95: null };
const result = (ofFailed: object, more: object = {}): Simulation => ({
  object: 'policy.simulation',
  from: '',
  to: '',
  mode: 'live',
  ...{ requests: 10, capped: false, sampled: 10 },
  actual: { completed: 4, failed: 6, duration_ms: NO_SPREAD },
  simulated: { ...NONE, unknown: 0, duration_ms: NO_SPREAD },
  of_failed: { ...NONE, added_delay_ms: NO_SPREAD, ...ofFailed },
  of_completed: { ...NONE, completed: 4 },
  ...more,
});

describe('the answer of a simulation in words', () => {
  it('counts the failed requests that would have been reached, by each way', () => {
    const reached = result({ failed: 2, would_retry: 3, would_fall_back: 1 });

    expect(headline(reached)).toBe('4 of 6 failed requests would have been called again.');
    expect(failedParts(reached).map(({ end, requests }) => [end, requests])).toEqual([
      ['retry', 3],
      ['fallback', 1],
      ['failed', 2],
    ]);
  });

  it('says plainly that none would have been reached, or that none failed', () => {
    expect(headline(result({ failed: 6 }))).toBe(
      'None of the 6 failed requests would have been reached.',
    );
    const actual = { completed: 10, failed: 0, duration_ms: NO_SPREAD };
    expect(headline(result({}, { actual }))).toBe('No request failed in this range.');
    expect(headline(result({}, { sampled: 0 }))).toBe('No request of this range can be replayed.');
  });

  it('tells the added delay, also where there is none', () => {
    expect(delayWords(result({ added_delay_ms: { p50: 1_000, p95: 4_000 } }))).toContain(
      '1 s after the failure in the middle, and 4 s for the slowest 5 %',
    );
    expect(delayWords(result({ added_delay_ms: { p50: -300, p95: 0 } }))).toContain('no later');
    expect(delayWords(result({ would_call_longer: 1 }))).toContain('No wait');
    expect(delayWords(result({ failed: 6 }))).toBeNull();
  });

  it('says what cannot be known', () => {
    const simulated = { ...NONE, unknown: 4, duration_ms: NO_SPREAD };
    const words = unknownWords(result({}, { simulated, requests: 12, capped: true })).join(' ');

    expect(words).toContain('How these 4 calls would have ended: nobody has made them');
    expect(words).toContain('2 requests of 12 were left out');
    expect(words).toContain('Only the newest 12 requests');
  });
});
