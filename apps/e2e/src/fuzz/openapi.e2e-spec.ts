import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';

import fc from 'fast-check';

import { AdminClient, OWNER } from '../harness/admin-client.js';
import { type Answer, Client } from '../harness/client.js';
import { useCluster } from '../harness/transports.js';
import { callsOf, type Document, operationsOf } from './calls.js';
import { fuzzSize } from './size.js';
import { makeTargets } from './targets.js';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
const DOCUMENT = JSON.parse(readFileSync(join(CHECKOUT, 'openapi.json'), 'utf8')) as Document;
const OPERATIONS = operationsOf(DOCUMENT);
/** Number of inputs over all routes. */
const INPUTS = 20_000;
/** Number of calls in flight. */
const LANES = 8;
const RUNS_PER_LANE = Math.ceil(fuzzSize(INPUTS) / OPERATIONS.length / LANES);
/** Traces of code in an answer. */
const STACK = /\n\s+at |node_modules|\.[jt]s:\d|Error:/;

describe('whatever is sent to a route', () => {
  const cluster = useCluster({
    redis: false,
    env: { REQRUN_FAILED_KEYS_PER_MINUTE: '100000' },
    project: { REQRUN_DEFAULT_WAIT: 'false' },
  });
  let owner: AdminClient;
  let sent = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: LANES });

  beforeAll(async () => {
    owner = new AdminClient(cluster().baseUrl, null, agent);
    await owner.signIn(OWNER);
  });
  afterAll(() => agent.destroy());

  const expectSound = (answer: Answer, documented: readonly string[]): void => {
    const text = answer.body.toString('utf8');
    const { status } = answer;
    // 500 is never correct; other failures are correct if the document has them.
    expect(status < 500 || (status > 500 && documented.includes(String(status)))).toBe(true);
    expect(answer.headers['x-request-id']).toMatch(/^r(r|eq)_/);
    if (status >= 400) {
      const { error } = JSON.parse(text) as { error: object };
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
      expect(text).not.toMatch(STACK);
    }
  };

  it.each(OPERATIONS)('%s answers as the document says', async (route, operation) => {
    const [method = '', path = ''] = route.split(' ');
    const documented = Object.keys(operation.responses);
    await cluster().pool.query('UPDATE person_sessions SET authenticated_at = now()');
    const { known, secret } = await makeTargets(owner, path);
    const application = new Client(cluster().baseUrl, secret, agent);
    // Signing out uses a separate browser.
    const stranger = new AdminClient(cluster().baseUrl, null, agent);
    const browser = route === 'DELETE /admin/session' ? stranger : owner;
    const caller = path.startsWith('/v1') ? application : browser;
    const property = fc.asyncProperty(callsOf(path, operation, DOCUMENT, known), async (call) => {
      const body = call.body === null ? undefined : Buffer.from(call.body, 'latin1');
      sent += 1;
      expectSound(await caller.call(method, call.path, body, call.headers), documented);
    });
    // Each lane has its own seed, so a failing call is shrunk by itself.
    const lanes = await Promise.allSettled(
      Array.from({ length: LANES }, () => fc.assert(property, { numRuns: RUNS_PER_LANE })),
    );
    for (const lane of lanes) {
      if (lane.status === 'rejected') {
        throw lane.reason;
      }
    }
  });

  it(`has sent ${INPUTS.toLocaleString('en')} inputs`, () => {
    expect(sent).toBeGreaterThanOrEqual(fuzzSize(INPUTS));
  });

  it('leaves a process that serves, and that met nothing it did not expect', async () => {
    expect((await cluster().client.get('/health/live')).status).toBe(200);
    expect((await cluster().client.wait('sim/ok')).status).toBe(200);
    const events = cluster()
      .api.logs()
      .filter(({ event }) => event === 'call.failed');
    expect(events).toEqual([]);
  });
});
