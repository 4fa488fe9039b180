import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { text } from './harness/matching.js';
import { startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

describe('an API key', () => {
  const cluster = useCluster({ redis: false, env: { REQRUN_KEY_CACHE_MS: '100' } });

  it('of test mode goes to the simulator, of live mode to the project’s provider', async () => {
    const provider = await startRecordingProvider();
    const { keys } = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-upstream' },
    });
    const test = await cluster().clientFor(keys.test).wait('gpt-4o');
    expect(test.status).toBe(200);
    expect(jsonOf(test)).toMatchObject({ system_fingerprint: 'fp_simulator' });
    expect(provider.calls).toHaveLength(0);
    const live = await cluster().clientFor(keys.live).wait('sim/500');
    expect(live.status).toBe(200);
    expect(provider.calls).toHaveLength(1);
    await provider.close();
  });

  it('that is unknown, malformed, missing, revoked, expired or not one at all reads the same', async () => {
    const { id: projectId, keys } = await cluster().addProject();
    const store = cluster().projects.keys;
    const revoked = await store.create({ projectId, mode: 'live', name: 'revoked' });
    await store.revoke(projectId, revoked.id);
    const expiresAt = new Date(Date.now() - 1000);
    const expired = await store.create({ projectId, mode: 'live', name: 'expired', expiresAt });
    const unknown = (await cluster().addProject()).keys.live;
    await cluster().pool.query(`DELETE FROM api_keys WHERE last_four = $1`, [unknown.slice(-4)]);

    const answers = await Promise.all(
      [
        ...[revoked.secret, expired.secret, unknown, `${keys.live.slice(0, -1)}!`],
        ...['reqrun_live_', 'sk-openai', 'é', null],
      ].map((key) =>
        cluster()
          .clientFor(key === null ? null : encodeURI(key))
          .chat(chatBody('sim/ok')),
      ),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.body.equals(answers[0]!.body)).toBe(true);
      expect({ ...answer.headers, date: '', 'x-request-id': '' }).toEqual({
        ...answers[0]!.headers,
        date: '',
        'x-request-id': '',
      });
    }
    expect(errorOf(answers[0]!)).toMatchObject({ code: 'invalid_api_key' });
  });

  it('that is revoked, or expires, while it is in use stops working', async () => {
    const { id: projectId } = cluster().project;
    const store = cluster().projects.keys;
    const revoked = await store.create({ projectId, mode: 'test', name: 'to be revoked' });
    const expiring = await store.create({
      projectId,
      mode: 'test',
      name: 'to expire',
      expiresAt: new Date(Date.now() + 1500),
    });
    for (const { secret } of [revoked, expiring]) {
      expect((await cluster().clientFor(secret).get('/v1/requests')).status).toBe(200);
    }
    await store.revoke(projectId, revoked.id);
    for (const { secret } of [revoked, expiring]) {
      const { status } = await eventually(
        () => cluster().clientFor(secret).get('/v1/requests'),
        (answer) => answer.status !== 200,
      );
      expect(status).toBe(401);
    }
  });

  it('does what its scopes say and nothing else, and a write-only key is shown no answer', async () => {
    const { id: projectId, keys } = await cluster().addProject();
    const store = cluster().projects.keys;
    const scoped = async (scope: 'requests:read' | 'requests:write') =>
      cluster().clientFor(
        (await store.create({ projectId, mode: 'test', name: scope, scopes: [scope] })).secret,
      );
    const [reader, writer] = [await scoped('requests:read'), await scoped('requests:write')];
    const { id } = jsonOf<{ id: string }>(await writer.chat(chatBody('sim/ok')));
    const read = await eventually(
      () => reader.get(`/v1/requests/${id}`),
      (answer) => jsonOf<{ status: string }>(answer).status === 'completed',
    );
    expect(jsonOf(read)).toHaveProperty('result.choices');
    for (const refused of [
      await reader.chat(chatBody('sim/ok')),
      await reader.cancel(id),
      await reader.retry(id),
      await writer.get(`/v1/requests/${id}`),
      await writer.get('/v1/requests'),
      await writer.get(`/v1/requests/${id}/attempts`),
      await writer.get(`/v1/chat/completions/${id}`),
    ]) {
      expect(refused.status).toBe(403);
      expect(errorOf(refused).code).toBe('insufficient_scope');
    }
    expect(jsonOf(await writer.cancel(id))).toMatchObject({ result: null });
    for (const client of [reader, writer, cluster().clientFor(keys.test)]) {
      expect((await client.get('/v1/models')).status).toBe(200);
      expect((await client.get('/v1/nowhere')).status).toBe(404);
    }
  });

  it('that was rotated works beside its successor until the overlap ends', async () => {
    const { id: projectId } = cluster().project;
    const store = cluster().projects.keys;
    const old = await store.create({ projectId, mode: 'test', name: 'rotated' });
    const successor = await store.rotate(projectId, old.id, 1000);
    for (const secret of [old.secret, successor!.secret]) {
      expect((await cluster().clientFor(secret).get('/v1/requests')).status).toBe(200);
    }
    await eventually(
      () => cluster().clientFor(old.secret).get('/v1/requests'),
      ({ status }) => status === 401,
    );
    expect((await cluster().clientFor(successor!.secret).get('/v1/requests')).status).toBe(200);
  });

  it('is throttled by address after so many failed look-ups, and a known one goes on working', async () => {
    const api = await cluster().addApi({
      REQRUN_FAILED_KEYS_PER_MINUTE: '5',
      REQRUN_KEY_CACHE_MS: '9000',
    });
    const good = cluster().clientFor(cluster().project.keys.test, api);
    expect((await good.get('/v1/requests')).status).toBe(200);
    const bad = cluster().clientFor('reqrun_live_wrong', api);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      statuses.push((await bad.get('/v1/requests')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const throttled = await bad.get('/v1/requests');
    expect(errorOf(throttled).code).toBe('too_many_failed_keys');
    expect(throttled.headers).toMatchObject({
      'x-should-retry': 'true',
      'retry-after': text(/^([1-9]|[1-5]\d|60)$/),
    });
    expect((await good.get('/v1/requests')).status).toBe(200);
  });

  it('may wait so often at once and no oftener; whoever is refused is told to come again', async () => {
    const api = await cluster().addApi({ REQRUN_MAX_WAITS_PER_KEY: '2' });
    const client = cluster().clientFor(cluster().project.keys.test, api);
    const waiting = [client.wait('sim/slow:800'), client.wait('sim/slow:800')];
    await eventually(
      () => api.counts(),
      (metrics) => metrics.sum('reqrun_waiting') === 2,
    );
    const refused = await client.wait('sim/ok');
    expect(refused.status).toBe(429);
    expect(errorOf(refused).code).toBe('too_many_waiting');
    expect(refused.headers).toMatchObject({
      'x-should-retry': 'true',
      'retry-after': text(/^\d+$/),
    });
    expect((await client.chat(chatBody('sim/ok'))).status).toBe(202);
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200);
    }
  });
});
