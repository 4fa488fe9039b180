import OpenAI from 'openai';

import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import type { TestProject } from './harness/projects.js';
import { useCluster } from './harness/transports.js';

const cluster = useCluster({ redis: false, apis: 2 });
const SDK = { 'x-stainless-lang': 'js' };
const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello.' }];

let project: TestProject;
beforeAll(async () => {
  project = await cluster().addProject({ settings: { wait: 'auto' } });
});

const client = () => cluster().clientFor(project.keys.test);
const sdk = (options: object = {}): OpenAI =>
  new OpenAI({ baseURL: `${cluster().baseUrl}/v1`, apiKey: project.keys.test, ...options });

describe('a client that says nothing of waiting', () => {
  it('gets its completion with nothing changed but base URL and key, where it is a stock SDK', async () => {
    const completion = await sdk().chat.completions.create({
      model: 'sim/slow:50',
      messages: MESSAGES,
    });
    expect(completion.object).toBe('chat.completion');
  });

  it.each([
    ['a stock SDK', SDK, 200],
    ['a client that wants a stream of events', { accept: 'text/event-stream' }, 200],
    ['the AI SDK', { 'user-agent': 'ai-sdk/openai/3.0.1 runtime/node.js/v20' }, 200],
    ['curl', { 'user-agent': 'curl/8.5.0', accept: '*/*' }, 202],
    ['the SDK of ReqRun', { 'user-agent': 'reqrun-sdk/0.1.0' }, 202],
    ['no name at all', {}, 202],
    ['a stock SDK that asks for the handle', { ...SDK, prefer: 'respond-async' }, 202],
  ])('%s is answered as it can read it', async (_what, headers, status) => {
    expect((await client().chat(chatBody('sim/ok'), headers)).status).toBe(status);
  });

  it('gets the handle where it says so itself', async () => {
    expect((await client().chat(chatBody('sim/ok', { wait: false }), SDK)).status).toBe(202);
  });

  it('is told to come again when the wait passes, and its next try joins the request', async () => {
    const short = await cluster().addProject({ settings: { wait: 'auto', waitTimeoutMs: 300 } });
    const own = cluster().clientFor(short.keys.test);
    const body = chatBody('sim/slow:700');
    const tried = await own.chat(body, { ...SDK, 'x-stainless-retry-count': '0' });
    expect([tried.status, errorOf(tried).code, tried.headers['x-should-retry']]).toEqual([
      504,
      'wait_timeout',
      'true',
    ]);
    expect(tried.headers['retry-after']).toBeDefined();
    const again = await own.chat(body, { ...SDK, 'x-stainless-retry-count': '1' });
    const last =
      again.status === 200
        ? again
        : await own.chat(body, { ...SDK, 'x-stainless-retry-count': '2' });
    expect([last.status, last.headers['x-request-id']]).toEqual([
      200,
      tried.headers['x-request-id'],
    ]);
    expect(last.headers['x-reqrun-joined']).toBe('sdk-retry');
    expect(last.headers['x-reqrun-attempts']).toBe('1');
  });
});

describe('a retry of a stock SDK without an idempotency key', () => {
  const count = async (): Promise<number> =>
    jsonOf<{ data: unknown[] }>(await client().get('/v1/requests?limit=100')).data.length;
  const chat = (content: string, retry: string, headers: object = {}) =>
    client().chat(
      { model: 'sim/ok', messages: [{ role: 'user', content }] },
      { ...SDK, 'x-stainless-retry-count': retry, ...headers },
    );
  const idOf = ({ headers }: { headers: Record<string, unknown> }) => headers['x-request-id'];

  it('joins the newest request of the same bytes, each retry the one before it', async () => {
    const first = await chat('join', '0');
    const second = await chat('join', '1');
    const third = await chat('join', '2');
    expect([idOf(second), idOf(third)]).toEqual([idOf(first), idOf(first)]);
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  it('is a request of its own where no try came before it, or the bytes differ', async () => {
    const first = await chat('own', '0');
    expect(idOf(await chat('own ', '1'))).not.toBe(idOf(first));
    expect(idOf(await chat('own', '2'))).not.toBe(idOf(first));
  });

  it('is never a first try: two equal first calls are two requests', async () => {
    expect(idOf(await chat('twice', '0'))).not.toBe(idOf(await chat('twice', '0')));
  });

  it('of ten equal calls at once joins ten requests', async () => {
    const firsts = await Promise.all(Array.from({ length: 10 }, () => chat('ten', '0')));
    const retries = await Promise.all(Array.from({ length: 10 }, () => chat('ten', '1')));
    const ids = (answers: typeof firsts) => new Set(answers.map(idOf));
    expect(ids(firsts).size).toBe(10);
    expect([...ids(retries)].every((id) => ids(firsts).has(id))).toBe(true);
    expect(ids(retries).size).toBe(10);
  });

  it('with a key of its own is joined by that key alone', async () => {
    const key = { 'idempotency-key': 'mine' };
    const first = await chat('key', '0');
    expect(idOf(await chat('key', '1', key))).not.toBe(idOf(first));
  });

  it('is not joined where the project says no', async () => {
    const off = await cluster().addProject({ settings: { wait: 'auto', joinSdkRetries: false } });
    const own = cluster().clientFor(off.keys.test);
    const send = (retry: string) =>
      own.chat(chatBody('sim/ok'), { ...SDK, 'x-stainless-retry-count': retry });
    expect(idOf(await send('1'))).not.toBe(idOf(await send('0')));
  });

  it('after its API was killed makes no second provider call', async () => {
    const api = cluster().apis[0]!;
    const before = await count();
    const stock = new OpenAI({
      baseURL: `${api.origin}/v1`,
      apiKey: project.keys.test,
      maxRetries: 4,
      fetch: (url, init) => {
        // A load balancer sends the next try to an API that lives.
        const retry = new Headers(init?.headers).get('x-stainless-retry-count');
        const sent = url instanceof Request ? url.url : url.toString();
        const target = retry === '0' ? sent : sent.replace(api.origin, cluster().apis[1]!.origin);
        return fetch(target, init);
      },
    });
    const waiting = stock.chat.completions.create({
      model: 'sim/slow:1500',
      messages: [{ role: 'user', content: 'killed' }],
    });
    waiting.catch(() => undefined);
    for (;;) {
      const page = jsonOf<{ data: { model: string; status: string }[] }>(
        await cluster().clientFor(project.keys.test, cluster().apis[1]).get('/v1/requests?limit=1'),
      );
      if (page.data[0]?.model === 'sim/slow:1500' && page.data[0].status === 'processing') {
        break;
      }
    }
    api.kill('SIGKILL');
    const completion = await waiting;
    expect(completion.choices[0]?.message.content).toContain('simulator');
    const after = jsonOf<{ data: { model: string; attempts: number }[] }>(
      await cluster().clientFor(project.keys.test, cluster().apis[1]).get('/v1/requests?limit=100'),
    ).data;
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ model: 'sim/slow:1500', attempts: 1 });
  });
});

it('a stock SDK gets its answer though the worker was killed in mid-call: one call is lost, one is made anew', async () => {
  const own = await cluster().addProject({ settings: { wait: 'auto' } });
  const reader = cluster().clientFor(own.keys.test, cluster().apis[1]);
  const stock = new OpenAI({
    baseURL: `${cluster().apis[1]!.origin}/v1`,
    apiKey: own.keys.test,
    maxRetries: 4,
  });
  const waiting = stock.chat.completions.create({ model: 'sim/hang,ok', messages: MESSAGES });
  waiting.catch(() => undefined);
  const [processing] = await eventually(
    async () =>
      jsonOf<{ data: { id: string }[] }>(await reader.get('/v1/requests?status=processing')).data,
    (listed) => listed.length === 1,
  );
  const { id } = processing!;
  await cluster().simulator.untilCalled(id);
  const owner = await cluster().ownerOf(id);
  await owner.crash();
  await owner.start();
  expect((await waiting).choices[0]?.message.content).toContain('simulator');
  expect(await cluster().simulator.calls(id)).toHaveLength(2);
  const { data } = jsonOf<{ data: unknown[] }>(await reader.get('/v1/requests'));
  expect(data).toMatchObject([{ id, attempts: 2, last_error_code: 'worker_lost' }]);
});
