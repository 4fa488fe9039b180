import OpenAI from 'openai';

import { errorOf, jsonOf } from './harness/client.js';
import { useCluster } from './harness/transports.js';

const cluster = useCluster({ redis: false });
const client = () => cluster().clientFor(cluster().project.keys.test);
const sdk = (): OpenAI =>
  new OpenAI({ baseURL: `${cluster().baseUrl}/v1`, apiKey: cluster().project.keys.test });
/** Our fields beside OpenAI's: the SDK sends them, its types do not know them. */
const own = (fields: object): object => fields;

describe('embeddings through the stock SDK', () => {
  it.each([
    ['a text', 'one', 1],
    ['texts', ['one', 'two', 'three'], 3],
    ['the tokens of a text', [1, 2, 3], 1],
    ['token arrays', [[1, 2], [3]], 2],
    ['2,048 texts', Array.from({ length: 2_048 }, (_, n) => `text ${n}`), 2_048],
  ])('of %s are one for each input', async (_what, input, count) => {
    const { data, usage } = await sdk().embeddings.create({
      model: 'sim/ok',
      input,
      ...own({ wait: true }),
    });
    expect(data.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(usage.total_tokens).toBeGreaterThan(0);
  });

  it('are kept and judged when they are large', async () => {
    const answer = await client().call('POST', '/v1/embeddings', {
      model: 'sim/ok',
      input: Array.from({ length: 100 }, (_, n) => `text ${n}`),
      dimensions: 2_000,
      wait: true,
    });
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(jsonOf<{ data: unknown[] }>(answer).data).toHaveLength(100);
  });

  it.each([
    ['fewer', 3],
    ['twice', 3],
    ['fewer', 1],
  ])('that come with an entry too few or twice (%s) are tried again', async (oddity, count) => {
    const answer = await client().call('POST', '/v1/embeddings', {
      model: `sim/${oddity},ok`,
      input: count === 1 ? 'one' : ['a', 'b', 'c'],
      wait: true,
    });
    expect([answer.status, answer.headers['x-reqrun-attempts']]).toEqual([200, '2']);
  });

  it('that are large and come with an entry too few are never a result', async () => {
    const answer = await client().call('POST', '/v1/embeddings', {
      model: 'sim/fewer',
      input: Array.from({ length: 100 }, (_, n) => `text ${n}`),
      dimensions: 2_000,
      retry: { count: 0 },
      wait: true,
    });
    expect([answer.status, errorOf(answer).code]).toEqual([502, 'provider_response_invalid']);
  });

  it('give a handle of their own kind, and are listed by their endpoint', async () => {
    const { id, object } = jsonOf<{ id: string; object: string }>(
      await client().call('POST', '/v1/embeddings', { model: 'sim/ok', input: 'x' }),
    );
    expect(object).toBe('embedding.async');
    expect(await client().until(id, 'completed')).toMatchObject({
      endpoint: '/v1/embeddings',
      usage: { total_tokens: 1 },
    });
    const idsOf = async (query: string): Promise<string[]> => {
      const page = await client().get(`/v1/requests?${query}&limit=100`);
      return jsonOf<{ data: { id: string }[] }>(page).data.map((record) => record.id);
    };
    expect(await idsOf('endpoint=/v1/embeddings')).toContain(id);
    expect(await idsOf('endpoint=/v1/responses')).not.toContain(id);
  });

  it.each([
    [{ input: undefined }, 'missing_required_parameter', 'input'],
    [{ input: '' }, 'invalid_value', 'input'],
    [{ input: [] }, 'invalid_value', 'input'],
    [{ input: 3 }, 'invalid_value', 'input'],
    [{ stream: true }, 'unsupported_parameter', 'stream'],
    [{ model: undefined }, 'missing_required_parameter', 'model'],
  ])('refuse %j by its name', async (wrong, code, param) => {
    const answer = await client().call('POST', '/v1/embeddings', {
      model: 'sim/ok',
      input: 'x',
      ...wrong,
    });
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      expect.objectContaining({ code, param }) as object,
    ]);
  });
});

describe('the other endpoints through the stock SDK', () => {
  it('completions', async () => {
    const answer = await sdk().completions.create({
      model: 'sim/429:retry-after-ms=10,ok',
      prompt: 'Say something.',
      ...own({ wait: true }),
    });
    expect((answer as OpenAI.Completion).choices[0]?.text).toContain('simulator');
  });

  it('moderations, without a model', async () => {
    const { results } = await sdk().moderations.create({ input: 'x', ...own({ wait: true }) });
    expect(results.map(({ flagged }) => flagged)).toEqual([false]);
    const page = jsonOf<{ data: { endpoint: string; model: string }[] }>(
      await client().get('/v1/requests?model=omni-moderation-latest'),
    );
    expect(page.data[0]).toMatchObject({ endpoint: '/v1/moderations' });
  });

  it('images', async () => {
    const images = (await sdk().images.generate({
      model: 'sim/ok',
      prompt: 'a pixel',
      n: 2,
      ...own({ wait: true }),
    })) as OpenAI.ImagesResponse;
    expect(images.data).toHaveLength(2);
  });

  it('speech, byte for byte, also by its request, and never as a result of the record', async () => {
    const speech = await sdk().audio.speech.create({
      model: 'sim/429:retry-after-ms=10,ok',
      voice: 'alloy',
      input: 'Say this.',
      ...own({ wait: true }),
    });
    const bytes = Buffer.from(await speech.arrayBuffer());
    expect([speech.headers.get('content-type'), bytes.toString('latin1', 0, 4)]).toEqual([
      'audio/wav',
      'RIFF',
    ]);
    const id = String(speech.headers.get('x-request-id'));
    expect((await client().get(`/v1/audio/speech/${id}`)).body.equals(bytes)).toBe(true);
    expect(jsonOf(await client().get(`/v1/requests/${id}`))).toMatchObject({
      status: 'completed',
      result: null,
    });
  });

  it.each(['html', 'notjson', 'shape', 'empty', 'cut'])(
    'speech that is %s is never a result',
    async (step) => {
      const answer = await client().call('POST', '/v1/audio/speech', {
        model: `sim/${step},ok`,
        input: 'x',
        voice: 'alloy',
        wait: true,
      });
      expect([answer.status, answer.headers['x-reqrun-attempts']]).toEqual([200, '2']);
    },
  );

  it('models, the list and one by its name with a slash', async () => {
    const { data } = await sdk().models.list();
    expect(data.length).toBeGreaterThan(0);
    expect(await sdk().models.retrieve('sim/ok')).toMatchObject({ id: 'sim/ok', object: 'model' });
    await expect(sdk().models.retrieve('unknown')).rejects.toMatchObject({ status: 404 });
  });

  it.each(['/v1/models/..%2ffiles', '/v1/models/a%2f..%2fb', '/v1/models/%zz'])(
    '%s leads to nothing else of the provider',
    async (path) => {
      expect([400, 404]).toContain((await client().get(path)).status);
    },
  );
});

describe('a path that is not served', () => {
  it.each([
    ['POST', '/v1/threads', 404, 'endpoint_not_supported', '/v1/threads'],
    ['GET', '/v1/assistants/asst_7', 404, 'endpoint_not_supported', 'POST /v1/responses'],
    ['GET', '/v1/threads/thread_7/runs', 404, 'endpoint_not_supported', '/v1/threads/…/runs'],
    ['POST', '/v1/nonsense', 404, 'not_found', '/v1/nonsense'],
    ['GET', '/nonsense', 404, 'not_found', '/nonsense'],
    ['GET', '/v1/embeddings', 405, 'method_not_allowed', 'POST'],
    ['PUT', '/v1/chat/completions', 405, 'method_not_allowed', 'POST'],
    ['DELETE', '/v1/requests', 405, 'method_not_allowed', 'GET'],
  ])('%s %s is %i and says so', async (method, path, status, code, named) => {
    const answer = await client().call(method, path);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(errorOf(answer).message).toContain(named);
    expect(answer.headers.allow !== undefined).toBe(status === 405);
  });

  it('OPTIONS of a path that is served names its methods', async () => {
    const answer = await client().call('OPTIONS', '/v1/chat/completions');
    expect([answer.status, answer.headers.allow]).toEqual([204, 'POST, OPTIONS']);
  });
});
