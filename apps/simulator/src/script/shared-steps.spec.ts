import { readSharedStep, type SharedAnswer, type SharedStep, SharedSteps } from './shared-steps.js';

let time = 0;
const step = (text: string): SharedStep => {
  const read = readSharedStep(text);
  if (read === null || typeof read === 'string') {
    throw new Error(`not a shared step: ${text}`);
  }
  return read;
};
const statusOf = ({ error }: SharedAnswer): number => error?.status ?? 200;

/** Answers of a model to calls at these times. */
function statusesAt(text: string, times: readonly number[], model = text): number[] {
  const steps = new SharedSteps(() => time);
  return times.map((at) => {
    time = at;
    return statusOf(steps.play(model, step(text)));
  });
}

describe('a shared step', () => {
  it('limits calls, which come back one by one', () => {
    const times = [0, 0, 0, 499, 500, 500, 2_000, 2_000, 2_000];
    expect(statusesAt('limit:2:1000', times)).toEqual([
      200, 200, 429, 429, 200, 429, 200, 200, 429,
    ]);
  });

  it('limits calls by the window', () => {
    const times = [0, 900, 900, 999, 1_000, 1_000, 1_000];
    expect(statusesAt('limit:2:1000:window', times)).toEqual([200, 200, 429, 429, 200, 200, 429]);
  });

  it('counts each model by itself', () => {
    time = 0;
    const steps = new SharedSteps(() => time);
    const one = step('limit:1:1000');
    expect(['a', 'a', 'b'].map((model) => statusOf(steps.play(model, one)))).toEqual([
      200, 429, 200,
    ]);
  });

  it('tells of its limit as OpenAI does, by retry-after alone, or not at all', () => {
    time = 0;
    const tells = (text: string) => {
      const steps = new SharedSteps(() => time);
      return [steps.play('m', step(text)), steps.play('m', step(text))].map(({ limits }) => limits);
    };
    expect(tells('limit:1:2500')).toEqual([
      {
        'x-ratelimit-limit-requests': 1,
        'x-ratelimit-remaining-requests': 0,
        'x-ratelimit-reset-requests': '2500ms',
      },
      {
        'x-ratelimit-limit-requests': 1,
        'x-ratelimit-remaining-requests': 0,
        'x-ratelimit-reset-requests': '2500ms',
        'retry-after': 3,
        'retry-after-ms': 2_500,
      },
    ]);
    expect(tells('limit:1:2500:retry-after')).toEqual([{}, { 'retry-after': 3 }]);
    expect(tells('limit:1:2500:window:bare')).toEqual([{}, {}]);
  });

  it('tells of a whole number of calls from the first one on, with a clock that never stands still', () => {
    let ticks = 0;
    const steps = new SharedSteps(() => (ticks += 0.001));
    expect(steps.play('m', step('limit:2:60000')).limits).toMatchObject({
      'x-ratelimit-remaining-requests': 1,
    });
  });

  it('is out for a time, counted from the first call', () => {
    expect(statusesAt('outage:1000:500:500', [70, 1_069, 1_070, 1_569, 1_570, 9_000])).toEqual([
      200, 200, 500, 500, 200, 200,
    ]);
  });

  it('fails at random', () => {
    const draws = [0.1, 0.399, 0.4, 0.9];
    const steps = new SharedSteps(
      () => 0,
      () => draws.shift() ?? 0,
    );
    const flaky = step('flaky:40');
    expect([1, 2, 3, 4].map(() => statusOf(steps.play('m', flaky)))).toEqual([503, 503, 200, 200]);
  });

  it.each([
    'limit',
    'limit:0:1000',
    'limit:1:0',
    'limit:1:1000:soon',
    'limit:1:1000:bare:bare',
    'outage:1',
    'outage:1:0',
    'outage:1:1:200',
    'flaky:101',
    'flaky:1:700',
  ])('%s is told what is wrong with it', (text) => {
    expect(typeof readSharedStep(text)).toBe('string');
  });

  it('is no other step', () => {
    expect(readSharedStep('ok')).toBeNull();
    expect(readSharedStep('429:retry-after=2')).toBeNull();
  });
});
