import { ENDPOINTS } from '@reqrun/contracts';

import { errorOf, jsonOf } from './harness/client.js';
import { useCluster } from './harness/transports.js';

const cluster = useCluster({ redis: false, workers: 0 });
const client = () => cluster().client;

/** A valid body of each endpoint that takes JSON. */
const BODIES: Readonly<Record<string, object>> = {
  '/chat/completions': { model: 'sim/ok', messages: [{ role: 'user', content: 'x' }] },
  '/responses': { model: 'sim/ok', input: 'x' },
  '/embeddings': { model: 'sim/ok', input: 'x' },
  '/completions': { model: 'sim/ok', prompt: 'x' },
  '/moderations': { model: 'sim/ok', input: 'x' },
  '/images/generations': { model: 'sim/ok', prompt: 'x' },
  '/audio/speech': { model: 'sim/ok', input: 'x', voice: 'alloy' },
};

/** Wrong values of our fields, with the name that the error must say. */
const WRONG: readonly (readonly [object, string])[] = [
  [{ wait: 'yes' }, 'wait'],
  [{ wait_timeout_ms: 0 }, 'wait_timeout_ms'],
  [{ wait_timeout_ms: '1' }, 'wait_timeout_ms'],
  [{ idempotency_key: '' }, 'idempotency_key'],
  [{ idempotency_key: 7 }, 'idempotency_key'],
  [{ retry: 3 }, 'retry'],
  [{ retry: { count: 6 } }, 'retry.count'],
  [{ retry: { on_codes: [200] } }, 'retry.on_codes'],
  [{ retry: { until_deadline: 'yes' } }, 'retry.until_deadline'],
  [{ retry: { max: 1 } }, 'retry.max'],
  [{ timeout: 3 }, 'timeout'],
  [{ timeout: { call_timeout: 0 } }, 'timeout.call_timeout'],
  [{ timeout: { idle: 0 } }, 'timeout.idle'],
  [{ timeout: { ttft: 0 } }, 'timeout.ttft'],
  [{ timeout: { deadline: '1s' } }, 'timeout.deadline'],
  [{ on_lost: 'drop' }, 'on_lost'],
  [{ orq: [] }, 'orq'],
  [{ orq: { retries: { count: -1 } } }, 'orq.retries.count'],
  [{ orq: { timeout: { call_timeout: 0 } } }, 'orq.timeout.call_timeout'],
  [{ model: 7 }, 'model'],
  [{ model: '' }, 'model'],
  [{ metadata: { a: 1 } }, 'metadata'],
];

const endpoints = Object.keys(BODIES);
const input = (path: string) => ENDPOINTS.find((its) => its.path === path)?.input?.name;

describe.each(endpoints)('a call of %s', (path) => {
  const post = (body: unknown) => client().call('POST', `/v1${path}`, body as object);

  it('with a wrong value in a field of ours is a 400 that names the field, and no request', async () => {
    const answers = await Promise.all(
      WRONG.map(async ([wrong]) => {
        const answer = await post({ ...BODIES[path], ...wrong });
        return [JSON.stringify(wrong), answer.status, errorOf(answer).param];
      }),
    );
    expect(answers).toEqual(WRONG.map(([wrong, param]) => [JSON.stringify(wrong), 400, param]));
    const page = jsonOf<{ data: object[] }>(
      await client().get(`/v1/requests?endpoint=/v1${path}&limit=1`),
    );
    expect(page.data).toEqual([]);
  });

  it.each(['', '{', '[]', '"text"', 'null', '{"model":'])(
    'with the body %j is a 400',
    async (body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(['invalid_json', 'invalid_body']).toContain(errorOf(answer).code);
    },
  );

  it('with its input of the wrong type is a 400 that names the input', async () => {
    const name = input(path);
    const wrong = name === undefined ? [] : [3, {}, true, '', undefined];
    for (const value of wrong) {
      const answer = await post({ ...BODIES[path], [name ?? '']: value });
      expect([answer.status, errorOf(answer).param]).toEqual([400, name]);
    }
  });
});

it.each(['/v1/nowhere', 'embeddings', '', '/v1/embeddings/'])(
  'a list filtered by the endpoint %j is a 400 that names the filter',
  async (endpoint) => {
    const answer = await client().get(`/v1/requests?endpoint=${encodeURIComponent(endpoint)}`);
    expect([answer.status, errorOf(answer).param]).toEqual([400, 'endpoint']);
  },
);
