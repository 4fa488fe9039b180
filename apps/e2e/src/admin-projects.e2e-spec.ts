import { chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

interface Project {
  id: string;
  name: string;
  archived_at: string | null;
  settings: Record<string, unknown>;
  provider: { kind: string; base_url: string | null; key_last_four: string | null };
}
interface Key {
  id: string;
  state: string;
  secret: string;
  last_used_at: string | null;
  replaced_by_id: string | null;
}
interface List<T> {
  data: T[];
  has_more: boolean;
  last_id: string;
}

const CANARY = 'canary-7c1f';

describe('the admin API', () => {
  const cluster = useCluster({
    redis: false,
    env: { REQRUN_KEY_CACHE_MS: '100', REQRUN_HOUSEKEEPING_MS: '50' },
  });
  let owner: Client;
  let member: Client;
  beforeAll(async () => {
    owner = cluster().clientFor(await cluster().projects.adminToken('owner'));
    member = cluster().clientFor(await cluster().projects.adminToken('member'));
  });

  const make = async (name: string): Promise<Project> =>
    jsonOf<Project>(await owner.call('POST', '/admin/projects', { name }));
  const makeKey = async (project: Project, more: object = {}): Promise<Key> =>
    jsonOf<Key>(
      await owner.call('POST', `/admin/projects/${project.id}/keys`, {
        name: 'k',
        mode: 'test',
        ...more,
      }),
    );
  const actions = async (project: Project): Promise<string[]> => {
    const { rows } = await cluster().pool.query<{ action: string }>(
      'SELECT action FROM audit_log WHERE project_id = $1 ORDER BY id',
      [project.id],
    );
    return rows.map(({ action }) => action);
  };

  it('makes a project, changes it where it is said, and names what is out of bounds', async () => {
    const project = await make('shop');
    const path = `/admin/projects/${project.id}`;
    const settings = {
      default_wait_timeout_ms: 240_000,
      retry: { count: 0 },
      deadline_ms: 1000,
      payload_retention_days: 1,
    };
    const changed = await owner.call('PATCH', path, { name: 'store', settings });
    expect(jsonOf(changed)).toMatchObject({
      name: 'store',
      settings: {
        default_wait: 'auto',
        default_wait_timeout_ms: 240_000,
        retry: { count: 0, on_codes: [408, 409, 429, 500, 502, 503, 504] },
        deadline_ms: 1000,
        payload_retention_days: 1,
        record_retention_days: 90,
      },
      provider: { kind: 'simulator', base_url: null },
    });
    expect(jsonOf(await member.get(path))).toEqual(jsonOf(changed));
    expect(jsonOf<List<Project>>(await member.get('/admin/projects')).data[0]?.id).toBe(project.id);
    for (const [wrong, param] of [
      [{ settings: { retry: { count: 6 } } }, 'settings.retry.count'],
      [{ settings: { retry: { on_codes: [400] } } }, 'settings.retry.on_codes'],
      [{ settings: { default_wait_timeout_ms: 0 } }, 'settings.default_wait_timeout_ms'],
      [{ settings: { default_wait_timeout_ms: 240_001 } }, 'settings.default_wait_timeout_ms'],
      [{ settings: { default_wait_timeout_ms: '30' } }, 'settings.default_wait_timeout_ms'],
      [{ settings: { call_timeout_ms: 86_400_001 } }, 'settings.call_timeout_ms'],
      [{ settings: { record_retention_days: 0 } }, 'settings.record_retention_days'],
      [{ name: ' ' }, 'name'],
      [{ color: 'red' }, 'color'],
    ] as const) {
      const answer = await owner.call('PATCH', path, wrong);
      expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    }
    expect((await member.call('PATCH', path, { name: 'x' })).status).toBe(403);
    expect(await actions(project)).toEqual(['project.created', 'project.updated']);
  });

  it('makes a key that works, rotates it with an overlap, and takes it back', async () => {
    const project = await make('keys');
    const path = `/admin/projects/${project.id}/keys`;
    const key = await makeKey(project, { scopes: ['requests:write'] });
    const caller = cluster().clientFor(key.secret);
    expect((await caller.wait('sim/ok')).status).toBe(200);
    await owner.call('PATCH', `${path}/${key.id}`, { name: 'renamed' });

    const rotated = await owner.call('POST', `${path}/${key.id}/rotate`, { overlap_seconds: 3600 });
    const next = jsonOf<Key>(rotated);
    expect([rotated.status, next.state]).toEqual([201, 'active']);
    expect(next).toMatchObject({ name: 'renamed', scopes: ['requests:write'] });
    const again = await owner.call('POST', `${path}/${key.id}/rotate`);
    expect([again.status, errorOf(again).code]).toEqual([409, 'key_not_active']);
    for (const { secret } of [key, next]) {
      expect((await cluster().clientFor(secret).wait('sim/ok')).status).toBe(200);
    }
    const revoked = await owner.call('POST', `${path}/${key.id}/revoke`);
    expect(jsonOf<Key>(revoked).state).toBe('revoked');
    await eventually(
      () => caller.wait('sim/ok'),
      ({ status }) => status === 401,
    );
    const listed = jsonOf<List<Key>>(await member.get(path)).data;
    expect(listed.map(({ id, state }) => [id, state])).toEqual([
      [next.id, 'active'],
      [key.id, 'revoked'],
    ]);
    expect(JSON.stringify(listed)).not.toContain(next.secret.slice(16, -4));
    expect(listed[1]).toMatchObject({ replaced_by_id: next.id });
    expect(listed[1]?.last_used_at).not.toBeNull();
    for (const [body, param] of [
      [{ name: 'k', mode: 'prod' }, 'mode'],
      [{ name: 'k', mode: 'live', scopes: [] }, 'scopes'],
      [{ name: 'k', mode: 'live', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ] as const) {
      const answer = await owner.call('POST', path, body);
      expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    }
    expect((await member.call('POST', path, { name: 'k', mode: 'live' })).status).toBe(403);
    expect(await actions(project)).toEqual([
      ...['project.created', 'key.created', 'key.renamed', 'key.rotated', 'key.revoked'],
    ]);
  });

  it('sends live requests where it is told, keeps a key to its server, and tries it', async () => {
    const provider = await startRecordingProvider();
    const other = await startRecordingProvider();
    const browser = await cluster().owner();
    const project = await make('provider');
    const path = `/admin/projects/${project.id}/provider`;
    const first = { base_url: provider.baseUrl, api_key: 'sk-0123456789-last' };
    expect(jsonOf(await browser.call('PUT', path, first))).toMatchObject({
      provider: { kind: 'openai_compatible', base_url: provider.baseUrl, key_last_four: 'last' },
    });
    const { secret } = await makeKey(project, { mode: 'live' });
    expect((await cluster().clientFor(secret).wait('m')).status).toBe(200);
    expect(provider.calls[0]?.headers.authorization).toBe(`Bearer ${first.api_key}`);

    for (const [body, param] of [
      [{ base_url: other.baseUrl }, 'api_key'],
      [{ base_url: 'http://example.com/v1', api_key: 'sk' }, 'base_url'],
      [{ base_url: 'https://169.254.169.254/v1', api_key: 'sk' }, 'base_url'],
      [{ base_url: 'https://user:pw@example.com', api_key: 'sk' }, 'base_url'],
      [{ base_url: provider.baseUrl, api_key: 'with space' }, 'api_key'],
    ] as const) {
      const answer = await browser.call('PUT', path, body);
      expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    }
    const elsewhere = await owner.call('POST', `${path}/test`, { base_url: other.baseUrl });
    expect([elsewhere.status, errorOf(elsewhere).param]).toEqual([400, 'api_key']);
    expect(other.calls).toHaveLength(0);
    const tried = jsonOf(await owner.call('POST', `${path}/test`, {}));
    expect(tried).toMatchObject({ duration_ms: expect.any(Number) as number });
    expect(Object.keys(tried as object).sort()).toEqual([
      ...['duration_ms', 'error_code', 'http_status', 'models', 'ok'],
    ]);
    expect(jsonOf(await browser.call('DELETE', path))).toMatchObject({
      provider: { kind: 'simulator', base_url: null, key_last_four: null },
    });
    const simulated = jsonOf(await owner.call('POST', `${path}/test`, {}));
    expect(simulated).toMatchObject({ ok: true, http_status: 200, error_code: null });
    await Promise.all([provider.close(), other.close()]);
  });

  it('refuses the keys of an archived project until it is taken back, and shows its requests', async () => {
    const project = await make('archive');
    const key = await makeKey(project);
    const caller = cluster().clientFor(key.secret);
    await caller.wait('sim/ok');
    await owner.call('POST', `/admin/projects/${project.id}/archive`);
    await eventually(
      () => caller.wait('sim/ok'),
      ({ status }) => status === 401,
    );
    const listed = await member.get(`/admin/projects/${project.id}/requests`);
    expect(jsonOf<List<unknown>>(listed).data).not.toHaveLength(0);
    const back = await owner.call('POST', `/admin/projects/${project.id}/unarchive`);
    expect(jsonOf<Project>(back).archived_at).toBeNull();
    await eventually(
      () => caller.wait('sim/ok'),
      ({ status }) => status === 200,
    );
  });

  it('deletes a project by its name: whoever waits is answered, and nothing of it is found again', async () => {
    const project = await make('doomed');
    const key = await makeKey(project);
    const caller = cluster().clientFor(key.secret);
    const path = `/admin/projects/${project.id}`;
    const id = await caller.submit('sim/ok');
    await caller.untilEnded(id);
    const waiting = caller.wait('sim/slow:20000');
    await eventually(
      () => member.get(`${path}/requests?status=processing`),
      (answer) => jsonOf<List<unknown>>(answer).data.length === 1,
    );
    const wrong = await owner.call('DELETE', path, { name: 'another' });
    expect([wrong.status, errorOf(wrong).param]).toEqual([400, 'name']);
    expect((await owner.call('DELETE', path, { name: 'doomed' })).status).toBe(204);
    const ended = await waiting;
    expect([ended.status, errorOf(ended).code]).toEqual([409, 'canceled']);
    for (const gone of ['', '/keys', '/requests', `/requests/${id}`, `/requests/${id}/attempts`]) {
      expect((await member.get(`${path}${gone}`)).status).toBe(404);
    }
    expect((await member.get(`/admin/requests/${id}`)).status).toBe(404);
    expect((await caller.get('/v1/requests')).status).toBe(401);
    expect(await actions(project)).toEqual(['project.created', 'key.created', 'project.deleted']);
  });
});

describe('the requests of the admin API', () => {
  const cluster = useCluster({
    redis: false,
    env: { REQRUN_METRICS_MS: '100', REQRUN_HOUSEKEEPING_MS: '50' },
  });
  let member: Client;
  let path: string;
  beforeAll(async () => {
    member = cluster().clientFor(await cluster().projects.adminToken('member'));
    path = `/admin/projects/${cluster().project.id}/requests`;
  });
  const ids = async (query: string): Promise<string[]> =>
    jsonOf<List<{ id: string }>>(await member.get(`${path}?${query}`)).data.map(({ id }) => id);

  it('are listed by every filter, page by page in both directions, found by id, and never show what they say', async () => {
    const { client } = cluster();
    const submit = (model: string, more: object = {}): Promise<string> =>
      client.submit(model, {
        messages: [{ role: 'user', content: CANARY }],
        ...more,
      });
    const ok = await submit('sim/ok', {
      metadata: { order: '4711', kind: 'a' },
      idempotency_key: 'key-1',
    });
    const retried = await submit('sim/500,ok');
    const failed = await submit('sim/400', { metadata: { order: '4712' } });
    for (const id of [ok, retried, failed]) {
      await client.untilEnded(id);
    }
    expect(await ids('limit=10')).toEqual([failed, retried, ok]);
    expect(await ids('status=failed')).toEqual([failed]);
    expect(await ids('status=completed,failed&limit=2')).toEqual([failed, retried]);
    expect(await ids('status=queued,processing,retrying')).toEqual([]);
    expect(await ids('mode=live')).toEqual([]);
    expect(await ids('model=sim/ok')).toEqual([ok]);
    expect(await ids('idempotency_key=key-1')).toEqual([ok]);
    expect(await ids('metadata.order=4711&metadata.kind=a')).toEqual([ok]);
    expect(await ids('metadata.order=4711&metadata.kind=b')).toEqual([]);
    expect(await ids(`id=${retried}`)).toEqual([retried]);
    expect(await ids(`after=${failed}&limit=1`)).toEqual([retried]);
    expect(await ids(`before=${ok}&limit=1`)).toEqual([retried]);
    expect(await ids(`before=${failed}`)).toEqual([]);
    expect(await ids('created_before=2020-01-01')).toEqual([]);

    const record = jsonOf<{ error: { code: string }; api_key: { id: string; name: string } }>(
      await member.get(`${path}/${failed}`),
    );
    expect(record.api_key.name).toBe('test');
    expect(await ids(`error_code=${record.error.code}`)).toEqual([failed]);
    expect(await ids(`key_id=${record.api_key.id}`)).toHaveLength(3);
    expect(jsonOf(await member.get(`/admin/requests/${ok}`))).toEqual({
      id: ok,
      project_id: cluster().project.id,
    });
    expect(jsonOf(await member.get(`${path}/${retried}/attempts`))).toMatchObject({
      data: [
        { number: 1, round: 1, outcome: 'failed', decision: { action: 'retry' } },
        { number: 2, round: 1, outcome: 'succeeded' },
      ],
    });
    for (const query of ['status=lost', 'limit=0', 'after=x', 'nonsense=1', 'key_id=1']) {
      const answer = await member.get(`${path}?${query}`);
      expect([answer.status, errorOf(answer).param]).toEqual([400, query.split('=')[0]]);
    }
    for (const shown of [
      path,
      `${path}/${failed}`,
      `${path}/${failed}/attempts`,
      `${path}/${ok}`,
      `/admin/requests/${ok}`,
    ]) {
      const { body } = await member.get(shown);
      for (const secret of [CANARY, 'Hello', 'choices', 'result']) {
        expect(body.toString('utf8')).not.toContain(secret);
      }
    }
  });

  it('are counted, with their retries and failures, right behind what happens', async () => {
    const project = await cluster().addProject();
    const client = cluster().clientFor(project.keys.test);
    for (const model of ['sim/ok', 'sim/500,ok', 'sim/400']) {
      await client.untilEnded(await client.submit(model));
    }
    const metrics = await eventually(
      async () =>
        jsonOf<{ totals: { completed: number; failed: number } }>(
          await member.get(`/admin/projects/${project.id}/metrics`),
        ),
      ({ totals }) => totals.completed === 2 && totals.failed === 1,
    );
    expect(metrics).toMatchObject({
      step_seconds: 300,
      totals: { accepted: 3, retried: 1, success_rate: 2 / 3 },
      retries_by_attempt: [{ attempt: 2, count: 1 }],
      retries_by_code: [{ code: 'openai_http_500', count: 1 }],
      now: { queued: 0, processing: 0, retrying: 0 },
    });
    const wrong = await member.get(`/admin/projects/${project.id}/metrics?from=2030-01-01`);
    expect([wrong.status, errorOf(wrong).param]).toEqual([400, 'from']);
  });

  it('are run again many at once, after a count, by a worker, and the log says so', async () => {
    const project = await cluster().addProject();
    const client = cluster().clientFor(project.keys.test);
    const failed = [await client.submit('sim/400'), await client.submit('sim/400')];
    const ok = await client.submit('sim/ok');
    for (const id of [...failed, ok]) {
      await client.untilEnded(id);
    }
    const own = `/admin/projects/${project.id}`;
    const order = (body: object) => member.call('POST', `${own}/requests/bulk-retry`, body);
    const filter = { model: 'sim/400' };
    const counted = await order({ filter, dry_run: true });
    expect([counted.status, jsonOf(counted)]).toEqual([
      200,
      { dry_run: true, matched: 2, capped: false, provider_changed: false },
    ]);
    const ordered = await order({ filter, dry_run: false });
    const { id } = jsonOf<{ id: string }>(ordered);
    expect([ordered.status, jsonOf(ordered)]).toEqual([
      202,
      expect.objectContaining({ state: 'running', matched: 2 }),
    ]);
    const done = await eventually(
      async () => jsonOf<{ state: string }>(await member.get(`${own}/bulk-retries/${id}`)),
      ({ state }) => state === 'completed',
    );
    expect(done).toMatchObject({ retried: 2, skipped: 0 });
    for (const requestId of failed) {
      expect(jsonOf(await member.get(`${own}/requests/${requestId}`))).toMatchObject({ round: 2 });
    }
    const wrong = await order({ filter: { status: 'completed' }, dry_run: true });
    expect([wrong.status, errorOf(wrong).param]).toEqual([400, 'filter.status']);
    const { rows } = await cluster().pool.query(
      `SELECT action FROM audit_log WHERE target_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ action: 'requests.bulk_retried' }]);
  });

  it('are canceled and run again, and the log says by whom', async () => {
    const { client } = cluster();
    const id = await client.submit('sim/slow:20000');
    await client.until(id, 'processing');
    const canceled = await member.call('POST', `${path}/${id}/cancel`);
    expect(jsonOf(canceled)).toMatchObject({ id, status: 'canceled' });
    const again = await member.call('POST', `${path}/${id}/retry`);
    expect(jsonOf(again)).toMatchObject({ id, round: 2 });
    const refused = await member.call('POST', `${path}/${id}/retry`);
    expect([refused.status, errorOf(refused).code]).toEqual([409, 'not_retryable']);
    await member.call('POST', `${path}/${id}/cancel`);
    const { rows } = await cluster().pool.query<{ action: string; actor_name: string }>(
      `SELECT action, actor_name FROM audit_log WHERE target_id = $1 ORDER BY id`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['request.canceled', 'request.retried', 'request.canceled'],
    ]);
    const viewer = cluster().clientFor(await cluster().projects.adminToken('viewer'));
    expect((await viewer.call('POST', `${path}/${id}/retry`)).status).toBe(403);
    expect((await viewer.get(`${path}/${id}`)).status).toBe(200);
    const key = cluster().clientFor(cluster().project.keys.live);
    expect((await key.get(path)).status).toBe(401);
    expect(jsonOf(await client.chat(chatBody('sim/ok')))).toHaveProperty('id');
  });
});
