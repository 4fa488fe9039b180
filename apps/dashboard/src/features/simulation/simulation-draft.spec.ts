import {
  bodyOf,
  changesSomething,
  NO_CHANGE,
  readDraft,
  type SimulationDraft,
  writeDraft,
} from './simulation-draft';

const NOW = Date.parse('2026-03-02T12:00:00Z');

describe('a question to a simulation', () => {
  it('survives the address', () => {
    const draft: SimulationDraft = {
      ...NO_CHANGE,
      ...{ range: '7d', mode: 'test', model: 'gpt-4o', retries: '2', codes: ['429', '503'] },
      ...{
        untilDeadline: 'false',
        callTimeout: '2.5',
        fallback: 'azure/gpt-4o',
        provider: 'azure',
      },
    };

    expect(readDraft(writeDraft(draft))).toEqual(draft);
  });

  it('ignores what is not valid in an address', () => {
    const search = new URLSearchParams(
      'range=9y&mode=both&retries=many&codes=200,429&untilDeadline=maybe&from=yesterday',
    );

    expect(readDraft(search)).toEqual({ ...NO_CHANGE, codes: ['429'] });
  });

  it('has either a moving range or a fixed one', () => {
    const search = new URLSearchParams('range=7d&from=2026-03-01T00:00:00.000Z');

    expect(readDraft(search)).toMatchObject({ range: '', from: '2026-03-01T00:00:00.000Z' });
  });

  it('leaves out of the body what stays as it was', () => {
    expect(bodyOf(NO_CHANGE, NOW)).toEqual({
      from: '2026-03-01T12:00:00.000Z',
      to: '2026-03-02T12:00:00.000Z',
      mode: 'live',
      policy: {},
    });
    expect(changesSomething(NO_CHANGE)).toBe(false);
  });

  it('has the times in the units of the API', () => {
    const draft = { ...NO_CHANGE, callTimeout: '2.5', retries: '0', fallback: 'b' };

    expect(bodyOf(draft, NOW).policy).toEqual({
      retry: { count: 0 },
      timeout: { call_timeout: 2_500 },
      fallbacks: [{ model: 'b' }],
    });
    expect(changesSomething(draft)).toBe(true);
  });
});
