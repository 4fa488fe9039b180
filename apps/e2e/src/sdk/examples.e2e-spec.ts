import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { useCluster } from '../harness/transports.js';

interface BackgroundTask {
  readonly startSummary: (ticket: { id: string; text: string }, model?: string) => Promise<string>;
  readonly finishSummary: (id: string) => Promise<string>;
}
interface ApiRoute {
  readonly POST: (request: Request) => Promise<Response>;
  readonly GET: (request: Request) => Promise<Response>;
}
interface Agent {
  readonly runAgent: (
    run: string,
    task: string,
    lookUpOrder: (json: string) => Promise<string>,
    model?: string,
  ) => Promise<string>;
}
interface CronPoller {
  readonly sweep: (
    since: Date,
  ) => Promise<{ runAgain: string[]; forAHuman: { id: string; code: string }[] }>;
}

const EXAMPLES = resolve(import.meta.dirname, '../../../../libs/sdk/dist/examples');
const SENTENCE = 'This answer was made up by the simulator.';

/** Imports a compiled example, which reads its key and its base URL from the environment. */
async function example<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(join(EXAMPLES, `${name}.js`)).href)) as T;
}

describe('the examples of the SDK', () => {
  const cluster = useCluster({ redis: false });
  const saved = { ...process.env };

  beforeAll(() => {
    process.env['REQRUN_API_KEY'] = cluster().project.keys.test;
    process.env['REQRUN_BASE_URL'] = cluster().baseUrl;
  });
  afterAll(() => {
    process.env = saved;
  });

  it('background task: begun twice it is one request, and its result is there for whoever has the id', async () => {
    const { startSummary, finishSummary } = await example<BackgroundTask>('background-task');
    const ticket = { id: '842', text: 'It does not work.' };
    const id = await startSummary(ticket, 'sim/503:retry-after-ms=10,ok');
    expect(await startSummary(ticket, 'sim/503:retry-after-ms=10,ok')).toBe(id);
    expect(await finishSummary(id)).toBe(SENTENCE);
    const failing = await startSummary({ id: '843', text: 'Nor does this.' }, 'sim/400');
    await expect(finishSummary(failing)).rejects.toThrow('ended as failed: openai_http_400');
  });

  it('API route: answers in time, or with an id that leads to the answer', async () => {
    const { POST, GET } = await example<ApiRoute>('api-route');
    const ask = (question: object, headers: Record<string, string> = {}): Promise<Response> =>
      POST(
        new Request('http://app.test/', {
          method: 'POST',
          headers,
          body: JSON.stringify(question),
        }),
      );

    const answered = await ask({ question: 'How are you?' });
    expect([answered.status, await answered.json()]).toEqual([200, { answer: SENTENCE }]);

    const refused = await ask({ question: 'How are you?', model: 'sim/400:unsupported_value' });
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'unsupported_value' }]);

    const down = await ask({ question: 'How are you?', model: 'sim/401' });
    expect(down.status).toBe(503);

    const late = await ask(
      { question: 'How are you?', model: 'sim/timeout' },
      { 'x-patience-ms': '6000', 'x-click-id': 'click-1' },
    );
    const { id } = (await late.json()) as { id: string };
    expect([late.status, id]).toEqual([202, expect.stringMatching(/^rr_/) as unknown]);
    const fetch = (what: string): Promise<Response> =>
      GET(new Request(`http://app.test/?id=${what}`));
    expect((await fetch(id)).status).toBe(202);
    await cluster().client.cancel(id);

    const done = await cluster().client.submit('sim/ok');
    await cluster().client.until(done, 'completed');
    const fetched = await fetch(done);
    expect([fetched.status, await fetched.json()]).toEqual([200, { answer: SENTENCE }]);
  });

  it('agent: a run that is taken up again calls no model twice', async () => {
    const { runAgent } = await example<Agent>('agent-step');
    const lookedUp: string[] = [];
    const run = (): Promise<string> =>
      runAgent('run-7', 'Where is order 12?', (json) => {
        lookedUp.push(json);
        return Promise.resolve('Shipped.');
      });
    expect(await run()).toBe(SENTENCE);
    expect(lookedUp).toHaveLength(1);
    expect(JSON.parse(lookedUp[0] ?? '')).toHaveProperty('order');
    const calls = (await cluster().simulator.calls()).length;
    expect(await run()).toBe(SENTENCE);
    expect(await cluster().simulator.calls()).toHaveLength(calls);
  });

  it('cron poller: runs again what may pass, and leaves the rest to a human', async () => {
    const { sweep } = await example<CronPoller>('cron-poller');
    const since = new Date(0);
    const { client } = cluster();
    const retry = { count: 0 };
    const passing = await client.submit('sim/503,ok', { retry });
    const lasting = await client.submit('sim/400:unsupported_value', { retry });
    await Promise.all([client.until(passing, 'failed'), client.until(lasting, 'failed')]);
    const { runAgain, forAHuman } = await sweep(since);
    expect(runAgain).toContain(passing);
    expect(forAHuman).toContainEqual({ id: lasting, code: 'unsupported_value' });
    expect((await client.until(passing, 'completed')).attempts).toBe(2);
  });
});
