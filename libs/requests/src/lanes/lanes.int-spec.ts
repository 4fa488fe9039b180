import { randomUUID } from 'node:crypto';

import type { CallReport } from '@reqrun/retry-policy';

import { type Claim, claimAtPlaces, findPlaces } from '../lifecycle/claim.js';
import { oldestDueAgeMs } from '../metrics/record-counts.js';
import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import type { Lane, LaneName } from './lane-row.js';
import { laneId, readLanes, reportCalls } from './lane-store.js';

/** Lanes in trouble in a real database, used by several workers at once. */
let f: RequestsFixture;
let lane: LaneName;
let id: string;

beforeEach(async () => {
  f = await RequestsFixture.open();
  lane = {
    ...{ projectId: f.projectId, providerId: randomUUID() },
    ...{ model: 'gpt-4o-mini', isDefault: true },
  };
  id = laneId(lane.providerId, lane.model);
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $2, 'http://x/v1', now())`,
    [lane.providerId, f.projectId],
  );
});
afterEach(() => f.close());

const call = (fields: Partial<CallReport> = {}): CallReport => ({
  ...{ verdict: 'success', generation: 0, code: null, waitMs: null, slowsDown: false },
  ...{ limits: undefined, begunSince: 0, tokens: null, hasFallback: false, failingForMs: 0 },
  ...fields,
});

async function report(...calls: readonly CallReport[]): Promise<Lane> {
  await reportCalls(f.pool, [{ lane, calls }], 0);
  const { lanes } = await readLanes(f.pool);
  return lanes[0]!;
}

/** A run of failures of six seconds: the lane opens. */
const open = (): Promise<Lane> =>
  report(
    ...Array.from({ length: 10 }, () =>
      call({ verdict: 'failure', code: 'openai_http_503', failingForMs: 6_000 }),
    ),
  );

/** Claims of eight workers at once, each with the lane's id. */
async function claimByAll(share: number): Promise<Claim[]> {
  const { places } = await findPlaces(f.pool, null);
  const shares = places.map((place) => ({ place, share, lane: id }));
  const claims = await Promise.all(
    Array.from({ length: 8 }, () => claimAtPlaces(f.pool, randomUUID(), 100, LEASE_MS, shares)),
  );
  return claims.flat();
}

const accept = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => f.accept()));

describe('an open lane', () => {
  it('gives one probe to all workers together, whenever one is due', async () => {
    await accept(40);
    await open();
    expect(await claimByAll(10)).toEqual([]);
    for (let round = 0; round < 12; round += 1) {
      await f.sql(`UPDATE lanes SET probe_at = now()`);
      const claims = await claimByAll(10);
      expect(claims).toHaveLength(1);
      expect(claims[0]?.lane).toEqual({ generation: 1, started: round + 1 });
      // The next one is due, even if no worker ever reports this one.
      const [row] = await f.sql<{ ms: number }>(
        `SELECT extract(epoch FROM probe_at - now())::float8 * 1000 AS ms FROM lanes`,
      );
      expect(row!.ms).toBeGreaterThan(0);
      expect(row!.ms).toBeLessThanOrEqual(10_000);
    }
  });

  it('is closed by the probe alone, not by calls that began before', async () => {
    expect((await open()).state).toMatchObject({ phase: 'open', generation: 1 });
    expect((await report(call())).state.phase).toBe('open');
    expect((await report(call({ generation: 1 }))).state).toMatchObject({
      ...{ phase: 'ramping', generation: 2 },
    });
  });

  it('leaves other models and the test requests of the project alone', async () => {
    await open();
    await accept(3);
    const [test, other] = await Promise.all([
      f.accept({ mode: 'test' }),
      f.accept({ model: 'another' }),
    ]);
    const { places } = await findPlaces(f.pool, null);
    const { lanes } = await readLanes(f.pool);
    const shares = places.map((place) => ({
      ...{ place, share: 10 },
      lane: place.mode === 'live' && place.model === lanes[0]?.asDefault ? id : undefined,
    }));
    const claims = await claimAtPlaces(f.pool, f.workerId, 100, LEASE_MS, shares);
    expect(claims.map((one) => one.id).sort()).toEqual([test, other].sort());
  });
});

describe('a paced lane', () => {
  const limits = { requests: { limit: 60, remaining: 5, resetMs: 3_600_000 } };

  it('gives all workers together no more than it has room for, over all keys', async () => {
    await accept(20);
    await Promise.all(Array.from({ length: 20 }, () => f.accept({ apiKeyId: randomUUID() })));
    await report(call({ limits }));
    const claims = [...(await claimByAll(3)), ...(await claimByAll(3)), ...(await claimByAll(3))];
    expect(claims.length).toBeGreaterThanOrEqual(3);
    expect(claims.length).toBeLessThanOrEqual(5);
    const { lanes } = await readLanes(f.pool);
    expect(lanes[0]!.state.started).toBe(claims.length);
  });

  it('waits as a whole as long as the provider has asked', async () => {
    await accept(5);
    await report(call({ verdict: 'limited', waitMs: 60_000 }));
    expect(await claimByAll(1)).toEqual([]);
    await f.sql(`UPDATE lanes SET hold_until = now(), level_at = now()`);
    expect(await claimByAll(1)).toHaveLength(1);
  });

  it('refills at its rate, which grows as it was told to', async () => {
    await accept(40);
    await report(call({ verdict: 'limited', waitMs: 1_000 }));
    await f.sql(
      `UPDATE lanes SET hold_until = NULL, rate = 2, growth = 2, top_rate = 8, cap = 100, level = 0,
         level_at = now() - interval '2 s'`,
    );
    // (2 + 8) / 2 calls a second for two seconds, and a little for the time since.
    const claims = await claimByAll(40);
    expect(claims.length).toBeGreaterThanOrEqual(10);
    expect(claims.length).toBeLessThan(20);
  });
});

describe('lanes', () => {
  it('add up what several workers report of a run of failures', async () => {
    const failures = Array.from({ length: 5 }, () =>
      call({ verdict: 'failure', code: 'timeout', failingForMs: 6_000 }),
    );
    await Promise.all([1, 2].map(() => reportCalls(f.pool, [{ lane, calls: failures }], 0)));
    const { lanes } = await readLanes(f.pool);
    expect(lanes).toHaveLength(1);
    expect(lanes[0]!.state).toMatchObject({ phase: 'open', reason: 'timeout', generation: 1 });
  });

  it('go with their provider, and none is added for one that is gone', async () => {
    await open();
    await f.sql('DELETE FROM provider_credentials WHERE id = $1', [lane.providerId]);
    expect((await readLanes(f.pool)).lanes).toEqual([]);
    await reportCalls(f.pool, [{ lane, calls: [call({ verdict: 'limited' })] }], 0);
    expect((await readLanes(f.pool)).lanes).toEqual([]);
  });

  it('have requests that do not count as waiting for a worker', async () => {
    await accept(2);
    const other = await f.accept({ model: 'another' });
    await f.sql(`UPDATE requests SET due_at = now() - interval '1 hour'`);
    await f.sql(`UPDATE requests SET due_at = now() - interval '1 minute' WHERE id = $1`, [other]);
    const minutes = async (): Promise<number> =>
      Math.floor((await oldestDueAgeMs(f.pool)) / 60_000);
    expect(await minutes()).toBe(60);
    await open();
    expect(await minutes()).toBe(1);
    // Also where the provider has no lane under the default.
    await f.sql(`UPDATE lanes SET as_default = NULL`);
    expect(await minutes()).toBe(60);
  });

  it('say on a record why it waits', async () => {
    const request = await f.accept();
    const reason = async (): Promise<string | null> =>
      (await f.reader.get(f.tenant, request))!.record.waiting_reason ?? null;
    expect(await reason()).toBeNull();
    await report(call({ verdict: 'limited', waitMs: 60_000 }));
    expect(await reason()).toBe('rate_limited');
    await open();
    expect(await reason()).toBe('circuit_open');
    const { record } = (await f.reader.get(f.tenant, request))!;
    expect(record).toMatchObject({ waiting_code: 'openai_http_503', last_error_code: null });
  });
});
