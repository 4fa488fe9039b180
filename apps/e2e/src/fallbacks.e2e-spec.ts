import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { describeTransports, useCluster } from './harness/transports.js';

const once = { retry: { count: 0 } };

describeTransports('fallbacks', ({ redis }) => {
  const cluster = useCluster({
    redis,
    env: { REQRUN_CORS_ORIGINS: 'https://pages.example' },
  });
  const client = () => cluster().client;

  it('answer when the retries of the model before are used up, and headers say so', async () => {
    const answer = await client().wait('sim/503', {
      retry: { count: 1 },
      fallbacks: [{ model: 'sim/500' }, { model: 'sim/ok' }],
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'x-reqrun-attempts': '5',
      'x-reqrun-model': 'sim/ok',
      'x-reqrun-fallback': '2',
      'x-reqrun-provider': 'simulator',
    });
    // The body is the provider's own.
    expect(jsonOf<{ model: string }>(answer).model).toBe('sim/ok');
    const id = answer.headers['x-request-id'] as string;
    expect(await client().record(id)).toMatchObject({
      status: 'completed',
      model: 'sim/ok',
      requested_model: 'sim/503',
      policy: { retry: { count: 1 }, fallbacks: [{ model: 'sim/500' }, { model: 'sim/ok' }] },
    });
    const attempts = await client().attempts(id);
    expect(
      attempts.map(({ model, because, decision }) => [model, because, decision?.action]),
    ).toEqual([
      ['sim/503', 'first', 'retry'],
      ['sim/503', 'retry', 'fallback'],
      ['sim/500', 'fallback', 'retry'],
      ['sim/500', 'retry', 'fallback'],
      ['sim/ok', 'fallback', 'succeed'],
    ]);
  });

  it('are called at once for a context that is too long, and never for a fault of the request', async () => {
    const more = { fallbacks: [{ model: 'sim/ok' }] };
    const long = await client().wait('sim/400:context_length_exceeded', more);
    expect([
      long.status,
      long.headers['x-reqrun-fallback'],
      long.headers['x-reqrun-attempts'],
    ]).toEqual([200, '1', '2']);
    for (const step of ['400', '401', '404', '422', '400:content_policy_violation']) {
      const refused = await client().wait(`sim/${step}`, more);
      expect(refused.headers['x-reqrun-fallback']).toBe('0');
      expect(refused.status).toBeGreaterThanOrEqual(400);
    }
    // The simulator is one provider: its money is spent for all of its models.
    const spent = await client().wait('sim/429:insufficient_quota', more);
    expect([spent.status, spent.headers['x-reqrun-fallback']]).toEqual([429, '0']);
  });

  it('that fail too end the request with every code told, and their own 4xx is not the caller’s', async () => {
    const answer = await client().wait('sim/503', {
      ...once,
      fallbacks: [{ model: 'sim/400:unsupported_value' }],
    });
    expect([answer.status, errorOf(answer).code]).toEqual([502, 'unsupported_value']);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(errorOf(answer).message).toContain(
      'Failed before it: sim/503 at simulator (openai_http_503).',
    );
    const id = answer.headers['x-request-id'] as string;
    expect((await client().record(id)).error?.message).toBe(errorOf(answer).message);
  });

  it('get the parameters that differ for them, which no record shows', async () => {
    const fallbacks = [{ model: 'sim/ok', params: { user: 'canary-4711', messages: [] } }];
    const refused = await client().chat(
      chatBody('sim/503', { fallbacks: [{ ...fallbacks[0], x: 1 }] }),
    );
    expect([refused.status, errorOf(refused).param]).toEqual([400, 'fallbacks.0.x']);
    const answer = await client().wait('sim/503', { ...once, fallbacks });
    // The simulator refuses a chat without messages.
    expect([answer.status, answer.headers['x-reqrun-fallback']]).toEqual([502, '1']);
    const id = answer.headers['x-request-id'] as string;
    expect(JSON.stringify(await client().record(id))).not.toContain('canary');
  });

  it('are told again to whoever asks with the same key', async () => {
    const headers = { 'idempotency-key': `fallback-${String(redis)}` };
    const body = { ...once, orq: { fallbacks: [{ model: 'sim/ok' }] } };
    await client().wait('sim/502', body, headers);
    const replay = await client().wait('sim/502', body, headers);
    expect(replay.headers).toMatchObject({
      ...{ 'idempotent-replayed': 'true', 'x-reqrun-model': 'sim/ok', 'x-reqrun-fallback': '1' },
    });
  });

  it('are called also when nobody waits, and each call has its own time', async () => {
    const id = await client().submit('sim/stall', {
      ...once,
      timeout: { call_timeout: 2_000 },
      fallbacks: [{ model: 'sim/timeout' }, { model: 'sim/slow:1' }],
    });
    const record = await client().untilEnded(id);
    expect(record).toMatchObject({ status: 'completed', model: 'sim/slow:1' });
  });

  it('are tried again from the first model when the request is run again', async () => {
    const failing = { ...once, fallbacks: [{ model: 'sim/500' }] };
    const answer = await client().wait('sim/503', failing);
    const id = answer.headers['x-request-id'] as string;
    await client().retry(id);
    const record = await client().untilEnded(id);
    expect(record.attempts).toBe(4);
    expect((await client().attempts(id)).map(({ because }) => because)).toEqual([
      ...['first', 'fallback', 'again', 'fallback'],
    ]);
  });

  it('let pages of allowed origins read how it went', async () => {
    const answer = await client().wait('sim/ok', {}, { origin: 'https://pages.example' });
    const exposed = String(answer.headers['access-control-expose-headers']);
    for (const name of ['model', 'provider', 'fallback', 'attempts']) {
      expect(exposed).toContain(`x-reqrun-${name}`);
    }
  });
});
