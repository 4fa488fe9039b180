import fc from 'fast-check';

import { Client } from '../harness/client.js';
import { Dashboard } from '../harness/dashboard.js';
import { useCluster } from '../harness/transports.js';
import { answersIn, exchange } from './raw-answers.js';
import { ambiguousRequest, strangeRequest, type RawRequest } from './raw-requests.js';
import { fuzzSize } from './size.js';

const REQUESTS = 400;

describe('whatever is said to a socket', () => {
  const cluster = useCluster({ redis: false, env: { REQRUN_FAILED_KEYS_PER_MINUTE: '100000' } });
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = new Dashboard(cluster().baseUrl);
    await dashboard.start();
  });
  afterAll(() => dashboard.stop());

  const PLACES = [
    ['the API', () => cluster().baseUrl, '/health/live'],
    ['the dashboard', () => dashboard.origin, '/sign-in'],
  ] as const;

  const answersTo = async (origin: string, { method, text }: RawRequest) =>
    answersIn(await exchange(origin, Buffer.from(text, 'latin1')), method === 'HEAD');

  const expectServing = async (origin: string, path: string): Promise<void> => {
    expect((await new Client(origin, null).get(path)).status).toBe(200);
  };

  it.each(PLACES)(
    'of %s, a request of two lengths is refused, and what hides behind it is not answered',
    async (_name, origin, path) => {
      await fc.assert(
        fc.asyncProperty(ambiguousRequest, async (request) => {
          const answers = await answersTo(origin(), request);
          expect(answers.length).toBeLessThanOrEqual(1);
          for (const { status } of answers) {
            expect(status).toBeGreaterThanOrEqual(400);
            expect(status).toBeLessThan(500);
          }
          await expectServing(origin(), path);
        }),
        { numRuns: fuzzSize(REQUESTS) },
      );
    },
  );

  it.each(PLACES)(
    'of %s, a strange request is answered once and well-formed, or the connection closed',
    async (_name, origin, path) => {
      await fc.assert(
        fc.asyncProperty(strangeRequest, async (request) => {
          const answers = await answersTo(origin(), request);
          expect(answers.length).toBeLessThanOrEqual(1);
          for (const { status, head, body } of answers) {
            expect(status).toBeLessThan(500);
            expect(`${head}${body}`).not.toMatch(/\n\s+at |node_modules/);
          }
          await expectServing(origin(), path);
        }),
        { numRuns: fuzzSize(REQUESTS) },
      );
    },
  );

  it('leaves processes that met nothing they did not expect', () => {
    const events = [cluster().api, dashboard].flatMap((service) =>
      service.logs().filter(({ event }) => event === 'call.failed'),
    );
    expect(events).toEqual([]);
  });
});
