import { conditionText, deliveryText, subjectsText, valueText } from './alert-words';

describe('the words of alerts', () => {
  it('say when a rule fires', () => {
    const rate = { kind: 'failure_rate', mode: 'live', threshold: 0.125 } as const;
    expect(conditionText({ ...rate, window_minutes: 15 })).toBe(
      'Failure rate from 12.5 % on in 15 min',
    );
    const key = { kind: 'key_misused', mode: 'test', threshold: null } as const;
    expect(conditionText({ ...key, window_minutes: 60 })).toBe('Misused key in 60 min, test');
  });

  it.each([
    ['oldest_due', 61.4, '61 s'],
    ['key_unused', 31.9, '31 days'],
    ['key_misused', 1, '1 key'],
    ['retry_rate', null, '–'],
  ] as const)('show a value of %s', (kind, value, text) => {
    expect(valueText(kind, value)).toBe(text);
  });

  it('name keys and models', () => {
    expect(
      subjectsText([
        { type: 'key', name: 'old' },
        { type: 'model', provider: 'openai', model: 'gpt-4o' },
        { type: 'model', provider: 'azure', model: null },
      ]),
    ).toBe('old, openai/gpt-4o, azure');
  });

  it('say why a notification does not arrive', () => {
    const at = '2026-11-28T00:00:00.000Z';
    expect(deliveryText({ state: 'pending', tries: [] })).toBe('waiting');
    expect(
      deliveryText({ state: 'pending', tries: [{ at, failure: 'http_error', status: 500 }] }),
    ).toBe('trying again: the receiver answered with an error (500)');
    expect(deliveryText({ state: 'failed', tries: [{ at, failure: 'gone', status: 410 }] })).toBe(
      'failed: the receiver wants no more (410)',
    );
  });
});
