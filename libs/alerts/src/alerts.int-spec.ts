import { createHmac, randomBytes, randomUUID } from 'node:crypto';

import { DataKeyRing, MasterKey } from '@reqrun/platform/crypto';
import { createPool, type Pool } from '@reqrun/platform/database';
import { createLogger } from '@reqrun/platform/logging';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';
import { MailClient, WebhookClient } from '@reqrun/providers';

import {
  type AlertMessage,
  AlertDeliveryStore,
  AlertRuleStore,
  applyVerdict,
  Courier,
  type DueRule,
  forgetAlerts,
  MOST_TRIES,
  type NewAlertRule,
  newSigningSecret,
  takeDueRules,
  type Verdict,
} from './index.js';
import {
  type MailServer,
  startMailServer,
  startWebhookReceiver,
  type WebhookReceiver,
} from './testing/index.js';

let database: TestDatabase;
let pool: Pool;
let keys: DataKeyRing;
let rules: AlertRuleStore;
let deliveries: AlertDeliveryStore;
let receiver: WebhookReceiver;
let mailServer: MailServer;
let webhooks: WebhookClient;
let courier: Courier;
let projectId: string;

const running = new AbortController().signal;
const settings = { dashboardUrl: 'https://reqrun.example.com/', clearAfterMs: 0 };
const HOLDS: Verdict = { holds: true, value: 0.25, subjects: [] };
const CLEAR: Verdict = { holds: false, value: 0.01, subjects: [] };

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  pool = createPool({ connectionString, max: 8, applicationName: 'test' });
  keys = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
  rules = new AlertRuleStore(pool);
  deliveries = new AlertDeliveryStore(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  projectId = randomUUID();
  await pool.query(`DELETE FROM projects`);
  await pool.query(`INSERT INTO projects (id, name, retry_on_codes) VALUES ($1, 'shop', '{}')`, [
    projectId,
  ]);
  receiver = await startWebhookReceiver();
  mailServer = await startMailServer();
  webhooks = new WebhookClient();
  const url = `smtp://127.0.0.1:${mailServer.port}`;
  courier = courierWith(new MailClient({ url, from: 'ReqRun <reqrun@example.com>' }));
});
afterEach(async () => {
  await webhooks.close();
  await receiver.close();
  await mailServer.close();
});

function courierWith(mail: MailClient | null): Courier {
  const logger = createLogger({ service: 'test', level: 'silent' });
  return new Courier({ pool, keys, webhooks, mail, logger });
}

async function addRule(
  fields: Partial<NewAlertRule> = {},
): Promise<{ id: string; secret: string }> {
  const id = randomUUID();
  const { secret, sealed } = await newSigningSecret(keys, projectId, id);
  const added = await rules.add(projectId, {
    ...{ id, name: 'many failures', kind: 'failure_rate', mode: 'live' },
    ...{ threshold: 0.1, windowMinutes: 15, minRequests: 20, remindMinutes: null, enabled: true },
    ...{ recipients: ['ada@example.com'], webhookUrl: receiver.url, secret: sealed },
    ...fields,
  });
  expect(added).toBe(true);
  return { id, secret };
}

/** The rules that are due now, whenever they were evaluated last. */
const due = (): Promise<DueRule[]> => takeDueRules(pool, 0);

async function dueRule(id: string): Promise<DueRule> {
  const found = (await due()).find((rule) => rule.id === id);
  expect(found).toBeDefined();
  return found!;
}

/** Evaluates a rule with a given verdict. */
const evaluate = async (id: string, verdict: Verdict, clearAfterMs = 0) =>
  applyVerdict(pool, await dueRule(id), verdict, { ...settings, clearAfterMs });

const events = async (id: string): Promise<string[]> =>
  (await deliveries.list(id, 100)).map(({ event, channel }) => `${event} ${channel}`).sort();

/** Makes the deliveries that wait due. */
const makeDue = () =>
  pool.query(`UPDATE alert_deliveries SET next_attempt_at = now() WHERE state = 'pending'`);

const inPast = (column: string, minutes: number) =>
  pool.query(`UPDATE alerts SET ${column} = now() - $1 * interval '1 minute'`, [minutes]);

describe('a rule', () => {
  it('fires once while its condition holds, and tells all its receivers once', async () => {
    const { id } = await addRule();
    expect(await evaluate(id, HOLDS)).toBe('alert.fired');
    expect(await evaluate(id, HOLDS)).toBeNull();
    expect(await evaluate(id, { ...HOLDS, value: 0.5 })).toBeNull();
    expect(await events(id)).toEqual(['alert.fired email', 'alert.fired webhook']);
    const [alert] = await deliveries.listAlerts(projectId, 10);
    expect(alert).toMatchObject({ peakValue: 0.5, lastValue: 0.5, resolvedAt: null });
    expect((await rules.find(projectId, id))?.firing).not.toBeNull();
  });

  it('fires once however many workers judge it at the same time', async () => {
    const { id } = await addRule();
    const rule = await dueRule(id);
    const told = await Promise.all(
      Array.from({ length: 6 }, () => applyVerdict(pool, rule, HOLDS, settings)),
    );
    expect(told.filter((event) => event !== null)).toEqual(['alert.fired']);
    expect(await events(id)).toHaveLength(2);
  });

  it('is taken on by one of the workers that look at the same time', async () => {
    await addRule();
    const taken = await Promise.all(Array.from({ length: 6 }, () => takeDueRules(pool, 3_600_000)));
    expect(taken.flat()).toHaveLength(1);
  });

  it('says when it is over, and fires again later', async () => {
    const { id } = await addRule();
    await evaluate(id, HOLDS);
    expect(await evaluate(id, CLEAR)).toBe('alert.resolved');
    expect(await evaluate(id, CLEAR)).toBeNull();
    expect(await evaluate(id, HOLDS)).toBe('alert.fired');
    expect(await deliveries.listAlerts(projectId, 10)).toHaveLength(2);
  });

  it('is over only when its condition has not held for a while', async () => {
    const { id } = await addRule();
    const [longMs, minutes] = [3_600_000, 61];
    await evaluate(id, HOLDS);
    expect(await evaluate(id, CLEAR, longMs)).toBeNull();
    expect(await evaluate(id, CLEAR, longMs)).toBeNull();
    expect(await evaluate(id, HOLDS, longMs)).toBeNull();
    expect(await evaluate(id, CLEAR, longMs)).toBeNull();
    await inPast('clear_since', minutes);
    expect(await evaluate(id, CLEAR, longMs)).toBe('alert.resolved');
  });

  it('reminds of an alert that goes on, where it is to', async () => {
    const { id } = await addRule({ remindMinutes: 60 });
    await evaluate(id, HOLDS);
    expect(await evaluate(id, HOLDS)).toBeNull();
    await inPast('last_notified_at', 61);
    expect(await evaluate(id, HOLDS)).toBe('alert.reminder');
    expect(await evaluate(id, HOLDS)).toBeNull();
  });

  it('that was changed after it was taken on is left for its next evaluation', async () => {
    const { id } = await addRule();
    const rule = await dueRule(id);
    const fields = (await rules.find(projectId, id))!;
    await rules.change(projectId, id, { ...fields, threshold: 0.9 }, null);
    expect(await applyVerdict(pool, rule, HOLDS, settings)).toBeNull();
    expect(await events(id)).toEqual([]);
  });

  it('that is switched off is not evaluated, and its alert ends without a word', async () => {
    const { id } = await addRule();
    await evaluate(id, HOLDS);
    const fields = (await rules.find(projectId, id))!;
    await rules.change(projectId, id, { ...fields, enabled: false }, null);
    expect(await due()).toEqual([]);
    expect((await rules.find(projectId, id))?.firing).toBeNull();
    expect(await events(id)).toEqual(['alert.fired email', 'alert.fired webhook']);
  });

  it('of a deleted project is gone, with the addresses in it', async () => {
    await addRule();
    await pool.query('UPDATE projects SET deleted_at = now() WHERE id = $1', [projectId]);
    expect(await rules.list(projectId)).toEqual([]);
    expect(await due()).toEqual([]);
  });

  it('is forgotten 90 days after it was over', async () => {
    const { id } = await addRule();
    await evaluate(id, HOLDS);
    await evaluate(id, CLEAR);
    await inPast('resolved_at', 91 * 24 * 60);
    await evaluate(id, HOLDS);
    await forgetAlerts(pool);
    expect(await deliveries.listAlerts(projectId, 10)).toMatchObject([{ resolvedAt: null }]);
  });
});

describe('a notification', () => {
  const signatureOf = (secret: string, call: { headers: Record<string, string>; body: string }) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const { 'webhook-id': id = '', 'webhook-timestamp': at = '' } = call.headers;
    return `v1,${createHmac('sha256', key).update(`${id}.${at}.${call.body}`).digest('base64')}`;
  };

  it('reaches the webhook, signed as the Standard Webhooks say', async () => {
    const { id, secret } = await addRule();
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    expect(receiver.calls).toHaveLength(1);
    const [call] = receiver.calls;
    expect(call?.path).toBe('/hooks/alerts?token=abc');
    expect(call?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(call?.headers['webhook-signature']).toBe(signatureOf(secret, call!));
    const message = JSON.parse(call?.body ?? '') as AlertMessage;
    expect(message).toMatchObject({
      type: 'alert.fired',
      data: {
        project: { id: projectId, name: 'shop' },
        rule: { id, kind: 'failure_rate', threshold: 0.1 },
        alert: { value: 0.25, resolved_at: null },
        summary: '25 % of the requests of the last 15 min failed. The threshold is 10 %.',
        url: `https://reqrun.example.com/projects/${projectId}/alerts`,
      },
    });
  });

  it('reaches each recipient in a mail of its own', async () => {
    const recipients = ['ada@example.com', 'bo@example.com'];
    const { id } = await addRule({ recipients, webhookUrl: null, secret: null });
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    expect(mailServer.mails.map(({ to }) => to).sort()).toEqual(recipients.map((to) => [to]));
    const [mail] = mailServer.mails;
    expect(mail?.from).toBe('reqrun@example.com');
    expect(mail?.text).toContain('Subject: [ReqRun] Firing: many failures (shop)');
    expect(mail?.text).toMatch(/^Auto-Submitted: auto-generated/im);
    expect(receiver.calls).toHaveLength(0);
  });

  it('that fails is sent again under the same id, and then no more', async () => {
    const { id } = await addRule({ recipients: [] });
    receiver.statuses.push(500, 302);
    await evaluate(id, HOLDS);
    for (let round = 0; round < 5; round += 1) {
      await courier.deliverDue(running);
      await makeDue();
    }
    expect(receiver.calls).toHaveLength(3);
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1);
    const [delivery] = await deliveries.list(id, 1);
    expect(delivery).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      tries: [
        { failure: 'http_error', status: 500 },
        { failure: 'http_error', status: 302 },
        { failure: null, status: 204 },
      ],
    });
  });

  it('waits before it is sent again', async () => {
    const { id } = await addRule({ recipients: [] });
    receiver.statuses.push(503);
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    // The shortest wait is 10 s, longer than a look at the table.
    await courier.deliverDue(running);
    expect(receiver.calls).toHaveLength(1);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({ state: 'pending' });
  });

  it('is given up after its last try', async () => {
    const { id } = await addRule({ recipients: [] });
    await evaluate(id, HOLDS);
    receiver.statuses.push(...Array.from({ length: MOST_TRIES + 5 }, () => 500));
    for (let round = 0; round < MOST_TRIES + 3; round += 1) {
      await courier.deliverDue(running);
      await makeDue();
    }
    expect(receiver.calls).toHaveLength(MOST_TRIES);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({ state: 'failed' });
  });

  it('is not sent again to a receiver that is gone (410)', async () => {
    const { id } = await addRule({ recipients: [] });
    receiver.statuses.push(410);
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({
      state: 'failed',
      tries: [{ failure: 'gone', status: 410 }],
    });
  });

  it.each([
    [550, 'failed'],
    [451, 'pending'],
  ])('to a recipient that is refused with %i is %s', async (status, state) => {
    const { id } = await addRule({ webhookUrl: null, secret: null });
    mailServer.refused.set('ada@example.com', status);
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({
      state,
      tries: [{ failure: 'recipient_refused', status }],
    });
  });

  it('of a worker that has died while it sent it is sent by another', async () => {
    const { id } = await addRule({ recipients: [] });
    await evaluate(id, HOLDS);
    // It dies after the receiver got it, before the outcome is written.
    const dying = new Courier({
      ...{ pool, keys, mail: null, logger: createLogger({ service: 'test', level: 'silent' }) },
      webhooks: {
        async post(message) {
          await webhooks.post(message);
          throw new Error('killed');
        },
      },
    });
    await expect(dying.deliverDue(running)).rejects.toThrow('killed');
    await courier.deliverDue(running);
    expect(receiver.calls).toHaveLength(1);
    await makeDue();
    await courier.deliverDue(running);
    expect(receiver.calls).toHaveLength(2);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({ state: 'delivered' });
  });

  it('is sent by one of the workers that look at the same time', async () => {
    const { id } = await addRule();
    await evaluate(id, HOLDS);
    await Promise.all(Array.from({ length: 6 }, () => courier.deliverDue(running)));
    expect([receiver.calls.length, mailServer.mails.length]).toEqual([1, 1]);
  });

  it('fails while no mail server is configured, and is sent once there is one', async () => {
    const { id } = await addRule({ webhookUrl: null, secret: null });
    await evaluate(id, HOLDS);
    await courierWith(null).deliverDue(running);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({
      state: 'pending',
      tries: [{ failure: 'not_configured' }],
    });
    await makeDue();
    await courier.deliverDue(running);
    expect(mailServer.mails).toHaveLength(1);
  });

  it('is signed with both secrets for a day after a rotation', async () => {
    const { id, secret } = await addRule({ recipients: [] });
    const next = await newSigningSecret(keys, projectId, id);
    expect(await rules.rotate(projectId, id, next.sealed)).toBe(true);
    await evaluate(id, HOLDS);
    await courier.deliverDue(running);
    const [call] = receiver.calls;
    const signatures = [next.secret, secret].map((each) => signatureOf(each, call!));
    expect(call?.headers['webhook-signature']).toBe(signatures.join(' '));
    await pool.query(
      `UPDATE alert_rules SET webhook_secret_before_until = now() - interval '1 second'`,
    );
    await evaluate(id, CLEAR);
    await courier.deliverDue(running);
    const later = receiver.calls[1];
    expect(later?.headers['webhook-signature']).toBe(signatureOf(next.secret, later!));
  });

  it('to a webhook that was removed meanwhile is given up', async () => {
    const { id } = await addRule({ recipients: [] });
    await evaluate(id, HOLDS);
    const fields = (await rules.find(projectId, id))!;
    await rules.change(projectId, id, { ...fields, webhookUrl: null }, null);
    await courier.deliverDue(running);
    expect((await deliveries.list(id, 1))[0]).toMatchObject({
      state: 'failed',
      tries: [{ failure: 'channel_removed' }],
    });
    expect(receiver.calls).toHaveLength(0);
  });
});
