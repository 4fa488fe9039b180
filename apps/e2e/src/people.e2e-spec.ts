import { TOTP } from 'otpauth';

import { AdminClient, OWNER } from './harness/admin-client.js';
import { type Answer, Client, errorOf, jsonOf } from './harness/client.js';
import { text } from './harness/matching.js';
import { useCluster } from './harness/transports.js';

interface Session {
  person: { id: string; email: string; role: string; totp_enabled: boolean };
  session_id: string;
}
interface List<T> {
  data: T[];
  has_more: boolean;
  last_id: string | null;
}

describe('the admin API', () => {
  const cluster = useCluster({
    redis: false,
    apis: 2,
    env: { REQRUN_DASHBOARD_URL: 'http://dashboard.example:3000', REQRUN_TRUST_PROXY: '127.0.0.1' },
  });
  let owner: AdminClient;
  beforeAll(async () => {
    owner = await cluster().owner();
  });

  it('signs the first owner in, shows the session, and ends it on every process', async () => {
    const browser = await cluster().owner();
    const answer = await browser.get('/admin/session');
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
    expect(jsonOf<Session>(answer).person).toMatchObject({ email: OWNER.email, role: 'owner' });
    const elsewhere = new AdminClient(cluster().apis[1]!.origin);
    elsewhere.cookie = browser.cookie;
    expect((await elsewhere.get('/admin/session')).status).toBe(200);
    const { cookie } = browser;
    const out = await browser.call('DELETE', '/admin/session');
    expect(out.status).toBe(204);
    expect(browser.cookie).toBeNull();
    elsewhere.cookie = cookie;
    const refused = await elsewhere.get('/admin/session');
    expect(refused.status).toBe(401);
    expect(errorOf(refused)).toMatchObject({ code: 'not_signed_in' });
  });

  it('gives a cookie that scripts and other sites do not get', async () => {
    const answer = await new Client(cluster().baseUrl, null).call('POST', '/admin/session', OWNER);
    expect(answer.headers['set-cookie']).toEqual([
      text(/^reqrun_session=[A-Za-z0-9_-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/),
      text(/^reqrun_device=[\w.-]{60,80}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    for (const line of answer.headers['set-cookie'] ?? []) {
      expect(answer.body.toString()).not.toContain(/=([^;]+)/.exec(line)![1]);
    }
  });

  it('makes the cookie Secure and bound to its host where the dashboard is on https', async () => {
    const api = await cluster().addApi({ REQRUN_DASHBOARD_URL: 'https://dashboard.example' });
    const answer = await new Client(api.origin, null).call('POST', '/admin/session', OWNER);
    expect(answer.headers['set-cookie']).toEqual([
      text(
        /^__Host-reqrun_session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
      ),
      text(
        /^__Host-reqrun_device=[^;]+; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });

  it('answers the unknown person and the wrong password alike, to the byte', async () => {
    const client = new Client(cluster().baseUrl, null);
    const attempt = (email: string) =>
      client.call('POST', '/admin/session', { email, password: 'not the password' });
    const [wrong, unknown] = [await attempt(OWNER.email), await attempt('nobody@example.com')];
    expect(wrong.status).toBe(401);
    expect(wrong.body.equals(unknown.body)).toBe(true);
    expect(Object.keys(wrong.headers)).toEqual(Object.keys(unknown.headers));
  });

  it('makes whoever guesses wait, on every process, and nobody else', async () => {
    const { browser, password } = await owner.invite('viewer', 'slow@example.com');
    const guess = (api: number, from: string, right = false, device = ''): Promise<Answer> =>
      new Client(cluster().apis[api]!.origin, null).call(
        'POST',
        '/admin/session',
        { email: 'slow@example.com', password: right ? password : 'not the password' },
        {
          'x-forwarded-for': from,
          ...(device === '' ? {} : { cookie: `reqrun_device=${device}` }),
        },
      );
    for (let n = 0; n < 5; n += 1) {
      expect((await guess(n % 2, '198.51.100.1')).status).toBe(401);
    }
    // As if many more sign-ins had failed from there: the next one causes a wait of a minute.
    await cluster().pool.query('UPDATE sign_in_throttles SET failures = 15');
    expect((await guess(0, '198.51.100.1')).status).toBe(401);
    const blocked = await guess(1, '198.51.100.1', true);
    expect(blocked.status).toBe(429);
    expect(errorOf(blocked)).toMatchObject({ code: 'too_many_attempts' });
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    // Existing sessions stay valid. The right password is accepted from elsewhere, and in a known browser.
    expect((await browser.get('/admin/session')).status).toBe(200);
    await expect(cluster().owner()).resolves.toBeDefined();
    expect((await guess(0, '198.51.100.2', true)).status).toBe(200);
    expect((await guess(1, '198.51.100.1', true, browser.device ?? '')).status).toBe(200);
    expect((await guess(0, '198.51.100.1', true)).status).toBe(429);
    await cluster().pool.query('TRUNCATE sign_in_throttles');
  });

  it('lets the right password in while others guess from ever new addresses', async () => {
    const { password } = await owner.invite('owner', 'besieged@example.com');
    const attempt = (from: string, its: string): Promise<Answer> =>
      new Client(cluster().baseUrl, null).call(
        'POST',
        '/admin/session',
        { email: 'besieged@example.com', password: its },
        { 'x-forwarded-for': from },
      );
    for (let round = 0; round < 5; round += 1) {
      for (let n = 0; n < 6; n += 1) {
        const guess = await attempt(`198.51.${round}.${n}`, 'not the password');
        expect(guess.status).toBe(401);
      }
      expect((await attempt(`203.0.${round}.1`, password)).status).toBe(200);
    }
    await cluster().pool.query('TRUNCATE sign_in_throttles');
  });

  it('asks for a password or a code once more where the last one is old', async () => {
    const { browser, password } = await owner.invite('member', 'proof@example.com');
    const growOld = () =>
      cluster().pool.query(`UPDATE person_sessions SET authenticated_at = now() - interval '1 h'`);
    const makeToken = (): Promise<Answer> =>
      browser.post('/admin/me/tokens', { name: 't', scopes: ['keys:read'] });
    expect((await makeToken()).status).toBe(201);
    await growOld();
    const refused = await makeToken();
    expect(refused.status).toBe(403);
    expect(errorOf(refused)).toMatchObject({ code: 'reauthentication_required', param: null });
    // A call that removes access needs no new authentication.
    expect((await browser.get('/admin/me/sessions')).status).toBe(200);
    const wrong = await browser.post('/admin/session/confirm', { password: 'wrong' });
    expect(wrong.status).toBe(400);
    expect(errorOf(wrong)).toMatchObject({ code: 'invalid_value', param: 'password' });
    expect(errorOf(await browser.post('/admin/session/confirm', {}))).toMatchObject({
      code: 'missing_required_parameter',
      param: 'password',
    });
    expect((await makeToken()).status).toBe(403);
    await browser.expect(204, 'POST', '/admin/session/confirm', { password });
    expect((await makeToken()).status).toBe(201);
    // Tokens were created under this rule. They stay valid regardless of the session's authentication.
    await growOld();
    const fresh = await cluster().owner();
    const { client } = await fresh.addToken(['keys:write', 'requests:read', 'requests:write']);
    await growOld();
    const key = { name: 'by a token', mode: 'test' };
    const path = `/admin/projects/${cluster().project.id}/keys`;
    expect((await client.post(path, key)).status).toBe(201);
    expect(errorOf(await fresh.post(path, key))).toMatchObject({
      code: 'reauthentication_required',
    });
    await owner.expect(204, 'POST', '/admin/session/confirm', { password: OWNER.password });
  });

  it('refuses changes that another site asks a browser for', async () => {
    const me = { name: 'Owner' };
    const status = async (headers: Record<string, string>): Promise<number> =>
      (
        await new Client(owner.origin, null).call('PATCH', '/admin/me', me, {
          cookie: `reqrun_session=${owner.cookie}`,
          ...headers,
        })
      ).status;
    expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status({ origin: 'http://dashboard.example:3000' })).toBe(200);
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://dashboard.example:3000' },
      { origin: 'http://dashboard.example' },
      { origin: 'null' },
      { origin: 'http://dashboard.example:3000.evil.example' },
    ] as Record<string, string>[]) {
      expect([headers, await status(headers)]).toEqual([headers, 403]);
    }
    // A read needs neither, because a link on another site may lead here.
    const read = await new Client(owner.origin, null).call('GET', '/admin/session', undefined, {
      cookie: `reqrun_session=${owner.cookie}`,
      'sec-fetch-site': 'cross-site',
    });
    expect(read.status).toBe(200);
    const signIn = await new Client(owner.origin, null).call('POST', '/admin/session', OWNER, {
      'sec-fetch-site': 'cross-site',
    });
    expect(errorOf(signIn)).toMatchObject({ code: 'csrf_refused' });
  });

  it('takes a second factor, from the secret to the code', async () => {
    const { browser, password } = await owner.invite('member', 'second@example.com');
    const made = await browser.expect<{ secret: string; otpauth_url: string }>(
      200,
      'POST',
      '/admin/me/totp',
    );
    expect(made.otpauth_url).toMatch(/^otpauth:\/\/totp\/ReqRun:second%40example\.com\?/);
    // A code can be used once: this step's confirms, the next one's signs in.
    const generate = (timestamp: number): string =>
      new TOTP({ secret: made.secret }).generate({ timestamp });
    const now = Date.now();
    const other = new AdminClient(browser.origin);
    await other.signIn({ email: 'second@example.com', password });
    const { cookie } = browser;
    await browser.expect(204, 'POST', '/admin/me/totp/confirm', { code: generate(now) });
    // This session continues with a new cookie. Sessions signed in by password only have ended.
    expect(browser.cookie).not.toBe(cookie);
    expect((await browser.get('/admin/session')).status).toBe(200);
    expect((await other.get('/admin/session')).status).toBe(401);
    const credentials = { email: 'second@example.com', password };
    const fresh = new AdminClient(browser.origin);
    expect(errorOf(await fresh.post('/admin/session', credentials))).toMatchObject({
      code: 'totp_required',
    });
    await fresh.signIn({ ...credentials, totp_code: generate(now + 30_000) });
    expect(jsonOf<Session>(await fresh.get('/admin/session')).person.totp_enabled).toBe(true);
    await fresh.expect(204, 'DELETE', '/admin/me/totp', { password });
  });

  it('lets people change their password and end their sessions, and keeps this browser in', async () => {
    const { browser, password } = await owner.invite('member', 'changing@example.com');
    const other = new AdminClient(browser.origin);
    await other.signIn({ email: 'changing@example.com', password });
    const { data } = await browser.expect<List<{ id: string; current: boolean }>>(
      200,
      'GET',
      '/admin/me/sessions',
    );
    expect(data.map(({ current }) => current).sort()).toEqual([false, true]);
    const before = browser.cookie;
    const token = await browser.addToken(['audit:read']);
    await browser.expect(204, 'POST', '/admin/me/password', {
      current_password: password,
      new_password: 'just another password',
      revoke_tokens: false,
    });
    expect((await token.client.get('/admin/audit')).status).toBe(200);
    await browser.expect(204, 'POST', '/admin/me/password', {
      current_password: 'just another password',
      new_password: 'quite another password',
    });
    // By default they are revoked.
    expect((await token.client.get('/admin/audit')).status).toBe(401);
    expect(browser.cookie).not.toBe(before);
    expect((await browser.get('/admin/session')).status).toBe(200);
    expect((await other.get('/admin/session')).status).toBe(401);
  });

  it('lets a token act for its person within its scopes and role, and never on people', async () => {
    const { browser } = await owner.invite('viewer', 'scripts@example.com');
    const reading = await browser.addToken(['audit:read']);
    expect((await reading.client.get('/admin/audit')).status).toBe(200);
    const narrow = await browser.addToken(['keys:read']);
    expect(errorOf(await narrow.client.get('/admin/audit'))).toMatchObject({
      code: 'insufficient_scope',
    });
    for (const path of ['/admin/people', '/admin/session', '/admin/me/tokens']) {
      expect(errorOf(await reading.client.get(path))).toMatchObject({ code: 'session_required' });
    }
    await browser.expect(204, 'DELETE', `/admin/me/tokens/${reading.id}`);
    expect((await reading.client.get('/admin/audit')).status).toBe(401);
  });

  it('writes down who did what from where, in pages, as lines and as a table, and checks it', async () => {
    await owner.expect(200, 'PATCH', '/admin/me', { name: '=HYPERLINK("http://evil")' });
    await owner.expect(200, 'PATCH', '/admin/me', { name: 'Owner' });
    const first = await owner.expect<
      List<{ id: string; action: string; actor: object; address: string }>
    >(200, 'GET', '/admin/audit?limit=1');
    expect(first).toMatchObject({
      has_more: true,
      data: [{ action: 'person.renamed', actor: { email: OWNER.email }, address: '127.0.0.1' }],
    });
    const second = await owner.expect<List<{ id: string }>>(
      200,
      'GET',
      `/admin/audit?limit=1&after=${first.last_id}&actor=${OWNER.email}&action=person.renamed`,
    );
    expect(Number(second.data[0]!.id)).toBeLessThan(Number(first.data[0]!.id));
    const lines = (await owner.get('/admin/audit/export')).body.toString().trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { id: string; action: string });
    expect(entries[0]).toMatchObject({ action: 'person.created', actor: { kind: 'system' } });
    expect(entries.at(-1)).toMatchObject(first.data[0]!);
    const csv = await owner.get('/admin/audit/export?format=csv&action=person.renamed');
    expect(csv.headers['content-type']).toMatch(/^text\/csv/);
    expect(csv.headers['content-disposition']).toBe('attachment; filename="audit-log.csv"');
    expect(csv.body.toString()).not.toMatch(/(^|,)"?[=+\-@]/m);
    expect(await owner.expect(200, 'GET', '/admin/audit/verify')).toEqual({
      ok: true,
      checked: entries.length,
      broken_at: null,
    });
  });

  it.each([
    ['POST', '/admin/session', {}, 'email'],
    ['POST', '/admin/session', { email: 'a@b', password: 'x', role: 'owner' }, 'role'],
    ['POST', '/admin/session', { email: { $gt: '' }, password: 'x' }, 'email'],
    ['POST', '/admin/invitations', { email: 'nonsense', role: 'viewer' }, 'email'],
    ['POST', '/admin/invitations', { email: 'a@b', role: 'admin' }, 'role'],
    ['POST', '/admin/me/tokens', { name: 'x', scopes: ['everything'] }, 'scopes'],
    ['POST', '/admin/me/tokens', { name: 'x', scopes: [] }, 'scopes'],
    ['POST', '/admin/me/tokens', { name: '\u0000', scopes: ['keys:read'] }, 'name'],
    ['POST', '/admin/me/tokens', { name: '\ud800', scopes: ['keys:read'] }, 'name'],
    [
      'POST',
      '/admin/me/tokens',
      { name: 'x', scopes: ['keys:read'], expires_at: 'soon' },
      'expires_at',
    ],
    [
      'POST',
      '/admin/me/tokens',
      { name: 'x', scopes: ['keys:read'], expires_at: '2020-01-01' },
      'expires_at',
    ],
    ['PATCH', '/admin/me', { name: '  ' }, 'name'],
    ['GET', '/admin/audit?limit=0', undefined, 'limit'],
    ['GET', '/admin/audit?actor=x', undefined, 'actor'],
    ['GET', '/admin/audit?nonsense=1', undefined, 'nonsense'],
    ['GET', '/admin/audit?action=a&action=b', undefined, 'action'],
    ['GET', '/admin/audit/export?format=xml', undefined, 'format'],
  ] as const)('names what is wrong: %s %s %j → %s', async (method, path, body, param) => {
    const answer = await owner.call(method, path, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ param });
  });

  it.each([
    '/%61dmin/people',
    '//admin/people',
    '/admin//people',
    '/ADMIN/people',
    '/admin/people/',
  ])('lets nobody in by another spelling of a path: %s', async (path) => {
    expect([401, 404]).toContain((await new AdminClient(owner.origin).get(path)).status);
    const { browser } = await owner.invite('viewer', `viewer-${crypto.randomUUID()}@example.com`);
    const answer = await browser.call('DELETE', path.replace(/\/?$/, `/${crypto.randomUUID()}`));
    expect([401, 403, 404]).toContain(answer.status);
  });

  it('takes no large body, and none that is no JSON object', async () => {
    const status = async (body: string): Promise<number> =>
      (await new Client(owner.origin, null).call('POST', '/admin/session', body)).status;
    expect(await status(JSON.stringify({ email: 'x'.repeat(70_000) }))).toBe(413);
    expect(await status('{')).toBe(400);
    expect(await status('[]')).toBe(400);
    expect(await status('"\\ud800"')).toBe(400);
  });

  it('tells what the deployment is made of', async () => {
    expect(await owner.expect(200, 'GET', '/admin/system')).toEqual({
      version: text(/^\d+\.\d+\.\d+$/),
      simulator_url_configured: true,
      dashboard_url: 'http://dashboard.example:3000',
      queue: 'postgresql',
      public_base_url: text(/^http:/),
    });
  });

  it('says in one word that it is not to be had when its role is taken away; calls go on', async () => {
    const login = `plain_${cluster().database.name}`;
    const { pool } = cluster();
    await pool.query(`CREATE ROLE ${login} LOGIN PASSWORD 'x'`);
    const url = new URL(cluster().database.connectionString);
    url.username = login;
    url.password = 'x';
    const api = await cluster().addApi({ REQRUN_ADMIN_DATABASE_URL: url.href });
    const answer = await new AdminClient(api.origin).post('/admin/session', OWNER);
    expect(answer.status).toBe(503);
    expect(errorOf(answer)).toMatchObject({ code: 'admin_unavailable' });
    const { keys } = cluster().project;
    expect((await cluster().clientFor(keys.test, api).get('/v1/requests')).status).toBe(200);
    expect(api.output).toContain('GRANT reqrun_admin TO');
    await api.stop();
    await pool.query(`DROP ROLE ${login}`);
  });

  it('keeps passwords, cookies, tokens and secrets out of logs, metrics and tables', async () => {
    const { browser, password } = await owner.invite('member', 'canary@example.com');
    const { secret: token } = await browser.addToken(['keys:read']);
    const { secret: totp } = await browser.expect<{ secret: string }>(
      200,
      'POST',
      '/admin/me/totp',
    );
    const wrong = 'a wrong canary password';
    const { token: invitation } = await owner.expect<{ token: string }>(
      201,
      'POST',
      '/admin/invitations',
      { email: 'another@example.com', role: 'viewer' },
    );
    await new AdminClient(owner.origin).post('/admin/session', {
      email: 'canary@example.com',
      password: wrong,
    });
    await new AdminClient(owner.origin, token.slice(0, -1)).get('/admin/audit');
    // The error of an unreadable body must not contain it either.
    await new Client(owner.origin, null).call('POST', '/admin/session', `{"password": "${wrong}"`);
    const { rows } = await cluster().pool.query<{ row: string }>(
      `SELECT p::text AS row FROM people p UNION ALL SELECT s::text FROM person_sessions s
       UNION ALL SELECT t::text FROM access_tokens t UNION ALL SELECT i::text FROM invitations i
       UNION ALL SELECT a::text FROM audit_log a UNION ALL SELECT h::text FROM sign_in_throttles h`,
    );
    const sources = {
      logs: cluster().output,
      tables: rows.map(({ row }) => row).join('\n'),
      metrics: (
        await Promise.all(
          cluster()
            .apis.slice(0, 2)
            .map((api) => api.metrics()),
        )
      ).join('\n'),
      audit: (await owner.get('/admin/audit/export')).body.toString(),
      people: (await owner.get('/admin/people')).body.toString(),
      sessions: (await browser.get('/admin/me/sessions')).body.toString(),
      tokens: (await browser.get('/admin/me/tokens')).body.toString(),
    };
    expect(sources.logs).toContain('sign_in.refused');
    expect(sources.tables).toContain('canary@example.com');
    expect(sources.audit).toContain('access_token.created');
    for (const [name, source] of Object.entries(sources)) {
      for (const secret of [
        password,
        wrong,
        OWNER.password,
        browser.cookie!,
        token.slice(0, -4),
        totp,
        invitation,
      ]) {
        expect([name, source.includes(secret)]).toEqual([name, false]);
      }
    }
  });
});
