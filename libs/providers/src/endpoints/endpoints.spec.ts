import { validateBody, validateLargeBody } from '../answer-body.js';
import { inputCountOf } from './embedding-inputs.js';
import { endpointModuleAt } from './index.js';

/** The judgement of an answer with 200. */
async function judge(path: string, body: unknown, request: unknown = {}) {
  const found = endpointModuleAt(path)!;
  const narrowed = (await found.forRequest?.(Buffer.from(JSON.stringify(request)))) ?? found;
  return validateBody(200, Buffer.from(JSON.stringify(body)), narrowed);
}

const isGood = async (path: string, body: unknown, request?: unknown): Promise<boolean> =>
  (await judge(path, body, request)).ok;

describe('a response', () => {
  const response = { id: 'resp_1', object: 'response', output: [], usage: { total_tokens: 1 } };

  it.each(['completed', 'incomplete'])('that is %s is a result, with its id', async (status) => {
    expect(await judge('/responses', { ...response, status, error: null })).toEqual({
      ok: true,
      usage: { total_tokens: 1 },
      id: 'resp_1',
      // The tokens of an incomplete one are paid for; it is not given again.
      isCacheable: status === 'completed',
    });
  });

  it.each([
    ['server_error', 500],
    ['rate_limit_exceeded', 429],
    ['invalid_prompt', 400],
    ['some_new_code', 400],
  ])('that failed with %s counts as HTTP %i', async (code, status) => {
    const failed = { ...response, status: 'failed', error: { code, message: 'm' } };
    expect(await judge('/responses', failed)).toMatchObject({
      ok: false,
      status,
      error: { words: [code] },
    });
  });

  it('that failed and says nothing is final', async () => {
    expect(await judge('/responses', { ...response, status: 'failed', error: null })).toMatchObject(
      {
        status: 400,
      },
    );
  });

  it.each(['queued', 'in_progress', 'cancelled', undefined, 7])(
    'that is %s is no result',
    async (status) => {
      expect(await judge('/responses', { ...response, status })).toEqual({
        ok: false,
        reason: 'wrong_shape',
      });
    },
  );

  it.each([
    { ...response, status: 'completed', output: null },
    { ...response, status: 'completed', object: 'list' },
  ])('of another shape is no result', async (body) => {
    expect(await isGood('/responses', body)).toBe(false);
  });

  it('has no id that cannot be looked up', async () => {
    const named = { ...response, status: 'completed', id: 'a b' };
    expect(await judge('/responses', named)).toMatchObject({ ok: true, id: null });
  });
});

describe('embeddings', () => {
  const entry = (index: number, embedding: unknown = [0.5]) => ({ index, embedding });
  const two = { input: ['a', 'b'] };

  it.each([
    ['in order', [entry(0), entry(1)], true],
    ['in any order', [entry(1), entry(0)], true],
    ['as base64', [entry(0, 'AAAA'), entry(1, 'AAAA')], true],
    ['too few', [entry(0)], false],
    ['too many', [entry(0), entry(1), entry(2)], false],
    ['twice', [entry(0), entry(0)], false],
    ['out of range', [entry(0), entry(2)], false],
    ['empty', [entry(0), entry(1, [])], false],
    ['no vector', [entry(0), entry(1, null)], false],
    ['no index', [entry(0), { embedding: [1] }], false],
    ['none', [], false],
  ])('%s', async (_what, data, good) => {
    expect(await isGood('/embeddings', { data }, two)).toBe(good);
    const narrowed = await endpointModuleAt('/embeddings')!.forRequest!(
      Buffer.from(JSON.stringify(two)),
    );
    const body = Buffer.from(JSON.stringify({ object: 'list', data, usage: { total_tokens: 2 } }));
    expect(await validateLargeBody(200, body, narrowed)).toEqual(
      good
        ? { ok: true, usage: { total_tokens: 2 }, isCacheable: true }
        : { ok: false, reason: 'wrong_shape' },
    );
  });

  it('that are large and hold an error are that error', async () => {
    const narrowed = endpointModuleAt('/embeddings')!;
    const body = Buffer.from('{"data":[],"error":{"code":"rate_limit_exceeded","message":"m"}}');
    expect(await validateLargeBody(200, body, narrowed)).toMatchObject({ ok: false, status: 429 });
    expect(await validateLargeBody(200, Buffer.from('{"data":[1'), narrowed)).toEqual({
      ok: false,
      reason: 'not_json',
    });
    expect(
      await validateLargeBody(206, Buffer.from('{"data":[{"index":0,"embedding":[1]}]}'), narrowed),
    ).toEqual({
      ok: false,
      reason: 'wrong_status',
    });
  });

  it.each([
    ['"a"', 1],
    ['["a","b"]', 2],
    ['[1,2,3]', 1],
    ['[[1],[2,3]]', 2],
    ['7', null],
  ])('of the input %s are %j', async (input, count) => {
    expect(await inputCountOf(Buffer.from(`{"model":"m","input": ${input}}`))).toBe(count);
  });
});

describe('the other endpoints', () => {
  it.each([
    ['/completions', { choices: [{ text: 'a', finish_reason: 'stop' }] }, true],
    ['/completions', { choices: [{ text: 'a', finish_reason: 'error' }] }, false],
    ['/completions', { choices: [{ message: {} }] }, false],
    ['/completions', { choices: [] }, false],
    ['/moderations', { results: [{ flagged: false }] }, true],
    ['/moderations', { results: [] }, false],
    ['/moderations', { results: [{}] }, false],
    ['/images/generations', { data: [{ b64_json: 'AA' }, { url: 'https://x.test' }] }, true],
    ['/images/generations', { data: [{ b64_json: '' }] }, false],
    ['/images/generations', { data: [] }, false],
  ])('%s with %j is good: %j', async (path, body, good) => {
    expect(await isGood(path, body)).toBe(good);
  });
});

describe('an answer that identical requests may get as well', () => {
  const chat = (...finishes: unknown[]) => ({
    choices: finishes.map((finish_reason) => ({ message: { content: 'a' }, finish_reason })),
  });
  const text = (finish_reason: unknown) => ({ choices: [{ text: 'a', finish_reason }] });
  const image = { b64_json: 'AA' };

  it.each<[string, object, boolean]>([
    ['/chat/completions', chat('stop'), true],
    ['/chat/completions', chat('tool_calls', 'function_call', 'stop'), true],
    ['/chat/completions', chat('length'), false],
    ['/chat/completions', chat('content_filter'), false],
    ['/chat/completions', chat('stop', 'length'), false],
    ['/chat/completions', chat(null), false],
    ['/chat/completions', chat(undefined), false],
    ['/chat/completions', chat('some_new_word'), false],
    ['/completions', text('stop'), true],
    ['/completions', text('length'), false],
    ['/completions', text(null), false],
    ['/embeddings', { data: [{ index: 0, embedding: [1] }] }, true],
    ['/moderations', { results: [{ flagged: true }] }, true],
    ['/images/generations', { data: [image] }, true],
    ['/images/generations', { data: [image, { url: 'https://x.test' }] }, false],
  ])('%s %j: %j', async (path, body, isCacheable) => {
    expect(await judge(path, body)).toMatchObject({ ok: true, isCacheable });
  });

  it('is never one whose end its provider does not state: speech', () => {
    const judged = validateBody(200, Buffer.from('ID3…'), endpointModuleAt('/audio/speech')!);
    expect(judged).toEqual({ ok: true, usage: null });
  });
});
