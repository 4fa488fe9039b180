import type { AdminClient } from './harness/admin-client.js';
import { chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { startDetour } from './harness/detour.js';
import { eventually } from './harness/eventually.js';
import { startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

interface Key {
  id: string;
  secret: string;
}

/** Key cache long enough that nothing expires during a test. */
const cluster = useCluster({ redis: false, env: { REQRUN_KEY_CACHE_MS: '9000' } });
let owner: AdminClient;
beforeAll(async () => {
  owner = await cluster().owner();
});

async function addProject(provider?: string): Promise<{ path: string; live: Client; id: string }> {
  const { id } = await owner.expect<{ id: string }>(201, 'POST', '/admin/projects', { name: 'p' });
  const path = `/admin/projects/${id}`;
  const key = await owner.expect<Key>(201, 'POST', `${path}/keys`, { name: 'k', mode: 'live' });
  if (provider !== undefined) {
    const body = { base_url: provider, api_key: key.secret };
    await owner.expect(200, 'PUT', `${path}/provider`, body);
  }
  return { path, id, live: cluster().clientFor(key.secret) };
}

const requestsOf = async (id: string): Promise<number> =>
  (await cluster().pool.query('SELECT FROM requests WHERE project_id = $1', [id])).rows.length;

describe('a provider that leads back to ReqRun', () => {
  it.each<[string, string[]]>([
    ['passes everything on', []],
    ['takes out the user agent', ['user-agent']],
    ['takes out headers that it does not know', ['x-reqrun-hop']],
  ])('is called once, also by a way that %s', async (_way, without) => {
    const detour = await startDetour(cluster().baseUrl, without);
    const { live, path, id } = await addProject(detour.baseUrl);
    const answer = await live.wait('m');
    expect([answer.status, errorOf(answer).code]).toEqual([502, 'loop_detected']);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect([detour.calls, await requestsOf(id)]).toEqual([1, 1]);
    const listed = await live.attempts(String(answer.headers['x-request-id']));
    expect(listed).toMatchObject([
      { http_status: 508, error_code: 'loop_detected', decision: { action: 'fail' } },
    ]);
    if (without.length === 0) {
      expect((await live.get('/v1/models')).status).toBe(502);
      expect(detour.calls).toBe(2);
      expect(await owner.expect(200, 'POST', `${path}/provider/test`, {})).toMatchObject({
        ok: false,
        http_status: 508,
        error_code: 'loop_detected',
      });
    }
    await detour.close();
  });

  it('is refused where it is set, as far as its address tells', async () => {
    const { path } = await addProject();
    const { port } = new URL(cluster().baseUrl);
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const body = { base_url: `http://${host}:${port}/v1`, api_key: 'sk' };
      for (const [method, at] of [
        ['PUT', '/provider'],
        ['POST', '/provider/test'],
      ] as const) {
        const answer = await owner.call(method, `${path}${at}`, body);
        expect([answer.status, errorOf(answer).param]).toEqual([400, 'base_url']);
      }
    }
  });
});

describe('an owner’s token', () => {
  it('makes and rotates keys with no scope that it lacks', async () => {
    const { path } = await addProject();
    const { client: narrow } = await owner.addToken(['keys:write']);
    const { client: reader } = await owner.addToken(['keys:write', 'requests:read']);
    const made = await owner.expect<Key>(201, 'POST', `${path}/keys`, { name: 'k', mode: 'test' });
    const asked = { name: 'k', mode: 'test' };
    for (const [token, scopes, missing] of [
      [narrow, undefined, 'requests:write'],
      [narrow, ['requests:read'], 'requests:read'],
      [reader, ['requests:read', 'requests:write'], 'requests:write'],
    ] as const) {
      const answer = await token.post(`${path}/keys`, { ...asked, ...(scopes && { scopes }) });
      expect([answer.status, errorOf(answer).code]).toEqual([403, 'insufficient_scope']);
      expect(errorOf(answer).message).toContain(missing);
    }
    expect((await narrow.post(`${path}/keys/${made.id}/rotate`)).status).toBe(403);
    expect((await reader.post(`${path}/keys/${made.id}/rotate`)).status).toBe(403);
    const readers = { ...asked, scopes: ['requests:read'] };
    const key = await reader.expect<Key>(201, 'POST', `${path}/keys`, readers);
    await reader.expect(201, 'POST', `${path}/keys/${key.id}/rotate`);
    expect((await narrow.post(`${path}/keys/${key.id}/revoke`)).status).toBe(200);
  });

  it('cannot say where live requests go', async () => {
    const { path } = await addProject();
    const { client } = await owner.addToken(['projects:write', 'projects:read']);
    const body = { base_url: 'https://elsewhere.example/v1', api_key: 'sk' };
    for (const answer of [
      await client.call('PUT', `${path}/provider`, body),
      await client.call('DELETE', `${path}/provider`),
    ]) {
      expect([answer.status, errorOf(answer).code]).toEqual([403, 'session_required']);
    }
  });
});

describe('content that was accepted for another provider', () => {
  it('is sent to the new one for people only when a signed-in owner agrees', async () => {
    const [before, after] = [await startRecordingProvider(), await startRecordingProvider()];
    before.answer = { status: 400, body: '{"error":{"message":"no"}}' };
    const { path, live } = await addProject(before.baseUrl);
    const ids = [];
    for (let n = 0; n < 3; n += 1) {
      const id = await live.submit('m');
      await live.untilEnded(id);
      ids.push(id);
    }
    const [one, other, third] = ids;
    await owner.expect(200, 'PUT', `${path}/provider`, { base_url: after.baseUrl, api_key: 'sk' });
    // Workers cache a project's provider for seconds.
    await eventually(
      () => live.wait('probe'),
      ({ status }) => status === 200,
    );
    const probes = after.calls.length;

    const { browser: member } = await owner.invite('member', 'outbound@example.com');
    const { client: token } = await owner.addToken(['requests:write', 'requests:read']);
    const retry = `${path}/requests/${one}/retry`;
    const yes = { accept_provider_change: true };
    for (const [who, body, status, code] of [
      [member, {}, 409, 'provider_changed'],
      [member, yes, 403, 'forbidden'],
      [token, {}, 409, 'provider_changed'],
      [token, yes, 403, 'session_required'],
      [owner, {}, 409, 'provider_changed'],
      [owner, { accept_provider_change: false }, 409, 'provider_changed'],
      [owner, { accept_provider_change: 'yes' }, 400, 'invalid_value'],
    ] as const) {
      const answer = await who.post(retry, body);
      expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
      expect(errorOf(answer).param).toBe('accept_provider_change');
    }

    const bulk = `${path}/requests/bulk-retry`;
    const order = { filter: { model: 'm' }, dry_run: false };
    expect(await member.expect(200, 'POST', bulk, { ...order, dry_run: true })).toMatchObject({
      matched: 3,
      provider_changed: true,
    });
    expect(errorOf(await owner.post(bulk, order)).code).toBe('provider_changed');
    expect((await token.post(bulk, { ...order, ...yes })).status).toBe(403);
    expect(after.calls).toHaveLength(probes);

    await owner.expect(200, 'POST', retry, yes);
    await live.until(String(one), 'completed');
    // The application itself may retry, because it could also send the same body anew.
    expect((await live.retry(String(other))).status).toBe(200);
    await live.until(String(other), 'completed');
    await owner.expect(202, 'POST', bulk, { ...order, ...yes });
    await live.until(String(third), 'completed');
    expect(after.calls).toHaveLength(probes + 3);
    await Promise.all([before.close(), after.close()]);
  });
});

describe('a test of a provider', () => {
  it('is written down before it is made, and ten a minute are let through', async () => {
    const provider = await startRecordingProvider();
    provider.answer = { body: '{"object":"list","data":[]}' };
    const { browser } = await owner.invite('owner', 'tester@example.com');
    const { client: token } = await browser.addToken(['projects:write']);
    const { path, id } = await addProject();
    const other = await addProject();
    const body = { base_url: provider.baseUrl, api_key: 'sk-canary-key' };
    for (let n = 0; n < 10; n += 1) {
      const from = n % 2 === 0 ? browser : token;
      await from.expect(200, 'POST', `${n < 5 ? path : other.path}/provider/test`, body);
    }
    for (const from of [browser, token]) {
      const refused = await from.post(`${path}/provider/test`, body);
      expect([refused.status, errorOf(refused).code]).toEqual([429, 'too_many_provider_tests']);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(provider.calls).toHaveLength(10);
    const { rows } = await cluster().pool.query<{ details: object }>(
      `SELECT details FROM audit_log WHERE action = 'provider.tested' AND project_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(5);
    expect(rows[0]?.details).toEqual({ base_url: provider.baseUrl, key_given: true });
    await provider.close();
  });
});

describe('a key', () => {
  it('of a project that was deleted or archived, and one that was revoked, is refused at once', async () => {
    for (const end of ['deleted', 'archived', 'revoked'] as const) {
      const { path, live } = await addProject();
      expect((await live.chat(chatBody('sim/ok', { wait: true }))).status).toBe(200);
      if (end === 'deleted') {
        await owner.expect(204, 'DELETE', path, { name: 'p' });
      } else if (end === 'archived') {
        await owner.expect(200, 'POST', `${path}/archive`);
      } else {
        const keys = jsonOf<{ data: Key[] }>(await owner.get(`${path}/keys`)).data;
        await owner.expect(200, 'POST', `${path}/keys/${keys[0]?.id}/revoke`);
      }
      expect((await live.get('/v1/requests')).status).toBe(401);
    }
  });
});
