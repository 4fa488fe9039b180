import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { AdminClient, OWNER } from '../harness/admin-client.js';
import { type Answer, chatBody } from '../harness/client.js';
import { useCluster } from '../harness/transports.js';
import { callsOf, type Document, operationsOf } from './calls.js';
import { fuzzSize } from './size.js';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
const DOCUMENT = JSON.parse(readFileSync(join(CHECKOUT, 'openapi.json'), 'utf8')) as Document;
const CALLS_PER_OPERATION = 100;
/** Signs of code in an answer. */
const STACK = /\n\s+at |node_modules|\.[jt]s:\d|Error:/;

describe('whatever is sent to a route', () => {
  const cluster = useCluster({
    redis: false,
    env: { REQRUN_FAILED_KEYS_PER_MINUTE: '100000' },
    project: { REQRUN_DEFAULT_WAIT: 'false' },
  });
  let owner: AdminClient;
  let known: Record<string, string>;

  beforeAll(async () => {
    owner = new AdminClient(cluster().baseUrl);
    await owner.signIn(OWNER);
    // Nothing that other calls need is changed or deleted: this project is here to be hurt.
    const { id } = await owner.expect<{ id: string }>(201, 'POST', '/admin/projects', {
      name: 'hurt',
    });
    const accepted = await cluster().client.chat(chatBody('sim/ok', { wait: true }));
    const requestId = accepted.headers['x-request-id'] as string;
    known = { project_id: id, request_id: requestId, id: requestId };
  });

  const expectSound = (answer: Answer, documented: readonly string[]): void => {
    const text = answer.body.toString('utf8');
    const { status } = answer;
    // 500 is never right; other failures where the document has them.
    expect(status < 500 || (status > 500 && documented.includes(String(status)))).toBe(true);
    expect(answer.headers['x-request-id']).toMatch(/^r(r|eq)_/);
    if (status >= 400) {
      const { error } = JSON.parse(text) as { error: object };
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
      expect(text).not.toMatch(STACK);
    }
  };

  it.each(operationsOf(DOCUMENT))('%s answers as the document says', async (route, operation) => {
    const [method = '', path = ''] = route.split(' ');
    const documented = Object.keys(operation.responses);
    const application = cluster().clientFor(cluster().project.keys.test);
    await cluster().pool.query('UPDATE person_sessions SET authenticated_at = now()');
    // Signing out is for a browser of its own.
    const browser = route === 'DELETE /admin/session' ? new AdminClient(cluster().baseUrl) : owner;
    const caller = path.startsWith('/v1') ? application : browser;
    await fc.assert(
      fc.asyncProperty(callsOf(path, operation, DOCUMENT, known), async (call) => {
        const body = call.body === null ? undefined : Buffer.from(call.body, 'latin1');
        expectSound(await caller.call(method, call.path, body, call.headers), documented);
      }),
      { numRuns: fuzzSize(CALLS_PER_OPERATION) },
    );
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
