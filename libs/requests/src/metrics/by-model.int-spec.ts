import type { Claim } from '../lifecycle/claim.js';
import type { AttemptResult } from '../lifecycle/finish.js';
import { failure, fallbackTo, RequestsFixture, retryIn, success } from '../testing/index.js';
import { MetricsReader, type ProjectMetrics } from './metrics-reader.js';
import { rollUpMetrics } from './roll-up.js';

let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
beforeEach(async () => {
  await f.clear();
  await f.sql('TRUNCATE metrics_rollups, metrics_minutes');
  await f.sql(
    `INSERT INTO metrics_minutes SELECT date_trunc('minute', now()) - interval '20 minutes', 'epoch', 0`,
  );
});
afterAll(async () => {
  await f.close();
});

async function rollUp(): Promise<void> {
  while ((await rollUpMetrics(f.pool, 0, new AbortController().signal)) > 1) {
    // The current minute is always due with a pause of 0.
  }
}

/** The metrics of a range, from rows of a minute or of a day. */
function read(days: number): Promise<ProjectMetrics> {
  const to = new Date(Date.now() + 60_000);
  const from = new Date(to.getTime() - (days === 0 ? 3_600_000 : days * 86_400_000));
  return new MetricsReader(f.pool).read({ projectId: f.projectId, from, to });
}

const at = (provider: string, end: AttemptResult): AttemptResult => ({ ...end, provider });
const entry = (model: string, provider: string) => ({
  ...{ name: model, model, provider, providerId: null },
});

async function ran(
  fields: Parameters<RequestsFixture['accept']>[0],
  ...ends: ((claim: Claim) => AttemptResult)[]
): Promise<void> {
  const id = await f.accept(fields);
  for (const end of ends) {
    await f.finisher.finish(end(await f.claimOne(id)));
  }
}

describe('metrics by model and provider', () => {
  it('say what was called, retried and failed, and which model followed which, for every span', async () => {
    const plan = [entry('a', 'azure'), entry('b', 'openai')];
    const fallback = (claim: Claim) => fallbackTo(claim, 'b', 1);
    await ran({ model: 'a' }, (claim) => at('azure', success(claim)));
    await ran(
      { model: 'a' },
      (claim) => at('azure', retryIn(claim, 1_000)),
      (claim) => at('azure', { ...retryIn(claim, 2_000), errorCode: 'openai_http_429' }),
      (claim) => at('azure', failure(claim)),
    );
    await ran(
      { model: 'a', policy: { plan } },
      (c) => at('azure', retryIn(c, 600)),
      fallback,
      success,
    );
    await ran({ model: 'a', policy: { plan } }, fallback, failure);
    await ran({ model: 'a' }, (claim) => at('openai', success(claim)));
    // It has no attempt that ended.
    await f.accept({ model: 'waits' });
    await rollUp();

    for (const days of [0, 1, 5, 40]) {
      const { models, fallbacks, totals } = await read(days);
      expect(totals.accepted).toBe(6);
      expect(models).toEqual([
        {
          ...{ provider: 'azure', model: 'a', requests: 4, retried: 2, retries: 3, failed: 1 },
          retries_by_attempt: [
            { attempt: 2, count: 2 },
            { attempt: 3, count: 1 },
          ],
          retries_by_code: [
            { code: 'openai_http_500', count: 2 },
            { code: 'openai_http_429', count: 1 },
          ],
          average_retry_delay_ms: 1_200,
        },
        {
          ...{ provider: 'openai', model: 'b', requests: 2, retried: 0, retries: 0, failed: 1 },
          ...{ retries_by_attempt: [], retries_by_code: [], average_retry_delay_ms: null },
        },
        {
          ...{ provider: 'openai', model: 'a', requests: 1, retried: 0, retries: 0, failed: 0 },
          ...{ retries_by_attempt: [], retries_by_code: [], average_retry_delay_ms: null },
        },
      ]);
      expect(fallbacks).toEqual({
        count: 2,
        by_code: [{ code: 'openai_http_503', count: 2 }],
        by_pair: [
          {
            from: { provider: 'azure', model: 'a' },
            to: { provider: 'openai', model: 'b' },
            count: 2,
          },
        ],
      });
    }
  });

  it('keep fifty models and fifty pairs, and count the rest as one, however many there are', async () => {
    // Model n of 150 was called by n requests in each of three minutes, each retried once and then failed over.
    await f.sql(
      `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
         provider, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes,
         attempts, due_at, deadline_at, created_at, updated_at, completed_at, error_code, last_error_code)
       SELECT gen_random_uuid(), $1, $1, 'live', '/chat/completions', 'failed', 'model-' || n, 'x',
         'openai', 3, '{429}', 'retry', 60000, 3600000, 500, 3, now(), now(), c.at, c.at, c.at, 'x', 'x'
       FROM generate_series(1, 150) AS n, generate_series(1, n) AS nth,
         LATERAL (SELECT now() - (5 + nth % 3) * interval '1 minute' AS at) c`,
      [f.projectId],
    );
    await f.sql(
      `INSERT INTO attempts (request_id, number, round, call_number, model, provider, worker_id,
         started_at, ended_at, outcome, error_code, decision, delay_ms)
       SELECT r.id, n, 1, n, CASE n WHEN 3 THEN 'last' ELSE r.model END, 'openai', r.id, now(), now(),
         'failed', 'x', (ARRAY['retry', 'fallback', 'fail'])[n], CASE n WHEN 1 THEN 10 END
       FROM requests r, generate_series(1, 3) AS n`,
    );
    await rollUp();
    const all = (150 * 151) / 2;
    for (const days of [0, 1, 5, 40]) {
      const { models, fallbacks } = await read(days);
      expect(models).toHaveLength(51);
      expect(models[0]).toMatchObject({ model: 'last', requests: all, failed: all, retries: 0 });
      expect(models[1]).toMatchObject({ model: 'model-150', requests: 150, retries: 150 });
      const other = models.at(-1);
      expect(other).toMatchObject({ provider: null, model: null, average_retry_delay_ms: 10 });
      expect(models.reduce((sum, { retries }) => sum + retries, 0)).toBe(all);
      expect(models.reduce((sum, { requests }) => sum + requests, 0)).toBe(2 * all);
      expect(other?.retries_by_attempt).toEqual([{ attempt: 2, count: other?.retries }]);
      expect(fallbacks.by_pair).toHaveLength(51);
      expect(fallbacks.by_pair.reduce((sum, { count }) => sum + count, 0)).toBe(all);
      expect(fallbacks.by_pair.at(-1)).toMatchObject({
        ...{ from: { provider: null, model: null }, to: { provider: null, model: null } },
      });
    }
    const [widest] = await f.sql<{ keys: number }>(
      `SELECT max((SELECT count(*) FROM jsonb_object_keys(counts -> 'model_requests')))::int AS keys
       FROM metrics_rollups`,
    );
    expect(widest?.keys).toBe(51);
  });
});
