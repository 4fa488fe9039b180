import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { aNumber, text } from './harness/matching.js';
import { describeTransports, useCluster } from './harness/transports.js';

/** Answers to a waiting caller by failure of the provider: step, status, code. */
const FAILURES: readonly (readonly [string, number, string])[] = [
  ['401', 502, 'provider_auth_failed'],
  ['402', 502, 'openai_http_402'],
  ['403', 502, 'provider_auth_failed'],
  ['407', 502, 'openai_http_407'],
  ['408', 502, 'openai_http_408'],
  ['409', 502, 'openai_http_409'],
  ['500', 502, 'openai_http_500'],
  ['503', 502, 'openai_http_503'],
  ['599', 502, 'openai_http_599'],
  ['reset', 502, 'network_error'],
  ['html', 502, 'provider_response_invalid'],
  ['cut', 502, 'provider_response_invalid'],
  ['timeout', 504, 'timeout'],
];

const ONCE = { retry: { count: 0 } };

describeTransports('answers', ({ redis }) => {
  const cluster = useCluster({ redis });

  it('to an accepted request are its handle, with where and when to ask', async () => {
    const answer = await cluster().client.chat({
      model: 'sim/slow:300',
      messages: [{ role: 'user', content: 'x' }],
      metadata: { order: '7' },
    });
    expect(answer.status).toBe(202);
    const { id, created, ...rest } = jsonOf<{ id: string; created: number }>(answer);
    expect(id).toMatch(/^rr_[0-9A-Za-z]+$/);
    expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(5);
    expect(rest).toEqual({
      object: 'chat.completion.async',
      status: 'queued',
      model: 'sim/slow:300',
      attempts: 0,
    });
    expect(answer.headers).toMatchObject({ 'x-request-id': id, location: `/v1/requests/${id}` });
    expect(Number(answer.headers['openai-poll-after-ms'])).toBeGreaterThan(0);

    const open = await cluster().client.get(`/v1/requests/${id}`);
    expect(Number(open.headers['openai-poll-after-ms'])).toBeGreaterThan(0);
    const record = await cluster().client.until(id, 'completed');
    expect(record).toMatchObject({
      object: 'request',
      endpoint: '/v1/chat/completions',
      attempts: 1,
      model: 'sim/slow:300',
      requested_model: 'sim/slow:300',
      idempotency_key: null,
      next_attempt_at: null,
      error: null,
      last_error_code: null,
      metadata: { order: '7' },
      usage: { total_tokens: aNumber() },
      result: { object: 'chat.completion' },
    });
  });

  it('come with the state of the moment when the wait limit passes first', async () => {
    const answer = await cluster().client.wait('sim/slow:1000', { wait_timeout_ms: 300 });
    expect(answer.status).toBe(202);
    const handle = jsonOf<{ id: string }>(answer);
    expect(handle).toMatchObject({ status: 'processing', attempts: 1 });
    expect(answer.headers).toMatchObject({
      'x-request-id': handle.id,
      location: `/v1/requests/${handle.id}`,
      'openai-poll-after-ms': text(/^\d+$/),
    });
    expect((await cluster().client.untilEnded(handle.id)).status).toBe('completed');
  });

  it.each(FAILURES)(
    "to a provider's %s are %d %s, not to be retried",
    async (step, status, code) => {
      const limit = step === 'timeout' ? { timeout: { call_timeout: 300 } } : {};
      const answer = await cluster().client.wait(`sim/${step}`, { ...ONCE, ...limit });
      expect(answer.status).toBe(status);
      const error = errorOf(answer);
      expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
      expect(error.code).toBe(code);
      expect(answer.headers).toMatchObject({
        'x-should-retry': 'false',
        'x-reqrun-attempts': '1',
        'x-request-id': text(/^rr_/),
        'content-type': text(/^application\/json/),
      });
      expect(answer.headers).not.toHaveProperty('idempotent-replayed');
    },
  );

  it.each(['400:unsupported_value', '404', '413', '422', '429', '451'])(
    "to a provider's %s are the provider's own status and body, not to be retried",
    async (step) => {
      const answer = await cluster().client.wait(`sim/${step}`, ONCE);
      expect(answer.status).toBe(Number(step.slice(0, 3)));
      expect(errorOf(answer).message).not.toMatch(/^The provider/);
      expect(answer.headers).toMatchObject({
        'x-should-retry': 'false',
        'x-reqrun-attempts': '1',
        'x-request-id': text(/^rr_/),
        'x-provider-request-id': text(/^req_/),
        'openai-version': '2020-10-01',
      });
      const id = String(answer.headers['x-request-id']);
      const retrieved = await cluster().client.get(`/v1/chat/completions/${id}`);
      expect(retrieved.status).toBe(answer.status);
      expect(retrieved.body.equals(answer.body)).toBe(true);
      const record = await cluster().client.record(id);
      expect(record.result).toEqual(jsonOf(answer));
      expect(record.error!.message).not.toBe(errorOf(answer).message);
    },
  );

  it('to a request that runs out of time are 504 deadline_exceeded', async () => {
    const answer = await cluster().client.wait('sim/hang', { timeout: { deadline: 400 } });
    expect(answer.status).toBe(504);
    expect(errorOf(answer)).toMatchObject({ code: 'deadline_exceeded', type: 'timeout_error' });
    expect(answer.headers['x-should-retry']).toBe('false');
  });

  it('to one who asks for the wait with `Prefer: respond-async` in a project that waits come at once', async () => {
    const project = await cluster().addProject({ defaultWait: true });
    const client = cluster().clientFor(project.keys.test);
    const answer = await client.chat(
      { model: 'sim/slow:200', messages: [{ role: 'user', content: 'x' }] },
      { prefer: 'respond-async' },
    );
    expect(answer.status).toBe(202);
  });

  it('to one who waits and says not how long come within the time that its project is set to', async () => {
    const model = 'sim/slow:1000';
    const short = await cluster().addProject({ defaultWait: true, defaultWaitTimeoutMs: 50 });
    const long = await cluster().addProject({ defaultWaitTimeoutMs: 240_000 });
    const [impatient, patient] = [short, long].map(({ keys }) => cluster().clientFor(keys.test));
    const answers = await Promise.all([
      impatient!.chat(chatBody(model)),
      impatient!.wait(model),
      impatient!.chat(chatBody(model), { prefer: 'wait=30' }),
      impatient!.chat(chatBody(model, { wait_timeout_ms: 30_000 })),
      patient!.chat(chatBody(model)),
      patient!.wait(model),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 200, 200, 202, 200]);
  });

  it('about an accepted request carry its id, all others an id of their own', async () => {
    const id = await cluster().client.submit('sim/ok');
    await cluster().client.untilEnded(id);
    const about = [
      `/v1/requests/${id}`,
      `/v1/requests/${id}/attempts`,
      `/v1/chat/completions/${id}`,
    ];
    for (const path of about) {
      expect((await cluster().client.get(path)).headers['x-request-id']).toBe(id);
    }
    const others = ['/v1/requests', '/v1/models', '/v1/requests/rr_1', '/nowhere', '/health/live'];
    for (const path of others) {
      const { headers } = await cluster().client.get(path);
      expect(headers['x-request-id']).toMatch(/^req_[0-9a-f]+$/);
    }
  });

  it('of a list are newest first, by pages, with no result, of one mode and project alone', async () => {
    const project = await cluster().addProject();
    const client = cluster().clientFor(project.keys.test);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift(await client.submit('sim/ok', { metadata: { n: String(n) } }));
    }
    await Promise.all(ids.map((id) => client.untilEnded(id)));
    interface Page {
      data: { id: string; result: unknown }[];
      first_id: string;
      last_id: string;
      has_more: boolean;
    }
    const first = jsonOf<Page>(await client.get('/v1/requests?limit=3'));
    expect(first).toMatchObject({ first_id: ids[0], last_id: ids[2], has_more: true });
    const rest = jsonOf<Page>(await client.get(`/v1/requests?limit=3&after=${first.last_id}`));
    expect(rest.has_more).toBe(false);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids);
    expect(first.data.every(({ result }) => result === null)).toBe(true);
    const filtered = jsonOf<Page>(await client.get('/v1/requests?status=failed'));
    expect(filtered.data).toEqual([]);
    const live = cluster().clientFor(project.keys.live);
    expect(jsonOf<Page>(await live.get('/v1/requests')).data).toEqual([]);
    for (const path of [`/v1/requests/${ids[0]!}`, `/v1/requests/${ids[0]!}/attempts`]) {
      expect((await live.get(path)).status).toBe(404);
      expect((await cluster().client.get(path)).status).toBe(404);
    }
    expect((await live.cancel(ids[0]!)).status).toBe(404);
    expect((await live.retry(ids[0]!)).status).toBe(404);
  });
});
