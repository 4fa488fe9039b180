import { randomUUID } from 'node:crypto';

import {
  newLane,
  probeByHand,
  setLimits,
  type SetLimits,
  startByHand,
  stopByHand,
} from '@reqrun/retry-policy';

import { type Claim, claimAtPlaces, findPlaces, type Place } from '../lifecycle/claim.js';
import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import type { LaneName } from './lane-row.js';
import { laneId, readLanes, reportCalls } from './lane-store.js';
import { LanesByHand } from './lanes-by-hand.js';

/** Lanes that a person has limited or stopped, in a real database, used by several workers at once. */
let f: RequestsFixture;
let lane: LaneName;
let lanes: LanesByHand;

beforeEach(async () => {
  f = await RequestsFixture.open();
  lane = {
    ...{ projectId: f.projectId, providerId: randomUUID() },
    ...{ model: 'gpt-4o-mini', isDefault: true },
  };
  lanes = new LanesByHand(f.pool);
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $2, 'http://x/v1', now())`,
    [lane.providerId, f.projectId],
  );
});
afterEach(() => f.close());

const limit = async (name: LaneName, fields: Partial<SetLimits>): Promise<void> => {
  const none = { requestsPerMinute: null, tokensPerMinute: null, callsAtOnce: null };
  await lanes.change(name, (state, nowMs) => setLimits(state, { ...none, ...fields }, nowMs));
};
const whole = (): LaneName => ({ ...lane, model: '' });
const idOf = ({ providerId, model }: LaneName): string => laneId(providerId, model);
const accept = (count: number, model = 'gpt-4o-mini'): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => f.accept({ model })));

/** A claim of one worker, at all places with due requests, each of which belongs to the lanes. */
async function claim(
  worker: string,
  of: { lane?: string; whole?: string },
  share = 10,
): Promise<Claim[]> {
  const { places } = await findPlaces(f.pool, null);
  const shares = places.map((place: Place) => ({ place, share, ...of }));
  return claimAtPlaces(f.pool, worker, 100, LEASE_MS, shares);
}

const running = async (): Promise<number> =>
  (await f.sql(`SELECT FROM requests WHERE status = 'processing'`)).length;

/** Has all workers claim at once until none gets anything in two rounds. */
async function claimByAll(of: { lane?: string; whole?: string }, share = 3): Promise<number> {
  let most = 0;
  for (let idle = 0; idle < 2;) {
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => claim(randomUUID(), of, share)),
    );
    most = Math.max(most, await running());
    idle = claims.flat().length === 0 ? idle + 1 : 0;
  }
  return most;
}

/** Ends some of the calls under way. */
const end = (count: number): Promise<unknown> =>
  f.sql(
    `UPDATE requests SET status = 'completed', completed_at = now(), lease_owner = NULL, lease_expires_at = NULL
     WHERE id IN (SELECT id FROM requests WHERE status = 'processing' LIMIT $1)`,
    [count],
  );

describe('a limit of calls at once', () => {
  it('holds over all workers that claim at the same time, whatever has just ended', async () => {
    await accept(150);
    await limit(lane, { callsAtOnce: 3 });
    const { places } = await findPlaces(f.pool, null);
    const shares = [{ place: places[0]!, share: 1, lane: idOf(lane) }];
    const takeTurns = async (): Promise<void> => {
      for (let turn = 0; turn < 8; turn += 1) {
        await claimAtPlaces(f.pool, f.workerId, 100, LEASE_MS, shares);
      }
    };
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(Array.from({ length: 8 }, takeTurns));
      expect(await running()).toBe(3);
      await end(1 + (round % 3));
    }
    expect(await claimByAll({ lane: idOf(lane) })).toBe(3);
    expect((await lanes.list(f.projectId))[0]).toMatchObject({ running: 3, waiting: 68 });
  });

  it('counts the calls of a dead worker until they are taken back, and no longer', async () => {
    await accept(4);
    await limit(lane, { callsAtOnce: 2 });
    expect(await claim('00000000-0000-4000-8000-00000000dead', { lane: idOf(lane) })).toHaveLength(
      2,
    );
    expect(await claim(f.workerId, { lane: idOf(lane) })).toEqual([]);
    await f.sql(
      `UPDATE requests SET lease_expires_at = now() - interval '1 s' WHERE status = 'processing'`,
    );
    await f.recovery.reapExpiredLeases();
    expect(await claim(f.workerId, { lane: idOf(lane) })).toHaveLength(2);
  });

  it('holds for the provider as a whole over its models, and leaves other providers alone', async () => {
    await Promise.all([accept(10), accept(10, 'gpt-4o')]);
    await limit(whole(), { callsAtOnce: 3 });
    expect(await claimByAll({ whole: idOf(whole()) })).toBe(3);
    const models = await f.sql(
      `SELECT model FROM requests WHERE status = 'processing' GROUP BY model`,
    );
    expect(models.length).toBeGreaterThan(0);
    expect(await claim(f.workerId, {}, 4)).toHaveLength(8);
  });

  it('of a model holds beside that of its provider, whichever is lower', async () => {
    await Promise.all([accept(10), accept(10, 'gpt-4o')]);
    await limit(lane, { callsAtOnce: 2 });
    await limit(whole(), { callsAtOnce: 6 });
    const { places } = await findPlaces(f.pool, null);
    const { lanes: rows } = await readLanes(f.pool);
    const own = rows.find(({ model }) => model === lane.model)!;
    const shares = places.map((place) => ({
      ...{ place, share: 5, whole: idOf(whole()) },
      lane: place.model === own.asDefault ? own.id : undefined,
    }));
    await claimAtPlaces(f.pool, f.workerId, 100, LEASE_MS, shares);
    const counts = await f.sql<{ model: string; n: number }>(
      `SELECT model, count(*)::int AS n FROM requests WHERE status = 'processing' GROUP BY model ORDER BY model`,
    );
    expect(counts).toEqual([
      { model: 'gpt-4o', n: 4 },
      { model: 'gpt-4o-mini', n: 2 },
    ]);
  });
});

describe('limits by the minute', () => {
  it('let no more begin than they allow at once, of all workers together', async () => {
    await accept(40);
    await limit(lane, { requestsPerMinute: 100 });
    const most = await claimByAll({ lane: idOf(lane) });
    expect(most).toBeGreaterThanOrEqual(5);
    expect(most).toBeLessThanOrEqual(7);
  });

  it('of a provider as a whole are used up by all its models', async () => {
    await Promise.all([accept(20), accept(20, 'gpt-4o')]);
    await limit(whole(), { requestsPerMinute: 100 });
    const most = await claimByAll({ whole: idOf(whole()) });
    expect(most).toBeGreaterThanOrEqual(5);
    expect(most).toBeLessThanOrEqual(7);
  });
});

describe('a lane that a person has stopped', () => {
  it('gives nothing until it is probed or started, and says so on its requests', async () => {
    const [id] = await accept(3);
    await lanes.change(lane, stopByHand);
    expect(await claimByAll({ lane: idOf(lane) })).toBe(0);
    const { record } = (await f.reader.get(f.tenant, id!))!;
    expect(record).toMatchObject({
      ...{ waiting_reason: 'circuit_open', waiting_code: 'by_hand' },
      ...{ next_attempt_at: null, next_attempt_is_estimate: false },
    });
    await lanes.change(lane, probeByHand);
    expect(await claimByAll({ lane: idOf(lane) })).toBe(1);
    await lanes.change(lane, startByHand);
    expect(await claimByAll({ lane: idOf(lane) })).toBe(3);
  });
});

describe('the estimate of the next attempt', () => {
  const next = async (id: string) => {
    const { record } = (await f.reader.get(f.tenant, id))!;
    const [row] = await f.sql<{ ms: number }>(
      `SELECT (extract(epoch FROM $1::timestamptz - now()) * 1000)::float8 AS ms`,
      [record.next_attempt_at],
    );
    return { ...record, inMs: row!.ms };
  };

  it('is the place in the lane, divided by its pace', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(await f.accept());
    }
    await limit(lane, { requestsPerMinute: 6 });
    await f.sql(`UPDATE lanes SET level = 0, level_at = now()`);
    const [first, last] = [await next(ids[0]!), await next(ids[4]!)];
    expect(first).toMatchObject({
      ...{
        waiting_reason: 'rate_limited',
        waiting_code: 'by_hand',
        next_attempt_is_estimate: true,
      },
    });
    // Six a minute: 10 s for each.
    expect(first.inMs).toBeGreaterThan(5_000);
    expect(first.inMs).toBeLessThanOrEqual(10_000);
    expect(last.inMs - first.inMs).toBeGreaterThan(35_000);
    expect(last.inMs - first.inMs).toBeLessThanOrEqual(40_500);
  });

  it('is the time of the probe of a lane that is open, and the cause is the error of the provider', async () => {
    const [id] = await accept(1);
    await open();
    await f.sql(`UPDATE lanes SET probe_at = now() + interval '40 s'`);
    const record = await next(id!);
    expect(record).toMatchObject({
      ...{ waiting_reason: 'circuit_open', waiting_code: 'openai_http_503' },
      ...{ next_attempt_is_estimate: true, attempts: 0 },
    });
    expect(record.inMs).toBeGreaterThan(30_000);
    expect(record.inMs).toBeLessThanOrEqual(40_000);
  });

  it('is none for a request that waits for nothing but its turn, nor for one that is retried', async () => {
    const [id] = await accept(1);
    expect((await f.reader.get(f.tenant, id!))!.record).toMatchObject({
      ...{ waiting_reason: null, waiting_code: null },
      ...{ next_attempt_at: null, next_attempt_is_estimate: false },
    });
    await f.sql(`UPDATE requests SET status = 'retrying', due_at = now() + interval '1 min'`);
    const retrying = (await f.reader.get(f.tenant, id!))!.record;
    expect(retrying.next_attempt_at).not.toBeNull();
    expect(retrying.next_attempt_is_estimate).toBe(false);
  });
});

describe('a request whose deadline passes while its lane is open', () => {
  it('tells of the error of the provider, and that its calls were paused', async () => {
    const [id] = await accept(1);
    await open();
    await f.sql(
      `UPDATE requests SET deadline_at = now() - interval '1 s', due_at = now() - interval '2 s'`,
    );
    await f.recovery.expireOverdue();
    const { record } = (await f.reader.get(f.tenant, id!))!;
    expect(record).toMatchObject({
      ...{ status: 'failed', attempts: 0, last_error_code: 'openai_http_503' },
      error: { code: 'deadline_exceeded', because: 'circuit_open' },
    });
    expect(record.error?.message).toMatch(/calls to its provider were paused/);
  });

  it('tells of nothing where its lane is well', async () => {
    const [id] = await accept(1);
    await f.sql(
      `UPDATE requests SET deadline_at = now() - interval '1 s', due_at = now() - interval '2 s'`,
    );
    await f.recovery.expireOverdue();
    const { record } = (await f.reader.get(f.tenant, id!))!;
    expect(record.error).toMatchObject({ code: 'deadline_exceeded' });
    expect(record.error).not.toHaveProperty('because');
  });
});

describe('a change of a provider', () => {
  it('lets calls go on that were stopped for a cause that counts no more, and no others', async () => {
    await open();
    const other = { ...lane, model: 'gpt-4o' };
    await lanes.change(other, stopByHand);
    await lanes.relieve(lane.providerId, { limits: false, failures: true });
    const phases = async () =>
      (await lanes.list(f.projectId)).map((one) => [one.lane.model, one.lane.state.phase]);
    expect(await phases()).toEqual([
      ['gpt-4o', 'open'],
      ['gpt-4o-mini', 'open'],
    ]);
    await lanes.relieve(lane.providerId, { limits: true, failures: false });
    expect(await phases()).toEqual([
      ['gpt-4o', 'open'],
      ['gpt-4o-mini', 'ramping'],
    ]);
  });

  it('of the default one is known to its lanes at once', async () => {
    await limit(lane, { callsAtOnce: 5 });
    await f.sql(`UPDATE provider_credentials SET further_of = project_id, project_id = NULL`);
    await lanes.renewDefaults(f.projectId);
    expect((await readLanes(f.pool)).lanes[0]).toMatchObject({ asDefault: null });
  });

  it('keeps its limits in the row of the lane, which a worker that starts reads', async () => {
    await limit(lane, { tokensPerMinute: 9_000 });
    const { lanes: rows } = await readLanes(f.pool);
    expect(rows[0]!.state.setLimits).toEqual({
      ...{ requestsPerMinute: null, tokensPerMinute: 9_000, callsAtOnce: null },
    });
    await limit(lane, { callsAtOnce: 2 });
    await lanes.change(lane, (state, nowMs) => setLimits(state, null, nowMs));
    const [row] = (await readLanes(f.pool)).lanes;
    expect(row!.state).toMatchObject({ phase: 'clear', setLimits: newLane(0).setLimits });
    expect(await f.sql('SELECT max_calls FROM lanes')).toEqual([{ max_calls: null }]);
  });
});

/** Has failures reported as if they had lasted six seconds, so that the lane opens. */
async function open(): Promise<void> {
  const failure = {
    ...{ verdict: 'failure', generation: 0, code: 'openai_http_503', waitMs: null },
    ...{ slowsDown: false, limits: undefined, begunSince: 0, tokens: null, hasFallback: false },
    failingForMs: 6_000,
  } as const;
  await reportCalls(f.pool, [{ lane, calls: Array.from({ length: 10 }, () => failure) }], 0);
}
