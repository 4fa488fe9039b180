import { randomBytes } from 'node:crypto';

import { type Answer, chatBody, type Client, jsonOf, type SentHeaders } from './harness/client.js';
import { type FormField, formOf } from './harness/form.js';
import { findLeaks, type Named } from './harness/leaks.js';
import { startRecordingProvider } from './harness/recording-provider.js';
import {
  dumpDatabase,
  dumpRedis,
  readServerLog,
  type Tap,
  tapNotifications,
  tapRedis,
} from './harness/taps.js';
import { describeTransports, useCluster } from './harness/transports.js';

const secret = (): string => `canary_${randomBytes(16).toString('hex')}`;

/** Canary of every prompt, and so of every answer and error that echoes it. */
const PROMPT = secret();
/** Canary of the provider's own answers. */
const ANSWER = secret();
const UPSTREAM_KEY = `sk-${secret()}`;
const HEADER = secret();
const WRONG_KEY = `reqrun_live_${secret()}`;

/** Steps for each way in which a call can end. */
const STEPS = [
  ...['ok', 'echo', 'tools', 'echo-error', '400:echo', '401:echo', '404:echo', '429:echo'],
  ...['429:insufficient_quota:echo', '500:echo', '503:echo:retry-after-ms=1', '400:made_up:echo'],
  ...[
    'timeout',
    'stall',
    'reset',
    'cut',
    'empty',
    'html',
    'html:502',
    'shape',
    'notjson',
    'huge:2',
  ],
];

describeTransports('a secret', ({ redis }) => {
  const cluster = useCluster({
    redis,
    workers: 2,
    // Every waited request must send notifications; direct dispatch sends none.
    links: false,
    env: {
      REQRUN_LOG_LEVEL: 'trace',
      REQRUN_SHUTDOWN_GRACE_MS: '100',
      REQRUN_MAX_ANSWER_BYTES: String(1024 * 1024),
      REQRUN_MAX_BODY_BYTES: String(64 * 1024),
    },
  });
  const taps: Tap[] = [];
  /** Parts of answers that ReqRun itself wrote. */
  const ours: string[] = [];
  let requestId = '';

  const body = (model: string, more: object = {}): object =>
    chatBody(model, {
      messages: [{ role: 'user', content: `Do not tell: ${PROMPT}` }],
      user: PROMPT,
      [`field_${PROMPT}`]: { nested: [PROMPT] },
      ...more,
    });

  beforeAll(async () => {
    taps.push(await tapNotifications(cluster().database.connectionString));
    if (cluster().redis !== undefined) {
      taps.push(await tapRedis(cluster().redis!));
    }
  });

  afterAll(() => taps.forEach((tap) => tap.close()));

  it('goes through every way in which a request can end', async () => {
    const client = cluster().client;
    const once = { wait: true, retry: { count: 0 }, timeout: { call_timeout: 2000 } };
    const answers = await Promise.all(
      STEPS.map((step) => client.chat(body(`sim/${step}`, once), { 'user-agent': HEADER })),
    );
    expect(answers[1]!.body.toString('utf8')).toContain(PROMPT);
    expect(answers[3]!.body.toString('utf8')).toContain(PROMPT);
    requestId = String(answers[0]!.headers['x-request-id']);
    for (const answer of answers) {
      const id = String(answer.headers['x-request-id']);
      ours.push((await client.get(`/v1/requests/${id}/attempts`)).body.toString('utf8'));
      ours.push(JSON.stringify({ ...(await client.record(id)), result: null }));
      // ReqRun itself writes the answers 502 and 504.
      ours.push(answer.status >= 500 ? answer.body.toString('utf8') : '');
      ours.push(JSON.stringify(answer.headers));
    }
    ours.push((await client.get('/v1/requests?limit=100')).body.toString('utf8'));
    const retried = await client.chat(
      body('sim/500:echo:retry-after-ms=1,429:echo:retry-after-ms=1,echo', { wait: true }),
    );
    expect(retried.body.toString('utf8')).toContain(PROMPT);
  });

  it('goes through the cache: an answer, a hit, calls that wait for each other, a failure', async () => {
    const client = cluster().client;
    const under = { wait: true, cache: { type: 'exact_match' }, retry: { count: 0 } };
    const models = ['echo', 'echo', 'slow:300', 'slow:300', 'echo-error', '400:echo'];
    await client.chat(body('sim/echo', under));
    const answers = await Promise.all(
      models.map((model) => client.chat(body(`sim/${model}`, under), { 'openai-beta': HEADER })),
    );
    const hit = await client.chat(body('sim/echo', under));
    expect(hit.headers['x-reqrun-cache']).toBe('hit');
    expect(hit.body.toString('utf8')).toContain(PROMPT);
    for (const answer of [...answers, hit]) {
      const id = String(answer.headers['x-request-id']);
      ours.push(JSON.stringify({ ...(await client.record(id)), result: null }));
      ours.push(JSON.stringify(answer.headers));
    }
  });

  it("goes through a provider's error fields, headers and usage", async () => {
    const provider = await startRecordingProvider();
    const project = await cluster().addProject({
      provider: { baseUrl: provider.baseUrl, apiKey: UPSTREAM_KEY },
    });
    const client = cluster().clientFor(project.keys.live);
    const error = { message: ANSWER, type: ANSWER, param: ANSWER, code: ANSWER };
    for (const status of [400, 429, 500]) {
      provider.answer = {
        status,
        headers: { 'x-anything': ANSWER, 'retry-after': ANSWER, 'content-type': `text/${ANSWER}` },
        body: JSON.stringify({ error }),
      };
      const answer = await client.chat(body('m', { wait: true, retry: { count: 0 } }));
      ours.push(status === 500 ? answer.body.toString('utf8') : '');
      const id = String(answer.headers['x-request-id']);
      ours.push((await client.get(`/v1/requests/${id}/attempts`)).body.toString('utf8'));
    }
    provider.answer = {
      body: JSON.stringify({
        choices: [{ message: { content: ANSWER }, finish_reason: 'stop' }],
        model: ANSWER,
        usage: { total_tokens: 3, note: ANSWER, details: { note: ANSWER } },
      }),
    };
    const answer = await client.chat(body('m', { wait: true }));
    expect(answer.body.toString('utf8')).toContain(ANSWER);
    const record = await client.record(String(answer.headers['x-request-id']));
    expect(record.usage).toEqual({ total_tokens: 3, details: {} });
    await client.get('/v1/models');
    expect(provider.calls[0]!.headers.authorization).toBe(`Bearer ${UPSTREAM_KEY}`);
    await provider.close();
  });

  it('goes through calls that are refused', async () => {
    const client = cluster().client;
    const post = async (sent: Buffer | string | object, headers: SentHeaders = {}) => {
      const answer = await client.chat(sent, headers);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      ours.push(answer.body.toString('utf8'), JSON.stringify(answer.headers));
    };
    await post(`{"model":"m","messages":[{"content":"${PROMPT}"}`);
    await post(Buffer.concat([Buffer.from(`{"model":"${PROMPT}`), Buffer.from([0xff, 0xfe])]));
    await post(`${'['.repeat(500)}"${PROMPT}"${']'.repeat(500)}`);
    await post(JSON.stringify(PROMPT));
    await post({ ...body('m'), messages: PROMPT });
    await post({ ...body('m'), wait: PROMPT });
    await post({ ...body('m'), retry: { count: PROMPT } });
    await post({ ...body('m'), on_lost: PROMPT });
    await post({ ...body('m'), stream: PROMPT });
    await post({ ...body('m'), metadata: { a: { b: PROMPT } } });
    await post({ ...body('m'), padding: PROMPT.repeat(4000) });
    await post(body('m'), { 'content-type': `text/${PROMPT}` });
    await post(body('m'), { prefer: `wait=${HEADER}` });
    await post(body('m'), { 'idempotency-key': [HEADER, HEADER] });
    await post(body('m'), { 'x-big': HEADER.repeat(1000) });
    await client.chat(body('sim/ok'), { 'idempotency-key': 'same' });
    await post(body('sim/ok', { n: 2 }), { 'idempotency-key': 'same' });
    const wrong: Client = cluster().clientFor(WRONG_KEY);
    for (const answer of [
      await wrong.chat(body('m')),
      await client.get(`/v1/requests?status=${PROMPT}`),
      await client.get(`/v1/requests?after=${PROMPT}&model=${PROMPT}`),
      await client.get(`/v1/requests/${PROMPT}`),
      await client.get(`/v1/chat/completions/${PROMPT}`),
      await client.get(`/${PROMPT}?${PROMPT}`),
      await client.call(PROMPT.replace(/\W/g, ''), '/v1/models').catch(() => null),
    ]) {
      ours.push(answer?.body.toString('utf8') ?? '');
    }
  });

  it('goes through uploads, taken and refused', async () => {
    const fields = (more: Readonly<Record<string, string>> = {}): FormField[] => [
      { name: 'file', content: PROMPT, fileName: `${PROMPT}.mp3`, type: `audio/${PROMPT}` },
      { name: 'model', content: 'sim/503:echo:retry-after-ms=1,echo' },
      { name: 'prompt', content: PROMPT },
      { name: `field_${PROMPT}`, content: PROMPT },
      ...Object.entries(more).map(([name, content]) => ({ name, content })),
    ];
    const post = async (sent: readonly FormField[], boundary = `b_${PROMPT}`): Promise<Answer> => {
      const { body: form, headers } = formOf(sent, boundary);
      return cluster().client.call('POST', '/v1/audio/transcriptions', form, headers);
    };
    const taken = await post(fields({ wait: 'true', idempotency_key: 'upload' }));
    expect(taken.body.toString('utf8')).toContain(PROMPT);
    const id = String(taken.headers['x-request-id']);
    ours.push((await cluster().client.get(`/v1/requests/${id}/attempts`)).body.toString('utf8'));
    for (const refused of [
      await post(fields({ wait: PROMPT })),
      await post(fields({ 'retry[count]': PROMPT })),
      await post(fields({ [`retry[${PROMPT}]`]: '1' })),
      await post(fields({ idempotency_key: 'upload', language: PROMPT })),
      await post(fields({ stream: PROMPT })),
      await post(fields({ '': PROMPT })),
      await post(fields({ [PROMPT.repeat(300)]: '' })),
      await post(fields(), PROMPT.repeat(2)),
      await post([{ name: 'file', content: PROMPT, fileName: `${PROMPT}"x` }]),
      await post([{ name: 'file', content: PROMPT.repeat(4000), fileName: PROMPT }]),
    ]) {
      expect(refused.status).toBeGreaterThanOrEqual(400);
      ours.push(refused.body.toString('utf8'), JSON.stringify(refused.headers));
    }
  });

  it('goes through cancel, a deadline, a killed worker, a stopped worker and lost connections', async () => {
    const client = cluster().client;
    const submit = async (model: string, more: object = {}): Promise<string> =>
      jsonOf<{ id: string }>(await client.chat(body(model, more))).id;
    const canceled = await submit('sim/hang');
    await cluster().simulator.untilCalled(canceled);
    await client.cancel(canceled);
    const overdue = await submit('sim/hang', { timeout: { deadline: 200 } });
    await client.untilEnded(overdue);

    const lost = await submit('sim/hang,echo');
    await cluster().simulator.untilCalled(lost);
    const owner = await cluster().ownerOf(lost);
    await owner.crash();
    await client.untilEnded(lost);
    await owner.start();

    const released = await submit('sim/hang,echo');
    await cluster().simulator.untilCalled(released);
    await (await cluster().ownerOf(released)).restart();
    await client.untilEnded(released);

    const held = Array.from({ length: 10 }, () => client.chat(body('sim/slow:50')));
    await cluster().pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> 'reqrun-e2e'`,
    );
    await Promise.all(held);
    expect((await client.chat(body('sim/ok', { wait: true }))).status).toBeLessThan(600);
  });

  it('stands in no log, no table, no Redis, no signal, no metric and no answer of ours', async () => {
    const { pool, apis, workers } = cluster();
    const stores = cluster().redis;
    const { rows } = await pool.query<{ query: string }>('SELECT query FROM pg_stat_activity');
    const sources: Named = {
      logs: cluster().output,
      tables: await dumpDatabase(pool),
      serverLog: await readServerLog(pool),
      statements: rows.map(({ query }) => query).join('\n'),
      signals: taps.map((tap) => tap.heard()).join('\n'),
      redis: stores === undefined ? '' : await dumpRedis(stores),
      metrics: (await Promise.all([...apis, ...workers].map((one) => one.metrics()))).join('\n'),
      answers: ours.join('\n'),
    };
    // Each source must have contents; an empty one would prove nothing.
    expect(sources['logs']).toContain(requestId);
    expect(sources['logs']).toContain('"level":"debug"');
    expect(sources['tables']).toContain(uuidOf(requestId));
    expect(sources['tables']).toContain('public.payloads\n{');
    expect(sources['tables']).toContain('public.cache_entries\n{');
    expect(sources['signals']).toContain(uuidOf(requestId));
    expect(sources['metrics']).toContain('reqrun_attempts_total{');
    expect(sources['answers']).toContain(requestId);

    const { live, test } = cluster().project.keys;
    const secrets = { PROMPT, ANSWER, UPSTREAM_KEY, HEADER, WRONG_KEY, live, test };
    expect(findLeaks(secrets, sources)).toEqual([]);
    // The search must find a planted secret.
    const planted = { logs: `${sources['logs']!}\n{"event":"attempt","x":"${PROMPT}"}` };
    expect(findLeaks(secrets, planted)).toMatchObject([{ secret: 'PROMPT', source: 'logs' }]);
  });
});

const uuidOf = (id: string): string =>
  id.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
