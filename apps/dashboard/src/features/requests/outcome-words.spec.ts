import { type Outcome, outcomeWords } from './outcome-words';

describe('the words for what has become of selected requests', () => {
  it.each<[Outcome[], string]>([
    [['retried'], '1 request queued again.'],
    [['canceled', 'canceled'], '2 requests canceled.'],
    [
      ['already_ended', 'canceled', 'not_found'],
      '1 request canceled, 1 had ended already, 1 deleted meanwhile.',
    ],
    [
      ['not_retryable', 'retried', 'provider_changed', 'not_retryable', 'result_expired'],
      '1 request queued again, 2 were running or completed, ' +
        '1 cannot run again, because retention has deleted the content, ' +
        '1 left alone, because the provider has changed since.',
    ],
  ])('of %j are: %s', (outcomes, words) => {
    expect(outcomeWords(outcomes)).toBe(words);
  });
});
