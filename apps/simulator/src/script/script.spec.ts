import { InvalidScript, KNOWN_STEPS, parseScript, stepAt } from './script.js';

const status = (code: number, rest: object = {}) => ({
  kind: 'status',
  status: code,
  code: undefined,
  echo: false,
  headers: {},
  ...rest,
});

describe('parseScript', () => {
  it.each([
    ['sim/ok', { kind: 'ok' }],
    ['sim/echo', { kind: 'echo' }],
    ['sim/tools', { kind: 'tools' }],
    ['sim/slow:800', { kind: 'slow', ms: 800 }],
    ['sim/timeout', { kind: 'hang' }],
    ['sim/hang', { kind: 'hang' }],
    ['sim/stall', { kind: 'stall' }],
    ['sim/cut', { kind: 'cut' }],
    ['sim/reset', { kind: 'reset' }],
    ['sim/empty', { kind: 'empty' }],
    ['sim/shape', { kind: 'shape' }],
    ['sim/notjson', { kind: 'notjson' }],
    ['sim/html', { kind: 'html', status: 200 }],
    ['sim/html:502', { kind: 'html', status: 502 }],
    ['sim/huge:3', { kind: 'huge', megabytes: 3 }],
    [
      `sim/redirect:${encodeURIComponent('http://192.0.2.1:8080/v1?a=b,c')}`,
      { kind: 'redirect', url: 'http://192.0.2.1:8080/v1?a=b,c' },
    ],
    ['sim/503', status(503)],
    ['sim/400:unsupported_value', status(400, { code: 'unsupported_value' })],
    ['sim/429:too_large', status(429, { code: 'too_large' })],
    ['sim/429:retry-after=2', status(429, { headers: { 'retry-after': '2' } })],
    ['sim/429:retry-after-ms=150', status(429, { headers: { 'retry-after-ms': '150' } })],
    [
      'sim/429:reset-requests=6m0s',
      status(429, {
        headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' },
      }),
    ],
    [
      'sim/429:reset-tokens=1s',
      status(429, {
        headers: { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1s' },
      }),
    ],
    [
      'sim/503:retry-after=Wed%2C%2021%20Oct%202037%2007%3A28%3A00%20GMT',
      status(503, { headers: { 'retry-after': 'Wed, 21 Oct 2037 07:28:00 GMT' } }),
    ],
    ['sim/500:echo', status(500, { echo: true })],
    ['sim/echo-error', status(400, { echo: true })],
    [
      'sim/429:slow_down;retry-after=1;echo',
      status(429, { code: 'slow_down', echo: true, headers: { 'retry-after': '1' } }),
    ],
  ])('reads %s', (model, step) => {
    expect(parseScript(model).map((scripted) => scripted.step)).toEqual([step]);
  });

  it('reads the steps in order, with or without blanks, and keeps how each was written', () => {
    expect(parseScript('sim/429:retry-after=2, reset,ok').map(({ text }) => text)).toEqual([
      '429:retry-after=2',
      'reset',
      'ok',
    ]);
  });

  it.each(['gpt-4o', 'openai/gpt-4o', 'simulator', 'SIM/500', ''])(
    'takes %j for an ordinary model that answers',
    (model) => {
      expect(parseScript(model).map(({ step }) => step)).toEqual([{ kind: 'ok' }]);
    },
  );

  it.each([
    ['sim/', "step ''"],
    ['sim/ok,,ok', "step ''"],
    ['sim/ok,oops', "'oops'"],
    ['sim/200', "'200'"],
    ['sim/4290', "'4290'"],
    ['sim/toString', "'toString'"],
    ['sim/ok:1', "'ok:1'"],
    ['sim/timeout:5', "'timeout:5'"],
    ['sim/slow', "'slow'"],
    ['sim/slow:fast', "'slow:fast'"],
    ['sim/slow:-1', "'slow:-1'"],
    ['sim/slow:600001', "'slow:600001'"],
    ['sim/huge:0', "'huge:0'"],
    ['sim/html:204', "'html:204'"],
    ['sim/redirect', "'redirect'"],
    ['sim/redirect:https://example.com', "'redirect:https://example.com'"],
    ['sim/redirect:file%3A%2F%2F%2Fetc', "'redirect:file%3A%2F%2F%2Fetc'"],
    ['sim/redirect:%zz', "'redirect:%zz'"],
    ['sim/429:wait=2', "'wait=2'"],
    ['sim/429:toString=2', "'toString=2'"],
    ['sim/429:retry-after=', "'retry-after='"],
    ['sim/429:retry-after=%0d%0ax-injected', "'retry-after=%0d%0ax-injected'"],
    ['sim/429:one:two', "'two'"],
    ['sim/429:', "''"],
  ])('refuses %s and names what it does not know', (model, named) => {
    const read = (): unknown => parseScript(model);
    expect(read).toThrow(InvalidScript);
    expect(read).toThrow(named);
  });

  it('lists every known step to someone who misspelled one', () => {
    for (const known of KNOWN_STEPS) {
      expect(() => parseScript('sim/misspelled')).toThrow(known);
    }
  });
});

describe('stepAt', () => {
  const steps = parseScript('sim/500,503,ok');

  it.each([
    [0, '500'],
    [1, '503'],
    [2, 'ok'],
    [3, 'ok'],
    [999_999_999, 'ok'],
  ])('at index %i plays %s: the last step repeats', (index, text) => {
    expect(stepAt(steps, index).text).toBe(text);
  });
});
