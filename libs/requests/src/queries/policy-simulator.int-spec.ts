import { randomUUID } from 'node:crypto';

import { createPool } from '@reqrun/platform/database';

import { retryRequest } from '../lifecycle/control.js';
import type { Claim } from '../lifecycle/claim.js';
import type { AttemptResult } from '../lifecycle/finish.js';
import { failure, fallbackTo, RequestsFixture, retryIn, success } from '../testing/index.js';
import { type PolicySimulationResult, PolicySimulator } from './policy-simulator.js';

let f: RequestsFixture;
let simulator: PolicySimulator;

beforeAll(async () => {
  f = await RequestsFixture.open();
  simulator = new PolicySimulator(f.pool);
});
beforeEach(async () => {
  await f.clear();
});
afterAll(async () => {
  await f.close();
});

/** The last hour, up to now. */
const range = (rest: { model?: string; mode?: 'live' | 'test'; projectId?: string } = {}) => {
  const { model, mode = 'live', projectId = f.projectId } = rest;
  return {
    tenant: { projectId, mode },
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 60_000),
    ...(model !== undefined && { model }),
  };
};
const entry = (model: string, provider: string) => ({
  ...{ name: model, model, provider, providerId: null },
});

/** End of a request by a failure after all its retries. */
const spent = (claim: Claim): AttemptResult => ({
  ...failure(claim),
  ...{ errorCode: 'openai_http_503', recordErrorCode: 'openai_http_503', httpStatus: 503 },
  decision: { action: 'fail', reason: 'retries_exhausted', delay_ms: null, delay_source: null },
});

/** Runs a request, and ends its attempts as given. */
async function ran(
  fields: Parameters<RequestsFixture['accept']>[0],
  ...ends: ((claim: Claim) => AttemptResult)[]
): Promise<string> {
  const id = await f.accept(fields);
  for (const end of ends) {
    await f.finisher.finish(end(await f.claimOne(id)));
  }
  return id;
}

const again = (claim: Claim): AttemptResult => retryIn(claim, 1_000);
const once = { policy: { count: 1 } };

describe('a simulation over the table', () => {
  it('counts what real requests would have come to with other retries', async () => {
    await ran(once, again, spent);
    await ran(once, again, spent);
    await ran(once, failure);
    await ran(once, again, success);
    await ran(once, success);

    const more = await simulator.run(range(), { retry: { count: 3 } });
    expect(more).toMatchObject({
      ...{ requests: 5, sampled: 5, capped: false, actual: { completed: 2, failed: 3 } },
      simulated: { completed: 2, failed: 1, unknown: 2, would_retry: 2 },
      of_failed: { failed: 1, would_retry: 2, added_delay_ms: { p50: 2_000 } },
    });
    const fewer = await simulator.run(range(), { retry: { count: 0 } });
    expect(fewer).toMatchObject({
      ...{ simulated: { completed: 1, failed: 4 }, of_completed: { completed: 1, failed: 1 } },
    });
  });

  it('changes nothing where nothing is changed', async () => {
    const plan = [entry('a', 'azure'), entry('b', 'openai')];
    await ran({ model: 'a', policy: { plan } }, (claim) => fallbackTo(claim, 'b', 1), success);
    await ran({ model: 'a', policy: { plan } }, (claim) => fallbackTo(claim, 'b', 1), failure);
    await ran({}, again, again, success);
    await ran({}, failure);
    const { actual, simulated } = await simulator.run(range(), {});
    expect(simulated).toMatchObject({ ...actual, unknown: 0 });
    expect(actual).toMatchObject({ completed: 2, failed: 2 });
    expect(actual.duration_ms.p95).not.toBeNull();
  });

  it('knows the fallbacks that were called, and of others only that they would have been', async () => {
    const plan = [entry('a', 'azure'), entry('b', 'openai')];
    const fields = { model: 'a', policy: { plan, count: 0 } };
    await ran(fields, (claim) => fallbackTo(claim, 'b', 1), success);
    const b = { model: 'b', provider: 'openai' };
    const c = { model: 'c', provider: 'openai' };
    const ends = async (fallbacks: (typeof b)[]) =>
      (await simulator.run(range(), { fallbacks })).of_completed;
    expect(await ends([b])).toMatchObject({ completed: 1 });
    expect(await ends([c, b])).toMatchObject({ would_fall_back: 1 });
    expect(await ends([])).toMatchObject({ failed: 1 });
  });

  it('looks at what has ended and was called, in one project, mode, model and range alone', async () => {
    const other = await f.addProject(randomUUID());
    await ran({}, success);
    await ran({ model: 'another' }, success);
    await ran({ mode: 'test' }, success);
    await ran({ projectId: other }, success);
    await f.change(await ran({}, success), `created_at = now() - interval '2 hours'`);
    await f.accept();
    await f.change(await ran({}, again), `status = 'canceled', completed_at = now()`);
    await f.change(await f.accept(), `status = 'completed', completed_at = now()`);
    await f.change(await ran({}, success), 'attempts = 65');

    const of = async (rest: Parameters<typeof range>[0]) => {
      const { requests, sampled } = await simulator.run(range(rest), {});
      return [requests, sampled];
    };
    expect(await of({})).toEqual([6, 2]);
    expect(await of({ model: 'another' })).toEqual([1, 1]);
    expect(await of({ model: 'no such' })).toEqual([0, 0]);
    expect(await of({ mode: 'test' })).toEqual([1, 1]);
    expect(await of({ projectId: other })).toEqual([1, 1]);
  });

  it('replays the first round of a request that was run again', async () => {
    const id = await ran(once, again, spent);
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
    await f.finisher.finish(success(await f.claimOne(id)));
    const { actual, of_failed: of } = await simulator.run(range(), { retry: { count: 2 } });
    expect(actual).toMatchObject({ completed: 0, failed: 1 });
    expect(of).toMatchObject({ would_retry: 1, added_delay_ms: { p50: 2_000 } });
  });

  describe('with many requests', () => {
    const fill = async (count: number) => {
      await f.sql(
        `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model,
           requested_model, retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms,
           payload_bytes, attempts, due_at, deadline_at, created_at, updated_at, completed_at)
         SELECT gen_random_uuid(), $1, $1, 'live', '/chat/completions', 'completed', 'm', 'm', 3,
           '{429}', 'retry', 60000, 3600000, 500, 2, now(), now(), c.at, now(),
           c.at + interval '1.5 s'
         FROM generate_series(1, $2::int) AS n,
           -- Hundreds share a time, so that a page ends among equals.
           LATERAL (SELECT now() - interval '30 minutes' + n / 300 * interval '1 s' AS at) c`,
        [f.projectId, count],
      );
      await f.sql(
        `INSERT INTO attempts (request_id, number, round, call_number, model, provider, worker_id,
           started_at, ended_at, outcome, http_status, error_code, decision, decision_reason,
           delay_ms, delay_source)
         SELECT r.id, n, 1, n, 'm', 'openai', $1, r.created_at + (n - 1) * interval '1.2 s',
           r.created_at + (n - 1) * interval '1.2 s' + interval '0.2 s',
           (CASE n WHEN 1 THEN 'failed' ELSE 'succeeded' END)::attempt_outcome,
           CASE n WHEN 1 THEN 429 ELSE 200 END, CASE n WHEN 1 THEN 'openai_http_429' END,
           CASE n WHEN 1 THEN 'retry' ELSE 'succeed' END,
           CASE n WHEN 1 THEN 'http_429' ELSE 'success' END,
           CASE n WHEN 1 THEN 1000 END, CASE n WHEN 1 THEN 'backoff' END
         FROM requests r, generate_series(1, 2) AS n`,
        [f.workerId],
      );
    };
    const sizes = ({ requests, sampled, capped }: PolicySimulationResult) => ({
      ...{ requests, sampled, capped },
    });

    it('reads each once, over pages that end among equal times', async () => {
      await fill(1_250);
      const result = await simulator.run(range(), { retry: { count: 0 } });
      expect(sizes(result)).toEqual({ requests: 1_250, sampled: 1_250, capped: false });
      expect(result.simulated.failed).toBe(1_250);
    });

    it('stops at its limits, and says so', async () => {
      await fill(1_250);
      const free = { requests: 9_999, read: 9_999, attempts: 9_999 };
      const limited = (rest: Partial<typeof free>, model?: string) =>
        new PolicySimulator(f.pool, { ...free, ...rest }).run(
          range(model === undefined ? {} : { model }),
          {},
        );
      expect(sizes(await limited({ requests: 700 }))).toEqual({
        ...{ requests: 700, sampled: 700, capped: true },
      });
      expect((await limited({ attempts: 100 })).sampled).toBe(50);
      expect(sizes(await limited({ read: 600 }, 'rare'))).toEqual({
        ...{ requests: 0, sampled: 0, capped: true },
      });
      expect((await limited({ requests: 1_250 })).capped).toBe(false);
    });

    it('is given up between two pages when nobody waits for it', async () => {
      await fill(1_250);
      expect((await simulator.run(range(), {}, AbortSignal.abort())).requests).toBe(100);
    });
  });

  it('needs no more than the role that can read no contents', async () => {
    await ran({}, success);
    const pool = createPool({
      connectionString: f.connectionString,
      ...{ max: 1, applicationName: 'admin', role: 'reqrun_admin' },
    });
    try {
      expect((await new PolicySimulator(pool).run(range(), {})).sampled).toBe(1);
      await expect(pool.query('SELECT * FROM payloads')).rejects.toThrow('permission denied');
    } finally {
      await pool.end();
    }
  });
});
