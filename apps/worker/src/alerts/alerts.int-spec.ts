import { randomUUID } from 'node:crypto';

import { AlertDeliveryStore, AlertRuleStore } from '@reqrun/alerts';
import { ALERT_NUMBERS, type AlertKind } from '@reqrun/contracts';
import { createLogger } from '@reqrun/platform/logging';
import { reportCalls, rollUpMetrics } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { startTestProvider, type TestProvider } from '../testing/test-provider.js';
import { alertsTask } from './alerts.task.js';
import { AlertMeasures } from './measure.js';

/** Rules that are evaluated on real records, lanes and keys. */
let f: RequestsFixture;
let provider: TestProvider;
let rules: AlertRuleStore;
let deliveries: AlertDeliveryStore;
let notified: number;

const running = new AbortController().signal;

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  rules = new AlertRuleStore(f.pool);
  deliveries = new AlertDeliveryStore(f.pool);
  notified = 0;
});
afterEach(async () => {
  await provider.close();
  await f.close();
});

async function addRule(kind: AlertKind, threshold?: number): Promise<string> {
  const id = randomUUID();
  const numbers = ALERT_NUMBERS[kind];
  await rules.add(f.projectId, {
    ...{ id, name: kind, kind, mode: 'live' },
    threshold: threshold ?? numbers.threshold?.default ?? null,
    windowMinutes: numbers.windowMinutes?.default ?? null,
    minRequests: numbers.minRequests === null ? null : 4,
    ...{ remindMinutes: null, enabled: true, recipients: ['ada@example.com'] },
    ...{ webhookUrl: null, secret: null },
  });
  return id;
}

/** Runs one round, in which every rule is due. */
async function evaluate(): Promise<void> {
  await f.sql('UPDATE alert_rules SET evaluated_at = NULL');
  const measures = new AlertMeasures(f.pool);
  const task = alertsTask(
    {
      pool: f.pool,
      logger: createLogger({ service: 'test', level: 'silent' }),
      measure: (rule) => measures.measure(rule),
      onNotified: () => (notified += 1),
      ...{ dashboardUrl: 'http://127.0.0.1:4040', clearAfterMs: 0 },
    },
    600_000,
  );
  await task.run(running);
}

const stateOf = async (id: string) => {
  const rule = await rules.find(f.projectId, id);
  return { fires: rule?.firing !== null, value: rule?.value, subjects: rule?.firing?.subjects };
};

/** Accepts requests and ends them. */
async function acceptAndEnd(count: number, failing: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const id = await f.accept();
    await f.change(
      id,
      n < failing
        ? `status = 'failed', error_code = 'openai_http_503', completed_at = now()`
        : `status = 'completed', completed_at = now()`,
    );
  }
  await f.sql(`UPDATE metrics_minutes SET looked_at = 'epoch'`);
  await rollUpMetrics(f.pool, 0, running);
}

/** Has failures of a model reported as if they had lasted six seconds, so that its breaker opens. */
async function openLane(): Promise<void> {
  const lane = {
    ...{ projectId: f.projectId, providerId: f.projectId, model: 'gpt-4o-mini', isDefault: true },
  };
  const failure = {
    ...{ verdict: 'failure', generation: 0, code: 'openai_http_503', waitMs: null },
    ...{ slowsDown: false, limits: undefined, begunSince: 0, tokens: null, hasFallback: false },
    failingForMs: 6_000,
  } as const;
  await reportCalls(f.pool, [{ lane, calls: Array.from({ length: 10 }, () => failure) }], 0);
}

describe('a rule about', () => {
  it('the failure rate fires at its threshold, and is over below it', async () => {
    const id = await addRule('failure_rate', 0.5);
    await acceptAndEnd(3, 3);
    await evaluate();
    // Too few requests to judge.
    expect(await stateOf(id)).toMatchObject({ fires: false, value: null });
    await acceptAndEnd(3, 0);
    await evaluate();
    expect(await stateOf(id)).toMatchObject({ fires: true, value: 0.5 });
    expect(notified).toBe(1);
    await acceptAndEnd(1, 0);
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
    const events = (await deliveries.list(id, 10)).map(({ event }) => event).sort();
    expect(events).toEqual(['alert.fired', 'alert.resolved']);
  });

  it('the oldest due request fires while no worker takes it', async () => {
    const id = await addRule('oldest_due', 60);
    const request = await f.accept();
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
    await f.change(request, `due_at = now() - interval '90 seconds'`);
    await evaluate();
    const { fires, value } = await stateOf(id);
    expect(fires).toBe(true);
    expect(value).toBeGreaterThanOrEqual(90);
    await f.change(request, `status = 'completed', completed_at = now()`);
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
  });

  it('breakers fires while one is open, and names the model', async () => {
    await f.sql(
      `INSERT INTO provider_credentials (id, project_id, name, base_url, updated_at) VALUES ($1, $1, 'main', $2, now())`,
      [f.projectId, provider.baseUrl],
    );
    const id = await addRule('provider_breaker');
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
    await openLane();
    await evaluate();
    expect(await stateOf(id)).toMatchObject({
      fires: true,
      subjects: [{ type: 'model', provider: 'main', model: 'gpt-4o-mini' }],
    });
    await f.sql(`UPDATE lanes SET reason = 'by_hand'`);
    await evaluate();
    // Somebody has stopped it, and knows that.
    expect((await stateOf(id)).fires).toBe(false);
  });

  it('unused keys fires and names them', async () => {
    const id = await addRule('key_unused', 30);
    await f.sql(
      `INSERT INTO api_keys (id, project_id, mode, name, key_hash, prefix, last_four, created_at)
       VALUES ($1, $2, 'live', 'old key', 'x', 'rr', 'abcd', now() - interval '31 days')`,
      [randomUUID(), f.projectId],
    );
    await evaluate();
    expect(await stateOf(id)).toMatchObject({
      fires: true,
      subjects: [{ type: 'key', name: 'old key' }],
    });
    await f.sql('UPDATE api_keys SET last_used_at = now()');
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
  });

  it('an archived project does not fire', async () => {
    const id = await addRule('oldest_due', 60);
    const request = await f.accept();
    await f.change(request, `due_at = now() - interval '90 seconds'`);
    await evaluate();
    expect((await stateOf(id)).fires).toBe(true);
    await f.sql('UPDATE projects SET archived_at = now()');
    await evaluate();
    expect((await stateOf(id)).fires).toBe(false);
  });
});

it('a rule that cannot be measured holds up no other', async () => {
  const first = await addRule('oldest_due', 60);
  const second = await addRule('oldest_due', 60);
  const task = alertsTask(
    {
      pool: f.pool,
      logger: createLogger({ service: 'test', level: 'silent' }),
      measure: (rule) =>
        rule.id === first ? Promise.reject(new Error('x')) : Promise.resolve({ value: 61 }),
      onNotified: () => (notified += 1),
      ...{ dashboardUrl: 'http://127.0.0.1:4040', clearAfterMs: 0 },
    },
    600_000,
  );
  await task.run(running);
  expect([(await stateOf(first)).fires, (await stateOf(second)).fires]).toEqual([false, true]);
});
