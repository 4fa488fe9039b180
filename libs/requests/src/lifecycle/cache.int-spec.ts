import { createHash } from 'node:crypto';

import { clearCache } from '../maintenance/clear-cache.js';
import { sweepRetention } from '../maintenance/retention.js';
import { failure, fallbackTo, RequestsFixture, requestUuid, success } from '../testing/index.js';
import type { RequestFields } from '../testing/requests-fixture.js';
import type { Claim } from './claim.js';
import { cancelRequest, retryRequest } from './control.js';
import type { AcceptedRequest } from './new-request.js';
import { settleFollowers } from './settle-followers.js';

let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

const keyOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Fields of a request under the cache. */
const cached = (what = 'a', fields: RequestFields = {}, ttl = 300): RequestFields => ({
  ...fields,
  cache: { key: keyOf(what), ttlS: ttl },
  policy: { ...fields.policy, cache: { type: 'exact_match', ttl } },
});

async function accept(fields: RequestFields): Promise<AcceptedRequest> {
  const acceptance = await f.acceptor.accept(f.newRequest(fields));
  if (!('request' in acceptance)) {
    throw new Error(`neither accepted nor joined: ${acceptance.kind}`);
  }
  return acceptance.request;
}

/** Completes a claimed request with an answer that may be given again. */
const complete = (claim: Claim, body = '{"id":"chatcmpl-1"}') =>
  f.finisher.finish({ ...success(claim, body), isCacheable: true });

/** A request that has completed, with its answer in the cache. */
async function source(what = 'a', fields: RequestFields = {}, body?: string): Promise<string> {
  const { id } = await accept(cached(what, fields));
  await complete(await f.claimOne(id), body);
  return id;
}

const claimAll = async (): Promise<string[]> => (await f.claim()).map(({ id }) => id);

describe('a request whose like has an answer', () => {
  it('is a completed record of its own, without a call, a payload or a usage', async () => {
    const from = await source();
    const hit = await accept(cached());
    expect(hit).toMatchObject({ status: 'completed', attempts: 0, cacheAgeS: 0 });
    expect(await f.row(hit.id)).toMatchObject({
      status: 'completed',
      attempts: 0,
      usage: null,
      payload_bytes: 0,
      cached_from: from,
      cache_key: null,
    });
    expect(await f.attemptRows(hit.id)).toEqual([]);
    expect(await f.count('payloads')).toBe(1);
    expect(await f.count('results')).toBe(1);
    const outcome = await f.reader.get(f.tenant, hit.id);
    expect(outcome?.answer?.body.toString()).toBe('{"id":"chatcmpl-1"}');
    expect(outcome?.cacheAgeS).toBe(0);
    expect(outcome?.record).toMatchObject({
      cached_from: expect.stringMatching(/^rr_/) as string,
      cache: { type: 'exact_match', ttl: 300 },
    });
  });

  it('says which model of which provider its answer is from', async () => {
    const plan = [{ name: 'azure/a', model: 'a', provider: 'azure', providerId: null }];
    const planned = { model: 'azure/a', policy: { plan } };
    await source('a', planned);
    const hit = await accept(cached('a', planned));
    const outcome = await f.reader.get(f.tenant, hit.id);
    expect(outcome?.answeredBy).toEqual({ model: 'azure/a', provider: 'openai', fallback: 0 });
    expect(outcome?.record).toMatchObject({ model: 'a', requested_model: 'azure/a' });
    const leader = await f.claimOne((await accept(cached('b', planned))).id);
    expect(leader.model).toBe('a');
    const follower = await accept(cached('b', planned));
    await complete(leader);
    await settleFollowers(f.pool);
    expect((await f.reader.get(f.tenant, follower.id))?.answeredBy).toEqual(outcome?.answeredBy);
  });

  it('gets the answer of a stream as well, whose log is closed with the same commit', async () => {
    const { id } = await accept(cached());
    const [streamed, other] = [await f.claimOne(id), await f.acceptAndClaim()];
    const log = { log: 1, frames: 2, last: null };
    const ends = [
      { ...success(streamed, '{"id":"chatcmpl-1"}'), isCacheable: true, stream: log },
      { ...success(other), isCacheable: true, stream: log },
    ];
    await Promise.all(ends.map((end) => f.finisher.finish(end)));
    for (const claim of [streamed, other]) {
      expect(await f.row(claim.id)).toMatchObject({ status: 'completed', result_log: 1 });
      expect(await f.attemptRows(claim.id)).toMatchObject([{ log: 1, frames: 2 }]);
    }
    expect(await f.sql('SELECT request_id FROM cache_entries')).toEqual([{ request_id: id }]);
    const hit = await accept(cached());
    expect(await f.row(hit.id)).toMatchObject({ cached_from: id, result_log: null });
    const outcome = await f.reader.get(f.tenant, hit.id);
    expect(outcome?.answer?.body.toString()).toBe('{"id":"chatcmpl-1"}');
  });

  it('gets a large answer as well', async () => {
    const body = `{"id":"${'x'.repeat(2 * 1024 * 1024)}"}`;
    await source('a', {}, body);
    const hit = await accept(cached());
    const outcome = await f.reader.get(f.tenant, hit.id);
    expect(outcome?.answer?.body.length).toBe(body.length);
    outcome?.answer?.hold?.done();
  });

  it('runs when the answer is older than it takes, or than its source allows', async () => {
    await source();
    await f.sql(`UPDATE cache_entries SET created_at = now() - interval '60 s'`);
    expect((await accept(cached('a', {}, 59))).status).toBe('queued');
    expect((await accept(cached('a', {}, 61))).cacheAgeS).toBe(60);
    await f.sql(`UPDATE cache_entries SET expires_at = now() - interval '1 s'`);
    await f.clear();
    await source();
    await f.sql(`UPDATE cache_entries SET expires_at = now() - interval '1 s'`);
    expect((await accept(cached('a', {}, 3_000))).status).toBe('queued');
  });

  it('joins the record of its idempotency key first', async () => {
    await source();
    const named = cached('a', { idempotencyKey: 'k' });
    const first = await f.acceptor.accept(f.newRequest(named));
    expect(first).toMatchObject({ kind: 'accepted', request: { status: 'completed' } });
    const second = await f.acceptor.accept(f.newRequest(named));
    expect(second).toMatchObject({ kind: 'joined' });
    const other = await f.acceptor.accept(
      f.newRequest({ ...named, fingerprint: Buffer.from('another') }),
    );
    expect(other).toEqual({ kind: 'conflict' });
  });

  it('announces its end as any other', async () => {
    await source();
    const { id } = await accept(cached('a', { policy: { outbox: true } }));
    expect(await f.sql('SELECT request_id, status FROM request_outbox')).toEqual([
      { request_id: id, status: 'completed' },
    ]);
  });

  it('is accepted once, however often its commit is sent', async () => {
    await source();
    const request = f.newRequest(cached());
    const twice = [await f.acceptor.accept({ ...request }), await f.acceptor.accept(request)];
    expect(twice).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(await f.count('requests')).toBe(2);
  });

  it('gets nothing of another project or mode, even under the same key', async () => {
    await source();
    const projectId = await f.addProject(requestUuid());
    expect((await accept(cached('a', { projectId, apiKeyId: projectId }))).status).toBe('queued');
    await f.clear();
    await source();
    expect((await accept(cached('a', { mode: 'test' }))).status).toBe('queued');
  });
});

describe('an answer', () => {
  it.each<[string, (claim: Claim) => Promise<unknown>]>([
    ['that is cut short or filtered', (claim) => f.finisher.finish(success(claim))],
    ['that failed', (claim) => f.finisher.finish({ ...failure(claim), isCacheable: true })],
    [
      'that came after the deadline',
      async (claim) => {
        await f.passDeadline(claim.id);
        await complete(claim);
      },
    ],
    [
      'of a canceled request',
      async (claim) => {
        await cancelRequest(f.pool, f.tenant, claim.id);
        await complete(claim);
      },
    ],
    [
      'of a fallback',
      async (claim) => {
        await f.finisher.finish(fallbackTo(claim, 'b', 1));
        await complete(await f.claimOne(claim.id));
      },
    ],
    [
      'of a request that was accepted before a provider with a name of its own was changed',
      async (claim) => {
        await f.sql(
          `INSERT INTO provider_credentials (id, further_of, name, updated_at) VALUES ($1, $1, 'azure', now())`,
          [f.projectId],
        );
        await complete(claim);
        await f.sql('DELETE FROM provider_credentials');
      },
    ],
    [
      'that may come from another provider than the one that the request was sent for',
      async (claim) => {
        await f.sql(
          `INSERT INTO provider_credentials (id, project_id, updated_at) VALUES ($1, $1, now())`,
          [f.projectId],
        );
        await complete(claim);
        await f.sql('DELETE FROM provider_credentials');
      },
    ],
  ])('%s is never given again', async (_what, end) => {
    const { id } = await accept(cached());
    await end(await f.claimOne(id));
    expect(await f.count('cache_entries')).toBe(0);
    expect((await accept(cached())).status).toBe('queued');
  });

  it('of a request that is not under the cache is not entered', async () => {
    await complete(await f.acceptAndClaim());
    expect(await f.count('cache_entries')).toBe(0);
  });

  it('in one group with others is entered for its own request', async () => {
    const plain = await f.acceptAndClaim();
    const a = await f.claimOne((await accept(cached('a'))).id);
    const b = await f.claimOne((await accept(cached('b'))).id);
    await Promise.all([complete(plain), complete(a), f.finisher.finish(success(b))]);
    expect(await f.sql('SELECT key, request_id FROM cache_entries')).toEqual([
      { key: keyOf('a'), request_id: a.id },
    ]);
  });

  it('that is newer takes the place of the older one', async () => {
    await source();
    await f.sql(`UPDATE cache_entries SET expires_at = now()`);
    const second = await source();
    expect((await f.row((await accept(cached())).id)).cached_from).toBe(second);
    expect(await f.count('cache_entries')).toBe(1);
  });

  it('of two runs of one call in one group is entered once', async () => {
    const one = await f.claimOne((await accept(cached())).id);
    await f.sql('UPDATE requests SET cache_key = NULL');
    const other = await f.claimOne((await accept(cached())).id);
    await f.sql('UPDATE requests SET cache_key = $1', [keyOf('a')]);
    await Promise.all([complete(one), complete(other)]);
    expect(await f.count('cache_entries')).toBe(1);
  });

  it('ends with the content of its source, and so do the hits', async () => {
    const from = await source();
    const { id } = await accept(cached());
    await f.sql(`UPDATE projects SET payload_retention_days = 1`);
    await f.change(from, `completed_at = now() - interval '2 d'`);
    await f.sql(`UPDATE payloads SET request_id = request_id`);
    // Ids begin with their time: the sweep looks at old ones alone.
    const old = requestUuid(Date.now() - 3 * 86_400_000);
    for (const [table, column] of [
      ['requests', 'id'],
      ['payloads', 'request_id'],
      ['results', 'request_id'],
      ['cache_entries', 'request_id'],
    ] as const) {
      await f.sql(`UPDATE ${table} SET ${column} = $2 WHERE ${column} = $1`, [from, old]);
    }
    await f.change(id, `cached_from = '${old}'`);
    await sweepRetention(f.pool, new AbortController().signal);
    await f.sql(`UPDATE projects SET payload_retention_days = 30`);
    expect(await f.count('cache_entries')).toBe(0);
    const outcome = await f.reader.get(f.tenant, id);
    expect(outcome).toMatchObject({ answer: null, record: { status: 'completed' } });
  });

  it('goes when its time is over or the cache is cleared; the record keeps it', async () => {
    const from = await source();
    await f.sql(`UPDATE cache_entries SET expires_at = now()`);
    const swept = await sweepRetention(f.pool, new AbortController().signal);
    expect(swept.cacheEntries).toBe(1);
    await f.clear();
    const again = await source();
    const projectId = await f.addProject(requestUuid());
    await source('b', { projectId, apiKeyId: projectId });
    await clearCache(f.pool, f.projectId);
    expect(await f.sql('SELECT project_id FROM cache_entries')).toEqual([
      { project_id: projectId },
    ]);
    expect((await accept(cached())).status).toBe('queued');
    expect((await f.reader.get(f.tenant, again))?.answer).not.toBeNull();
    expect(from).not.toBe(again);
  });
});

describe('identical requests at the same time', () => {
  it('are records of their own, and one of them runs', async () => {
    const processes = [f.process('one'), f.process('two')];
    const requests = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        processes[n % 2]!.acceptor.accept(f.newRequest(cached('a', { idempotencyKey: `k${n}` }))),
      ),
    );
    expect(new Set(requests.map((one) => one.kind === 'accepted' && one.request.id)).size).toBe(40);
    const claims = await f.claim();
    expect(claims).toHaveLength(1);
    await complete(claims[0]!);
    const settled = await settleFollowers(f.pool);
    expect(settled).toMatchObject({ released: [] });
    expect(settled.completed).toHaveLength(39);
    expect(await claimAll()).toEqual([]);
    expect(
      await f.sql(
        'SELECT status, attempts, count(*)::int AS count FROM requests GROUP BY 1, 2 ORDER BY 2',
      ),
    ).toEqual([
      { status: 'completed', attempts: 0, count: 39 },
      { status: 'completed', attempts: 1, count: 1 },
    ]);
    expect(await settleFollowers(f.pool)).toEqual({ completed: [], released: [] });
  });

  it('with other keys do not wait for each other', async () => {
    await Promise.all(['a', 'b', 'c'].map((what) => accept(cached(what))));
    expect(await claimAll()).toHaveLength(3);
  });

  it('show why they wait', async () => {
    await accept(cached());
    const { id, follows } = await accept(cached());
    expect(follows).toBe(true);
    const { record } = (await f.reader.getRecord(f.tenant, id))!;
    expect(record).toMatchObject({ status: 'queued', waiting_reason: 'identical_request' });
  });

  it('can be canceled one by one', async () => {
    const leader = await accept(cached());
    const followers = [await accept(cached()), await accept(cached())];
    await cancelRequest(f.pool, f.tenant, followers[0]!.id);
    await complete(await f.claimOne(leader.id));
    expect((await settleFollowers(f.pool)).completed).toEqual([followers[1]!.id]);
    expect((await f.row(followers[0]!.id)).status).toBe('canceled');
  });

  it('have their own deadlines', async () => {
    await accept(cached());
    const { id } = await accept(cached('a', { policy: { deadlineMs: 1_000 } }));
    const { due_at: due, deadline_at: deadline } = await f.row(id);
    expect(due).toEqual(deadline);
    await f.passDeadline(id);
    expect((await f.recovery.expireOverdue()).recovered).toMatchObject([{ id, status: 'failed' }]);
  });

  it('run by themselves when the leader should have ended, even without any settling', async () => {
    const leader = await accept(cached('a', { policy: { deadlineMs: 1_000 } }));
    const { id } = await accept(cached());
    expect((await f.row(id)).due_at).toEqual((await f.row(leader.id)).deadline_at);
    await f.change(id, `due_at = now()`);
    await f.change(leader.id, `due_at = now() + interval '1 h'`);
    expect(await claimAll()).toEqual([id]);
  });

  it.each<[string, (leader: AcceptedRequest) => Promise<unknown>]>([
    ['is canceled', ({ id }) => cancelRequest(f.pool, f.tenant, id)],
    ['fails', async ({ id }) => f.finisher.finish(failure(await f.claimOne(id)))],
    [
      'has an answer that is not kept',
      async ({ id }) => f.finisher.finish(success(await f.claimOne(id))),
    ],
    [
      'passes its deadline',
      async ({ id }) => {
        await f.passDeadline(id);
        await f.recovery.expireOverdue();
      },
    ],
    ['is deleted', ({ id }) => f.sql('DELETE FROM requests WHERE id = $1', [id])],
  ])('let the oldest run when the leader %s', async (_what, end) => {
    const leader = await accept(cached());
    const followers: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      followers.push((await accept(cached())).id);
    }
    await end(leader);
    expect(await settleFollowers(f.pool)).toEqual({ completed: [], released: [followers[0]] });
    const claims = await f.claim();
    expect(claims.map(({ id }) => id)).toEqual([followers[0]]);
    expect(await settleFollowers(f.pool)).toEqual({ completed: [], released: [] });
    await complete(claims[0]!);
    expect((await settleFollowers(f.pool)).completed.toSorted()).toEqual(
      followers.slice(1).toSorted(),
    );
  });

  it('wait in line no longer when two leaders in a row have left no answer', async () => {
    const leader = await accept(cached());
    const followers: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      followers.push((await accept(cached())).id);
    }
    await f.finisher.finish(failure(await f.claimOne(leader.id)));
    await settleFollowers(f.pool);
    await f.finisher.finish(failure(await f.claimOne(followers[0]!)));
    const { released } = await settleFollowers(f.pool);
    expect(released.toSorted()).toEqual(followers.slice(1).toSorted());
    expect(await claimAll()).toHaveLength(3);
  });

  it('follow a leader whose worker was lost until it ends', async () => {
    const leader = await accept(cached());
    await f.claimOne(leader.id);
    const { id } = await accept(cached());
    await f.endLease(leader.id);
    await f.recovery.reapExpiredLeases();
    expect(await settleFollowers(f.pool)).toEqual({ completed: [], released: [] });
    const [claim] = await f.claim();
    expect(claim?.id).toBe(leader.id);
    await complete(claim!);
    expect((await settleFollowers(f.pool)).completed).toEqual([id]);
  });

  it('wait for one that comes after a leader that has failed', async () => {
    const leader = await accept(cached());
    const { id } = await accept(cached());
    await f.finisher.finish(failure(await f.claimOne(leader.id)));
    const next = await accept(cached());
    expect(next.follows).toBeUndefined();
    expect(await settleFollowers(f.pool)).toEqual({ completed: [], released: [] });
    await complete(await f.claimOne(next.id));
    expect((await settleFollowers(f.pool)).completed).toEqual([id]);
  });

  it('that are run again by hand run themselves', async () => {
    await accept(cached());
    const { id } = await accept(cached());
    await cancelRequest(f.pool, f.tenant, id);
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
    expect((await f.claimOne(id)).id).toBe(id);
  });

  it('are settled once by several workers at once', async () => {
    const leader = await accept(cached());
    await Promise.all(Array.from({ length: 20 }, () => accept(cached())));
    await complete(await f.claimOne(leader.id));
    const settled = await Promise.all(
      [f.pool, f.process('two').pool, f.process('three').pool].map((pool) => settleFollowers(pool)),
    );
    const completed = settled.flatMap((one) => one.completed);
    expect(completed).toHaveLength(20);
    expect(new Set(completed).size).toBe(20);
  });
});
