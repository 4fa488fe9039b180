import { randomUUID } from 'node:crypto';

import { retryRequest } from '../lifecycle/control.js';
import { RequestsFixture } from '../testing/index.js';
import { MetricsReader } from './metrics-reader.js';
import { rollUpMetrics } from './roll-up.js';

/** Metrics are computed from records of the past three hours, which SQL inserts. */
let f: RequestsFixture;
let other: string;

beforeAll(async () => {
  f = await RequestsFixture.open();
  other = await f.addProject(randomUUID());
});
beforeEach(async () => {
  await f.clear();
  await f.sql('TRUNCATE metrics_rollups, metrics_minutes');
  await f.sql(
    `INSERT INTO metrics_minutes SELECT date_trunc('minute', now()) - interval '3 hours', 'epoch', 0`,
  );
});
afterAll(async () => {
  await f.close();
});

const forEver = new AbortController().signal;

/** Rolls up until nothing is due. */
async function rollUp(pool = f.pool): Promise<void> {
  while ((await rollUpMetrics(pool, 0, forEver)) > 1) {
    // The current minute is always due with a pause of 0.
  }
}

/** Makes the open minutes due, as if time had passed. */
const later = () =>
  f.sql(`UPDATE metrics_minutes SET looked_at = looked_at - interval '1 day' WHERE open > 0`);

/** Inserts records of all kinds, with their attempts. */
async function fill(count: number): Promise<void> {
  await f.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, attempts,
       due_at, deadline_at, created_at, updated_at, started_at, completed_at, error_code,
       last_error_code)
     SELECT gen_random_uuid(), CASE WHEN n % 5 = 0 THEN $2::uuid ELSE $1::uuid END, $1,
       (CASE WHEN n % 3 = 0 THEN 'test' ELSE 'live' END)::request_mode, '/chat/completions',
       s.status::request_status, 'm', 'm', 3, '{429}', 'retry', 60000, 3600000, 500, 2,
       now() + interval '1 day', now() + interval '2 days', c.at, c.at,
       c.at + n % 7 * interval '40 ms',
       CASE WHEN s.status IN ('completed', 'failed', 'canceled')
            THEN c.at + (n % 97 + 1) * interval '31 ms' END,
       CASE s.status WHEN 'failed' THEN 'openai_http_' || 500 + n % 4 WHEN 'canceled' THEN 'canceled' END,
       CASE WHEN n % 4 = 0 THEN 'openai_http_429' END
     FROM generate_series(1, $3::int) AS n,
       LATERAL (SELECT now() - interval '170 minutes' + n * interval '160 minutes' / $3::int AS at) c,
       LATERAL (SELECT (ARRAY['completed', 'completed', 'failed', 'queued', 'canceled', 'retrying'])[n % 6 + 1] AS status) s`,
    [f.projectId, other, count],
  );
  await f.sql(
    `INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, ended_at,
       outcome, error_code, decision, delay_ms)
     SELECT id, number, 1, 1, 'm', id, created_at, created_at,
       (CASE WHEN number = 3 THEN 'released' WHEN number = 2 THEN 'lost' ELSE 'failed' END)::attempt_outcome,
       CASE WHEN number = 2 THEN 'worker_lost' ELSE 'openai_http_429' END, 'retry', 100 * number
     FROM requests, generate_series(1, 3) AS number WHERE last_error_code IS NOT NULL`,
  );
}

/** Compares the sums of a span's roll-ups with those of the records. */
async function compare(span: number) {
  const [rolled] = await f.sql(
    `SELECT sum(accepted)::int AS accepted, sum(completed)::int AS completed, sum(failed)::int AS failed,
       sum(canceled)::int AS canceled, sum(retried)::int AS retried, sum(delays)::int AS delays,
       sum(delay_ms)::int AS delay_ms,
       (SELECT jsonb_object_agg(name, n) FROM (
         SELECT k.key || ' ' || c.key AS name, sum(c.value::int)::int AS n
         FROM metrics_rollups, jsonb_each(counts) k, jsonb_each_text(k.value) c
         WHERE span = $1 AND k.key NOT IN ('durations', 'queue_times') GROUP BY 1) x) AS counts,
       (SELECT sum(c.value::int)::int FROM metrics_rollups, jsonb_each_text(counts -> 'durations') c
        WHERE span = $1) AS durations,
       (SELECT sum(c.value::int)::int FROM metrics_rollups, jsonb_each_text(counts -> 'queue_times') c
        WHERE span = $1) AS queue_times
     FROM metrics_rollups WHERE span = $1`,
    [span],
  );
  const [raw] = await f.sql(
    `WITH retry AS (SELECT * FROM attempts WHERE decision = 'retry' AND outcome <> 'released'),
     names AS (
       SELECT 'failures_by_code ' || error_code AS name FROM requests WHERE status = 'failed'
       UNION ALL SELECT 'retries_by_code ' || error_code FROM retry
       UNION ALL SELECT 'retries_by_attempt ' || number + 1 FROM retry)
     SELECT count(*)::int AS accepted,
       count(*) FILTER (WHERE status = 'completed')::int AS completed,
       count(*) FILTER (WHERE status = 'failed')::int AS failed,
       count(*) FILTER (WHERE status = 'canceled')::int AS canceled,
       (SELECT count(DISTINCT request_id)::int FROM retry) AS retried,
       (SELECT count(*)::int FROM retry) AS delays, (SELECT sum(delay_ms)::int FROM retry) AS delay_ms,
       (SELECT jsonb_object_agg(name, n) FROM (SELECT name, count(*)::int AS n FROM names GROUP BY 1) x)
         AS counts,
       count(*) FILTER (WHERE status = 'completed')::int AS durations,
       count(started_at)::int AS queue_times
     FROM requests`,
  );
  return { rolled, raw };
}

async function expectExact(): Promise<void> {
  for (const span of [60, 300, 3600, 86400]) {
    const { rolled, raw } = await compare(span);
    expect(rolled).toEqual(raw);
  }
}

const finishAll = () =>
  f.sql(
    `UPDATE requests SET status = 'completed', completed_at = now() WHERE status IN ('queued', 'retrying')`,
  );

describe('the figures', () => {
  it('add up to the records exactly, for every span', async () => {
    await fill(1_500);
    await rollUp();
    await expectExact();
  });

  it('follow requests that end late, and need no further look when all have ended', async () => {
    await fill(300);
    await rollUp();
    await finishAll();
    await later();
    await rollUp();
    await expectExact();
    const [left] = await f.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM metrics_minutes WHERE minute < now() - interval '5 minutes'`,
    );
    expect(left?.count).toBe(0);
  });

  it('look at what is open the more rarely the older it is', async () => {
    await fill(300);
    await rollUp();
    const old = `SELECT * FROM metrics_minutes WHERE minute < now() - interval '1 hour' ORDER BY minute`;
    const before = await f.sql(old);
    await rollUpMetrics(f.pool, 0, forEver);
    expect(before).not.toEqual([]);
    expect(await f.sql(old)).toEqual(before);
  });

  it('follow a record that is run again, however long ago its minute was done', async () => {
    await fill(300);
    await finishAll();
    await rollUp();
    const [failed] = await f.sql<{ id: string; mode: 'live' | 'test'; project_id: string }>(
      `SELECT id, mode, project_id FROM requests WHERE status = 'failed' LIMIT 1`,
    );
    await f.sql(`INSERT INTO payloads VALUES ($1, '')`, [failed!.id]);
    const scope = { projectId: failed!.project_id, mode: failed!.mode };
    expect(await retryRequest(f.pool, scope, failed!.id)).toBe(true);
    await rollUp();
    await expectExact();
  });

  it('stay when retention deletes the records, also when one of the minute is run again', async () => {
    await fill(300);
    await finishAll();
    await rollUp();
    const before = await compare(60);
    await f.sql(`DELETE FROM requests WHERE status <> 'failed'`);
    await f.sql(
      `INSERT INTO metrics_minutes SELECT DISTINCT date_trunc('minute', created_at), 'epoch'::timestamptz, 1
       FROM requests ON CONFLICT DO NOTHING`,
    );
    await rollUp();
    expect((await compare(60)).rolled).toEqual(before.rolled);
  });

  it('are right after a process was cut off in the middle', async () => {
    await fill(300);
    const mortal = await f.processBehindProxy('mortal');
    for (const statement of ['metrics-note', 'metrics-span', 'metrics-minute']) {
      const fault = mortal.proxy.breakNext(statement, 'cut-request');
      await expect(rollUp(mortal.pool)).rejects.toThrow();
      await fault.happened;
      // The server notices a little later, and then releases the lock.
      await f.sql('SELECT pg_advisory_xact_lock(7165041298327)');
    }
    await rollUp();
    await expectExact();
  });

  it('are right when two processes look at the same time', async () => {
    await fill(300);
    const second = f.process('second');
    await Promise.all([rollUp(), rollUp(second.pool)]);
    await rollUp();
    await expectExact();
  });
});

describe('the reader of figures', () => {
  it('gives totals, a series without gaps, retries and failures by code, and percentiles', async () => {
    await fill(1_200);
    await rollUp();
    const reader = new MetricsReader(f.pool);
    const to = new Date();
    const from = new Date(to.getTime() - 3 * 3_600_000 + 60_000);
    const all = await reader.read({ projectId: f.projectId, from, to });
    const [raw] = await f.sql<Record<string, number>>(
      `SELECT count(*)::int AS accepted, count(*) FILTER (WHERE status = 'completed')::int AS completed,
         count(*) FILTER (WHERE status = 'failed')::int AS failed,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - created_at) * 1000)
           FILTER (WHERE status = 'completed') AS p95,
         count(*) FILTER (WHERE status = 'queued')::int AS queued
       FROM requests WHERE project_id = $1`,
      [f.projectId],
    );
    const { accepted = 0, completed = 0, failed = 0, p95 = 0, queued = 0 } = raw ?? {};
    expect(all.step_seconds).toBe(60);
    expect(all.series).toHaveLength(180);
    expect(all.series.reduce((sum, point) => sum + point.accepted, 0)).toBe(accepted);
    expect(all.totals).toMatchObject({ accepted, completed, failed });
    expect(all.totals.success_rate).toBeCloseTo(completed / (completed + failed));
    expect(all.totals.average_retry_delay_ms).toBeCloseTo(150);
    expect(Math.abs(all.totals.duration_ms.p95! - p95) / p95).toBeLessThan(0.19);
    expect(all.retries_by_attempt.map(({ attempt }) => attempt)).toEqual([2, 3]);
    expect(all.failures_by_code.map(({ code }) => code).sort()).toEqual(
      [...new Set(all.failures_by_code.map(({ code }) => code))].sort(),
    );
    expect(all.now).toMatchObject({ queued, processing: 0, capped: false });

    const test = await reader.read({ projectId: f.projectId, mode: 'test', from, to });
    const live = await reader.read({ projectId: f.projectId, mode: 'live', from, to });
    expect(test.totals.accepted + live.totals.accepted).toBe(accepted);
    const long = await reader.read({
      projectId: f.projectId,
      from: new Date(to.getTime() - 30 * 86_400_000),
      to,
    });
    expect([long.step_seconds, long.totals.accepted]).toEqual([86_400, accepted]);
    const none = await reader.read({ projectId: randomUUID(), from, to });
    expect(none.totals).toMatchObject({
      accepted: 0,
      success_rate: null,
      throughput_per_minute: 0,
    });
  });
});
