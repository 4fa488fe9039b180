import type { AdminClient } from './harness/admin-client.js';
import { type Answer, type Client, errorOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { type MailServer, startMailServer } from './harness/mail-server.js';
import { useCluster } from './harness/transports.js';
import {
  signatureOf,
  startWebhookReceiver,
  type WebhookReceiver,
} from './harness/webhook-receiver.js';

interface Rule {
  id: string;
  name: string;
  threshold: number | null;
  window_minutes: number | null;
  recipients: string[];
  webhook_url: string | null;
  firing: { id: string; subjects: object[] } | null;
  signing_secret?: string | null;
}

const PROMPT = 'the-words-of-a-prompt';

/** Alerts from outside: real requests, a real mail server and a real receiver. */
describe('alerts', () => {
  let mail: MailServer;
  let receiver: WebhookReceiver;
  const env: Record<string, string> = {
    ...{ REQRUN_SMTP_FROM: 'ReqRun <reqrun@example.com>', REQRUN_KEY_CACHE_MS: '0' },
    ...{ REQRUN_ALERTS_MS: '100', REQRUN_ALERTS_CLEAR_MS: '0', REQRUN_METRICS_MS: '100' },
  };
  beforeAll(async () => {
    mail = await startMailServer();
    receiver = await startWebhookReceiver();
    env['REQRUN_SMTP_URL'] = mail.url;
  });
  const cluster = useCluster({ redis: false, env });
  let owner: AdminClient;
  let viewer: AdminClient;
  let path: string;
  let project: string;
  let test: Client;
  beforeAll(async () => {
    owner = await cluster().owner();
    ({ browser: viewer } = await owner.invite('viewer', 'viewer@example.com'));
    const added = await cluster().projects.add();
    project = `/admin/projects/${added.id}`;
    path = `${project}/alert-rules`;
    test = cluster().clientFor(added.keys.test);
  });
  afterAll(async () => {
    await receiver.close();
    await mail.close();
  });

  const list = async (by = owner): Promise<Rule[]> =>
    (await by.expect<{ data: Rule[] }>(200, 'GET', path)).data;
  const create = (body: object): Promise<Rule> =>
    owner.expect<Rule>(201, 'POST', path, { name: 'a rule', ...body });
  const remove = (id: string): Promise<void> => owner.expect(204, 'DELETE', `${path}/${id}`);
  const refusalOf = (answer: Answer) => [
    ...[answer.status, errorOf(answer).code, errorOf(answer).param],
  ];
  const fires = async (id: string): Promise<boolean> =>
    (await list()).some((rule) => rule.id === id && rule.firing !== null);
  const until = (holds: () => boolean | Promise<boolean>): Promise<boolean> =>
    eventually(
      async () => holds(),
      (is) => is,
    );
  const typesOf = (id: string): string[] =>
    receiver.received.filter(({ text }) => text.includes(id)).map(({ type }) => type);

  it.each([
    [{ kind: 'weather' }, 'kind'],
    [{ kind: 'failure_rate', threshold: 10 }, 'threshold'],
    [{ kind: 'failure_rate', window_minutes: 1 }, 'window_minutes'],
    [{ kind: 'oldest_due', window_minutes: 15 }, 'window_minutes'],
    [{ kind: 'key_misused', threshold: 1 }, 'threshold'],
    [{ kind: 'provider_breaker', mode: 'test' }, 'mode'],
    [{ kind: 'oldest_due', recipients: ['nobody'] }, 'recipients'],
    [{ kind: 'oldest_due', webhook_url: 'http://hooks.example.com' }, 'webhook_url'],
    [{ kind: 'oldest_due', webhook_url: 'https://169.254.169.254/latest' }, 'webhook_url'],
    [{ kind: 'oldest_due', remind_minutes: 1 }, 'remind_minutes'],
  ])('with bad input %j are refused, and the field is named', async (body, param) => {
    const answer = await owner.post(path, { name: 'a rule', ...body });
    expect(refusalOf(answer)).toEqual([400, 'invalid_value', param]);
  });

  it('have defaults, are changed in part, and are removed', async () => {
    const { id } = await create({ kind: 'failure_rate' });
    expect(await list()).toMatchObject([{ id, threshold: 0.1, window_minutes: 15 }]);
    await owner.expect(200, 'PATCH', `${path}/${id}`, { threshold: 0.5 });
    expect(await list()).toMatchObject([{ name: 'a rule', threshold: 0.5, window_minutes: 15 }]);
    await remove(id);
    expect(await list()).toEqual([]);
    expect(refusalOf(await owner.call('DELETE', `${path}/${id}`))).toEqual([
      ...[404, 'not_found', 'rule_id'],
    ]);
  });

  it('fire when requests fail, tell by mail and webhook, and say nothing of a prompt', async () => {
    const rule = await create({
      ...{ kind: 'failure_rate', mode: 'test', threshold: 0.5, min_requests: 3 },
      ...{ recipients: ['Ada@Example.com'], webhook_url: receiver.url },
    });
    expect(rule).toMatchObject({ recipients: ['ada@example.com'] });
    const messages = [{ role: 'user', content: PROMPT }];
    for (let n = 0; n < 3; n += 1) {
      const id = await test.submit('sim/400', { messages });
      await test.until(id, 'failed');
    }
    await until(() => typesOf(rule.id).length > 0);
    await until(() => mail.mails.length > 0);
    const [notification] = receiver.received.filter(({ text }) => text.includes(rule.id));
    expect(notification?.type).toBe('alert.fired');
    expect(notification?.headers['webhook-signature']).toBe(
      signatureOf(rule.signing_secret ?? '', notification!),
    );
    expect(mail.mails[0]?.to).toEqual(['ada@example.com']);
    expect(mail.mails[0]?.text).toContain('Firing: a rule');
    expect(await fires(rule.id)).toBe(true);
    await owner.expect(200, 'PATCH', `${path}/${rule.id}`, { min_requests: 1000 });
    await until(() => typesOf(rule.id).includes('alert.resolved'));
    expect(typesOf(rule.id)).toEqual(['alert.fired', 'alert.resolved']);
    const { data } = await owner.expect<{ data: { deliveries: object[] }[] }>(
      ...[200, 'GET', `${project}/alerts`],
    );
    expect(data).toHaveLength(1);
    expect(data[0]?.deliveries).toHaveLength(4);
    const everything = JSON.stringify([data, receiver.received, mail.mails]);
    expect(everything).not.toContain(PROMPT);
    await remove(rule.id);
  });

  it('fire when a revoked key is used, and name the key', async () => {
    const rule = await create({ kind: 'key_misused', webhook_url: receiver.url });
    const key = await owner.expect<{ id: string; secret: string }>(201, 'POST', `${project}/keys`, {
      ...{ name: 'leaked', mode: 'live' },
    });
    await owner.expect(200, 'POST', `${project}/keys/${key.id}/revoke`);
    const caller = cluster().clientFor(key.secret);
    expect((await caller.call('GET', '/v1/requests')).status).toBe(401);
    await until(() => fires(rule.id));
    await until(() => typesOf(rule.id).length > 0);
    const [notification] = receiver.received.filter(({ text }) => text.includes(rule.id));
    expect(notification?.text).toContain('"leaked"');
    expect(JSON.stringify(receiver.received)).not.toContain(key.secret.slice(-8));
    await remove(rule.id);
  });

  it('are tested without being fired, and the outcome is shown', async () => {
    const rule = await create({ kind: 'oldest_due' });
    const at = `${path}/${rule.id}`;
    expect(refusalOf(await owner.post(`${at}/test`))).toEqual([409, 'not_changeable', null]);
    await owner.expect(200, 'PATCH', at, { recipients: ['bo@example.com'] });
    expect(await owner.expect(202, 'POST', `${at}/test`)).toEqual({ deliveries: 1 });
    await until(() => mail.mails.some(({ to }) => to[0] === 'bo@example.com'));
    const deliveries = async () =>
      (await viewer.expect<{ data: { state: string }[] }>(200, 'GET', `${at}/deliveries`)).data;
    await until(async () => (await deliveries())[0]?.state === 'delivered');
    expect(await deliveries()).toMatchObject([
      { event: 'alert.test', recipient: 'bo@example.com' },
    ]);
    expect(await fires(rule.id)).toBe(false);
    await remove(rule.id);
  });

  it('show the address of a webhook in whole to owners alone, and its secret once', async () => {
    const rule = await create({ kind: 'oldest_due', webhook_url: receiver.url });
    expect(rule.signing_secret).toMatch(/^whsec_/);
    expect((await list())[0]?.webhook_url).toBe(receiver.url);
    const { origin } = new URL(receiver.url);
    expect((await list(viewer))[0]?.webhook_url).toBe(`${origin}/…`);
    expect(JSON.stringify([await list(), await list(viewer)])).not.toContain('whsec_');
    const rotated = await owner.expect<Rule>(200, 'POST', `${path}/${rule.id}/rotate-secret`);
    expect(rotated.signing_secret).not.toBe(rule.signing_secret);
    const elsewhere = { webhook_url: 'https://hooks.example.com/a' };
    const moved = await owner.expect<Rule>(200, 'PATCH', `${path}/${rule.id}`, elsewhere);
    // Another server gets a secret of its own.
    expect(moved.signing_secret).toMatch(/^whsec_/);
    const audit = await owner.expect<object>(200, 'GET', '/admin/audit?limit=100');
    expect(JSON.stringify(audit)).toContain('alert_rule.secret_rotated');
    expect(JSON.stringify(audit)).not.toMatch(/hidden-token|whsec_/);
    await remove(rule.id);
  });
});
