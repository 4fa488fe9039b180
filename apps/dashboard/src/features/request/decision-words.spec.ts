import { decisionWords, detailWords } from './decision-words';

describe('a decision in words', () => {
  it.each([
    [
      { action: 'retry', reason: 'http_429', delay_ms: 2_100, delay_source: 'retry-after' },
      'Retried after 2.1 s, as the provider asked, plus jitter: the provider answered HTTP 429.',
    ],
    [
      { action: 'retry', reason: 'network', delay_ms: 980, delay_source: 'backoff' },
      'Retried after 980 ms, backoff: the connection to the provider failed.',
    ],
    [
      { action: 'fail', reason: 'retries_exhausted', delay_ms: null, delay_source: null },
      'Failed: all retries are used.',
    ],
    [
      { action: 'fail', reason: 'some_new_reason', delay_ms: 0, delay_source: 'none' },
      'Failed: some new reason.',
    ],
    [
      { action: 'succeed', reason: 'success', delay_ms: null, delay_source: null },
      'The request is completed.',
    ],
  ])('%j', (decision, words) => {
    expect(decisionWords(decision)).toBe(words);
  });
});

describe('why an attempt came to its error', () => {
  it.each([
    ['not_json', 'The answer is not JSON.'],
    ['some_new_word', 'Some new word.'],
  ])('%s', (detail, words) => {
    expect(detailWords(detail)).toBe(words);
  });
});
