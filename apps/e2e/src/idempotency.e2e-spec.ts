import { randomUUID } from 'node:crypto';

import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { describeTransports, useCluster } from './harness/transports.js';

/** A body, and others with the same meaning. */
const BODY =
  '{"model":"sim/ok","messages":[{"role":"user","content":"hé"}],"n":1,"seed":1234567890123456789}';
const SAME: readonly (readonly [string, string])[] = [
  [
    'members in another order',
    '{"seed":1234567890123456789,"n":1,"messages":[{"content":"hé","role":"user"}],"model":"sim/ok"}',
  ],
  [
    'white space',
    BODY.replaceAll(',', ' ,\n\t').replaceAll(':', ' : ').replace('sim/ok', 'sim/ok') + '\n',
  ],
  ['escapes', BODY.replace('hé', 'h\\u00e9').replace('sim/ok', 'sim\\/ok')],
  ['1.0 for 1', BODY.replace('"n":1', '"n":1.0')],
  ['10e-1 for 1', BODY.replace('"n":1', '"n":10e-1')],
];
const OTHER: readonly (readonly [string, string])[] = [
  ['another prompt', BODY.replace('hé', 'he')],
  ['the seventeenth digit of a number', BODY.replace('1234567890123456789', '1234567890123456799')],
  ['one more field', BODY.replace('"n":1', '"n":1,"user":null')],
  ['text for a number', BODY.replace('"n":1', '"n":"1"')],
  ['the order of a list', BODY.replace('"n":1', '"stop":["a","b"]')],
];

describeTransports('an idempotency key', ({ redis }) => {
  const cluster = useCluster({ redis });
  const newKey = () => ({ 'idempotency-key': randomUUID() });

  it('makes one provider call and one answer of fifty calls at once', async () => {
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => cluster().client.wait('sim/slow:300', {}, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.toString('utf8'))).size).toBe(1);
    const ids = new Set(answers.map((answer) => answer.headers['x-request-id']));
    expect(ids.size).toBe(1);
    expect(await cluster().simulator.calls(String([...ids][0]))).toHaveLength(1);
    expect(answers.some((answer) => 'idempotent-replayed' in answer.headers)).toBe(false);
  });

  it('joins a request that is under way: the same handle, the same answer', async () => {
    const headers = newKey();
    const first = await cluster().client.chat(chatBody('sim/slow:400'), headers);
    const second = await cluster().client.chat(chatBody('sim/slow:400'), headers);
    expect(second.status).toBe(202);
    expect(jsonOf<{ id: string }>(second).id).toBe(jsonOf<{ id: string }>(first).id);
    const waited = await cluster().client.wait('sim/slow:400', {}, headers);
    expect(waited.status).toBe(200);
    expect(waited.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('replays a completed request, waited for or not', async () => {
    const headers = newKey();
    const first = await cluster().client.wait('sim/ok', {}, headers);
    for (const more of [{ wait: true }, {}]) {
      const again = await cluster().client.chat(chatBody('sim/ok', more), headers);
      expect(again.status).toBe(200);
      expect(again.headers).toMatchObject({
        'idempotent-replayed': 'true',
        'x-request-id': first.headers['x-request-id'],
        'x-reqrun-attempts': '1',
      });
      expect(again.body.equals(first.body)).toBe(true);
    }
    expect(await cluster().simulator.calls(String(first.headers['x-request-id']))).toHaveLength(1);
  });

  it.each(['400:unsupported_value', '500:retry-after-ms=1', 'reset'])(
    'replays the failure of %s without calling again, waited for or not',
    async (step) => {
      const headers = newKey();
      const retry = { retry: { count: 0 } };
      const first = await cluster().client.wait(`sim/${step}`, retry, headers);
      expect(first.status).toBeGreaterThanOrEqual(400);
      for (const more of [{ wait: true }, {}]) {
        const again = await cluster().client.chat(chatBody(`sim/${step}`, more), headers);
        expect(again.status).toBe(first.status);
        expect(again.headers).toMatchObject({
          'idempotent-replayed': 'true',
          'x-should-retry': 'false',
          'x-request-id': first.headers['x-request-id'],
        });
        expect(again.body.equals(first.body)).toBe(true);
      }
      const id = String(first.headers['x-request-id']);
      expect(await cluster().simulator.calls(id)).toHaveLength(1);
    },
  );

  it.each(SAME)('is the same request in another spelling: %s', async (_name, spelling) => {
    const headers = newKey();
    const first = jsonOf<{ id: string }>(await cluster().client.chat(BODY, headers));
    await cluster().client.untilEnded(first.id);
    const again = await cluster().client.chat(spelling, headers);
    expect(again.status).toBe(200);
    expect(again.headers['x-request-id']).toBe(first.id);
  });

  it.each(OTHER)('is refused with another body: %s', async (_name, body) => {
    const headers = newKey();
    await cluster().client.chat(BODY, headers);
    const other = await cluster().client.chat(body, headers);
    expect(other.status).toBe(422);
    expect(errorOf(other)).toMatchObject({ code: 'idempotency_key_reused' });
    expect(other.headers['x-request-id']).toMatch(/^req_/);
  });

  it('does not count our own fields: the first policy stands', async () => {
    const headers = newKey();
    const model = 'sim/500:retry-after-ms=1,ok';
    const first = await cluster().client.wait(model, { retry: { count: 0 } }, headers);
    const again = await cluster().client.wait(
      model,
      { retry: { count: 3 }, timeout: { deadline: 9000 }, on_lost: 'fail', wait_timeout_ms: 9 },
      headers,
    );
    expect(again.headers['x-request-id']).toBe(first.headers['x-request-id']);
    expect(again.status).toBe(502);
  });

  it('may stand in the header, quoted or bare, and in the body, if they agree', async () => {
    const key = randomUUID();
    const first = await cluster().client.wait('sim/ok', { idempotency_key: key });
    const calls = [
      cluster().client.wait('sim/ok', {}, { 'idempotency-key': key }),
      cluster().client.wait('sim/ok', {}, { 'idempotency-key': `"${key}"` }),
      cluster().client.wait('sim/ok', { idempotency_key: key }, { 'idempotency-key': key }),
    ];
    for (const answer of await Promise.all(calls)) {
      expect(answer.headers['x-request-id']).toBe(first.headers['x-request-id']);
    }
    const differs = await cluster().client.wait(
      'sim/ok',
      { idempotency_key: key },
      { 'idempotency-key': `${key}-2` },
    );
    expect(differs.status).toBe(400);
    expect(errorOf(differs)).toMatchObject({
      code: 'idempotency_key_mismatch',
      param: 'idempotency_key',
    });
  });

  it('belongs to one mode and one project', async () => {
    const key = newKey();
    const other = await cluster().addProject();
    const { keys } = cluster().project;
    const ids = await Promise.all(
      [keys.test, keys.live, other.keys.test].map(async (apiKey) => {
        const answer = await cluster().clientFor(apiKey).wait('sim/ok', {}, key);
        expect(answer.status).toBe(200);
        return answer.headers['x-request-id'];
      }),
    );
    expect(new Set(ids).size).toBe(3);
  });
});
