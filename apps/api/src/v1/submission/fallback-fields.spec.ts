import { CHAT_COMPLETIONS } from '@reqrun/contracts';

import { readRequestBody, type RequestBody } from './request-body.js';

const BASE = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
const LIMITS = { depth: 64, structure: Infinity };

function read(fields: object): RequestBody {
  const body = Buffer.from(JSON.stringify({ ...BASE, ...fields }));
  return readRequestBody(body, CHAT_COMPLETIONS, LIMITS) as RequestBody;
}
const refusal = (fields: object): unknown => {
  try {
    read(fields);
    return null;
  } catch (error) {
    const { code, param, message } = (error as { body: { error: Record<string, string> } }).body
      .error;
    return [code, param, message];
  }
};
const NO_LIST = 'must be an array of at most 3 objects.';
const NO_PARAMS =
  "must be an object of at most 16 KiB without model, stream and ReqRun's own fields.";
const NO_MODEL = 'must be a non-empty string of at most 256 characters.';
const second = (entry: object) => ({ fallbacks: [{ model: 'n' }, entry] });

describe('the field fallbacks', () => {
  it.each([
    [{ fallbacks: {} }, 'invalid_value', 'fallbacks', `fallbacks ${NO_LIST}`],
    [{ fallbacks: 'n' }, 'invalid_value', 'fallbacks', `fallbacks ${NO_LIST}`],
    [{ fallbacks: ['n'] }, 'invalid_value', 'fallbacks', `fallbacks ${NO_LIST}`],
    [{ fallbacks: [[]] }, 'invalid_value', 'fallbacks', `fallbacks ${NO_LIST}`],
    [
      { fallbacks: [1, 2, 3, 4].map((n) => ({ model: `${n}` })) },
      'invalid_value',
      'fallbacks',
      `fallbacks ${NO_LIST}`,
    ],
    [{ orq: { fallbacks: 1 } }, 'invalid_value', 'orq.fallbacks', `orq.fallbacks ${NO_LIST}`],
    [
      second({}),
      'missing_required_parameter',
      'fallbacks.1.model',
      'fallbacks.1.model is required.',
    ],
    [
      second({ model: null }),
      'missing_required_parameter',
      'fallbacks.1.model',
      'fallbacks.1.model is required.',
    ],
    [second({ model: '' }), 'invalid_value', 'fallbacks.1.model', `fallbacks.1.model ${NO_MODEL}`],
    [second({ model: 7 }), 'invalid_value', 'fallbacks.1.model', `fallbacks.1.model ${NO_MODEL}`],
    [
      second({ model: 'x'.repeat(257) }),
      'invalid_value',
      'fallbacks.1.model',
      `fallbacks.1.model ${NO_MODEL}`,
    ],
    [
      second({ model: 'a\u0007' }),
      'invalid_value',
      'fallbacks.1.model',
      `fallbacks.1.model ${NO_MODEL}`,
    ],
    [
      second({ model: 'n', x: 1 }),
      'unsupported_parameter',
      'fallbacks.1.x',
      'fallbacks.1.x is not a known field.',
    ],
    [
      second({ model: 'n', provider: 1 }),
      'invalid_value',
      'fallbacks.1.provider',
      'fallbacks.1.provider is not the name of a provider of this project.',
    ],
    [
      second({ model: 'n', params: [] }),
      'invalid_value',
      'fallbacks.1.params',
      `fallbacks.1.params ${NO_PARAMS}`,
    ],
    [
      second({ model: 'n', params: { model: 'o' } }),
      'invalid_value',
      'fallbacks.1.params',
      `fallbacks.1.params ${NO_PARAMS}`,
    ],
    [
      second({ model: 'n', params: { stream: true } }),
      'invalid_value',
      'fallbacks.1.params',
      `fallbacks.1.params ${NO_PARAMS}`,
    ],
    [
      second({ model: 'n', params: { retry: {} } }),
      'invalid_value',
      'fallbacks.1.params',
      `fallbacks.1.params ${NO_PARAMS}`,
    ],
    [
      second({ model: 'n', params: { a: 'x'.repeat(16_384) } }),
      'invalid_value',
      'fallbacks.1.params',
      `fallbacks.1.params ${NO_PARAMS}`,
    ],
    [
      { fallbacks: [], orq: { fallbacks: [{ model: 'n' }] } },
      'invalid_value',
      'orq.fallbacks',
      'fallbacks and orq.fallbacks differ: send one of them.',
    ],
    [
      { orq: { fallbacks: [], x: 1 } },
      'unsupported_parameter',
      'orq.x',
      'orq.x is not a known field.',
    ],
  ])('%j is refused by name', (fields, code, param, message) => {
    expect(refusal(fields)).toEqual([code, param, message]);
  });

  it('is taken in either spelling, or in both with one value, and is not forwarded', () => {
    const fallbacks = [{ model: 'n', provider: 'p', params: { temperature: null } }];
    expect(read({ fallbacks }).fallbacks).toEqual({ param: 'fallbacks', given: fallbacks });
    const orq = read({ orq: { fallbacks, retries: { count: 1 } } });
    expect(orq.fallbacks).toEqual({ param: 'orq.fallbacks', given: fallbacks });
    expect(orq.own.orq?.retries).toEqual({ count: 1 });
    const both = read({ fallbacks, orq: { fallbacks } });
    expect(both.fallbacks?.given).toEqual(fallbacks);
    expect(JSON.parse(both.forwarded.toString())).toEqual(BASE);
  });

  it('is nothing when it is null, and none when it is empty', () => {
    expect(read({ fallbacks: null, orq: { fallbacks: null } }).fallbacks).toBeUndefined();
    expect(read({}).fallbacks).toBeUndefined();
    expect(read({ fallbacks: [] }).fallbacks?.given).toEqual([]);
  });
});
