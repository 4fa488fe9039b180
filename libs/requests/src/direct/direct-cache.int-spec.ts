import { createHash } from 'node:crypto';

import { FIRST_CLAIM } from '../sql/transitions/index.js';
import { settleFollowers } from '../lifecycle/settle-followers.js';
import { comparable, DirectFixture } from '../testing/direct-fixture.js';
import {
  acceptedId,
  failure,
  type RequestFields,
  type RequestsFixture,
  success,
} from '../testing/index.js';
import type { Claim } from '../lifecycle/claim.js';

/** Requests under the cache whose callers wait: a worker accepts them, and runs those that lead. */
let d: DirectFixture;
let f: RequestsFixture;

beforeAll(async () => {
  d = await DirectFixture.open();
  f = d.requests;
});
afterAll(async () => {
  await d.close();
});
beforeEach(async () => {
  await d.setUp();
});
afterEach(async () => {
  await d.tearDown();
});

/** Patience with a worker that does not answer, in ms: long enough to begin its statement on a busy machine. */
const PATIENCE_MS = 2_000;

const keyOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Fields of a request under the cache. */
const cached = (what = 'a', fields: RequestFields = {}): RequestFields => ({
  ...fields,
  cache: { key: keyOf(what), ttlS: 300 },
  policy: { ...fields.policy, cache: { type: 'exact_match', ttl: 300 } },
});

const complete = (claim: Claim) => f.finisher.finish({ ...success(claim), isCacheable: true });

const HIT = { status: 'completed', attempts: 0, cacheAgeS: 0 };

/** Locks the key as another process does that is about to commit; returns a function that commits. */
async function holdKey(text: string): Promise<() => Promise<void>> {
  const client = await f.pool.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [keyOf(text).readBigInt64BE()]);
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}

describe('a miss whose caller waits', () => {
  it('stands as one that was accepted and then claimed, and so does its attempt', async () => {
    const { worker, api } = await d.startBoth();
    const plan = [{ name: 'azure/a', model: 'a', provider: 'azure', providerId: null }];
    const fields: RequestFields = { mode: 'test', model: 'azure/a', policy: { plan, count: 5 } };
    const started = f.newRequest(cached('a', fields));
    expect(await api.start(started)).toEqual({
      kind: 'accepted',
      request: {
        id: started.id,
        status: 'processing',
        model: 'azure/a',
        attempts: 1,
        createdAt: (await f.row(started.id)).created_at,
      },
      notified: true,
    });
    const id = await f.accept(cached('b', fields));
    await f.claim(1, worker.workerId);
    await f.sql(
      `UPDATE requests r SET created_at = started_at, due_at = started_at,
         deadline_at = started_at + deadline_ms * interval '1 ms' WHERE id = $1`,
      [id],
    );
    const own = ['id', 'cache_key'];
    const [row, ordinary] = [await f.row(started.id), await f.row(id)];
    expect(comparable(row, row.created_at, own)).toEqual(
      comparable(ordinary, ordinary.created_at, own),
    );
    expect(row).toMatchObject({ cache_key: keyOf('a'), follows: null, fence: FIRST_CLAIM.fence });
    const [[attempt], [other]] = [await f.attemptRows(started.id), await f.attemptRows(id)];
    expect(comparable(attempt!, row.created_at, ['request_id'])).toEqual(
      comparable(other!, ordinary.created_at, ['request_id']),
    );
    expect(worker.claims.map((claim) => [claim.id, claim.model])).toEqual([[started.id, 'a']]);
    expect(await d.claimedFromTable()).toEqual([]);
  });

  it('is entered into the cache when it completes, and the next is a hit that asks no worker', async () => {
    const { worker, api } = await d.startBoth();
    const id = await api.startOne(cached());
    await complete(worker.claims[0]!);
    const { asked } = worker.room;
    const hit = await api.start(f.newRequest(cached()));
    expect(hit).toMatchObject({ kind: 'accepted', request: HIT, notified: true });
    expect(await f.row(acceptedId(hit))).toMatchObject({ cached_from: id, payload_bytes: 0 });
    expect(worker.room.asked).toBe(asked);
  });

  it('goes by the table where no worker takes it, or its body is large', async () => {
    const { worker, api } = await d.startBoth();
    const large = f.newRequest(cached('b', { body: Buffer.alloc(3_000_000, 'x') }));
    await api.start(large);
    expect(worker.room.asked).toBe(0);
    worker.room.free = 0;
    const refused = f.newRequest(cached());
    expect(await api.start(refused)).toMatchObject({
      kind: 'accepted',
      request: { id: refused.id, status: 'queued', attempts: 0 },
    });
    expect((await d.claimedFromTable()).sort()).toEqual([large.id, refused.id].sort());
    expect(worker.claims).toEqual([]);
  });

  it('is bounded with the open requests of its project, as are those that follow it', async () => {
    const { worker, api } = await d.startBoth();
    const start = async (what: string) =>
      api.start(f.newRequest(cached(what, { maxOpen: 2 }))).then(({ kind }) => kind);
    expect([await start('a'), await start('a'), await start('b')]).toEqual([
      ...['accepted', 'accepted', 'full'],
    ]);
    expect(worker.claims).toHaveLength(1);
    expect(await f.count('requests')).toBe(2);
    expect(worker.room.free).toBe(1_000);
  });

  it('joins the record of its idempotency key first, and conflicts with another body', async () => {
    const { worker, api } = await d.startBoth();
    const named = cached('a', { idempotencyKey: 'k' });
    const id = await api.startOne(named);
    const joined = { kind: 'joined', request: { id, status: 'processing' } };
    expect(await api.start(f.newRequest(named))).toMatchObject(joined);
    const other = f.newRequest({ ...named, fingerprint: Buffer.from('another') });
    expect(await api.start(other)).toEqual({ kind: 'conflict' });
    expect(worker.claims).toHaveLength(1);
    await complete(worker.claims[0]!);
    expect(await api.start(f.newRequest(named))).toMatchObject({ ...joined, request: { id } });
    expect(await f.count('requests')).toBe(1);
  });
});

describe('an identical request', () => {
  it('follows one that a worker was given directly, is run by nobody, and gets its answer', async () => {
    const { worker, api } = await d.startBoth();
    await api.startOne(cached());
    const follower = await api.start(f.newRequest(cached()));
    expect(follower).toMatchObject({
      kind: 'accepted',
      request: { status: 'queued', attempts: 0, follows: true },
      // There is nothing for a worker to do.
      notified: true,
    });
    expect(worker.claims).toHaveLength(1);
    expect(worker.room.free).toBe(1_000);
    const id = acceptedId(follower);
    expect(await f.row(id)).toMatchObject({ fence: 0, attempts: 0, lease_owner: null });
    expect(await d.claimedFromTable()).toEqual([]);
    const ended = await complete(worker.claims[0]!);
    expect(ended).toMatchObject({ kind: 'committed', hasFollowers: true });
    expect((await settleFollowers(f.pool)).completed).toEqual([id]);
    expect(await f.row(id)).toMatchObject({
      status: 'completed',
      cached_from: worker.claims[0]!.id,
    });
  });

  it('runs when the one that it follows fails', async () => {
    const { worker, api } = await d.startBoth();
    await api.startOne(cached());
    const follower = acceptedId(await api.start(f.newRequest(cached())));
    await f.finisher.finish(failure(worker.claims[0]!));
    expect((await settleFollowers(f.pool)).released).toEqual([follower]);
    expect(await d.claimedFromTable()).toEqual([follower]);
  });

  it('follows across both ways: the one that leads may be in the table, or with a worker', async () => {
    const { worker, api } = await d.startBoth();
    await f.accept(cached('a'));
    expect(await api.start(f.newRequest(cached('a')))).toMatchObject({
      request: { follows: true },
    });
    await api.startOne(cached('b'));
    const other = await f.acceptor.accept(f.newRequest(cached('b')));
    expect(other).toMatchObject({ request: { follows: true } });
    expect(worker.claims).toHaveLength(1);
  });

  it('fifty times at once, through two API processes and two workers and by the table, runs once', async () => {
    const workers = [
      await d.startWorker(f.process('worker-1')),
      await d.startWorker(f.process('worker-2')),
    ];
    const apis = [await d.startApi(f.process('api-1')), await d.startApi(f.process('api-2'))];
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        apis[n % 2]!.acceptor.accept(
          f.newRequest(cached('a', { idempotencyKey: `k${n}` })),
          n % 5 > 0,
        ),
      ),
    );
    expect(new Set(accepted.map(acceptedId)).size).toBe(50);
    const claims = [...workers.flatMap((worker) => worker.claims), ...(await f.claim())];
    expect(claims).toHaveLength(1);
    await complete(claims[0]!);
    const settled = await settleFollowers(f.pool);
    expect(settled.released).toEqual([]);
    expect(settled.completed).toHaveLength(49);
    expect(await f.count('attempts')).toBe(1);
  });

  it('that waits for the lock of another finds what that has committed: one leads, the other follows', async () => {
    const workers = [
      await d.startWorker(f.process('worker-1')),
      await d.startWorker(f.process('worker-2')),
    ];
    const [first, second] = [f.newRequest(cached()), f.newRequest(cached())];
    const goOn = await holdKey('a');
    const api = await d.startApi();
    // Each is a group of its own and goes to the other worker. Both statements have begun before either may look.
    const outcomes = [api.starter.start([first]), api.starter.start([second])];
    await f.blocked('worker-1');
    await f.blocked('worker-2');
    await goOn();
    const seen = (await Promise.all(outcomes)).flatMap(([outcome]) => outcome);
    expect(
      seen.filter((one) => typeof one === 'object' && 'request' in one && one.request.follows),
    ).toHaveLength(1);
    await Promise.all(workers.map(({ starts }) => starts.settled()));
    expect(workers.flatMap(({ claims }) => claims)).toHaveLength(1);
  });

  it('whose answer comes while it waits for the lock is a hit that runs nowhere', async () => {
    const worker = await d.startWorker(f.process('worker'));
    const api = await d.startApi();
    const source = await f.acceptAndClaim(cached());
    const goOn = await holdKey('a');
    const [[outcome]] = await Promise.all([
      api.starter.start([f.newRequest(cached())]),
      f
        .blocked('worker')
        .then(() => complete(source))
        .then(goOn),
    ]);
    expect(outcome).toMatchObject({ kind: 'accepted', request: HIT, notified: true });
    await worker.starts.settled();
    expect(worker.claims).toEqual([]);
    expect(await f.count('payloads')).toBe(1);
  });

  it('keeps no other request of its caller’s process waiting', async () => {
    const worker = await d.startWorker(f.process('worker'));
    const api = await d.startApi();
    const goOn = await holdKey('a');
    const waiting = api.start(f.newRequest(cached()));
    await f.blocked('worker');
    const plain = await api.startOne();
    expect(worker.claims.map(({ id }) => id)).toEqual([plain]);
    await goOn();
    expect(acceptedId(await waiting)).toBe(worker.claims[1]?.id);
  });
});

describe('a worker that does not answer', () => {
  it('before its commit: the API accepts the miss itself under the same id, and the late worker does not run it', async () => {
    const worker = await d.startWorker(await f.processBehindProxy('slow-worker'));
    const api = await d.startApi(f, PATIENCE_MS);
    const request = f.newRequest(cached());
    const goOn = await f.holdUp('attempts', request.id);
    const accepted = api.start(request);
    const [backend] = await f.blocked('slow-worker');
    // The API's commit waits for the lock of the key.
    await f.blocked('test');
    await f.sql('SELECT pg_terminate_backend($1, 10000)', [backend]);
    await goOn();
    expect(await accepted).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'queued', attempts: 0 },
    });
    await worker.starts.settled();
    expect(worker.claims).toEqual([]);
    expect(await d.claimedFromTable()).toEqual([request.id]);
  });

  it('after its commit: the API finds the miss by its id, and the worker runs it, once', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    const worker = await d.startWorker(slow);
    const api = await d.startApi(f, PATIENCE_MS);
    const fault = slow.proxy.breakNext('requests-start-cached', 'stall-answer');
    const request = f.newRequest(cached());
    expect(await api.start(request)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'processing', attempts: 1 },
    });
    await fault.happened;
    fault.release();
    await worker.starts.settled();
    expect(worker.claims.map(({ id }) => id)).toEqual([request.id]);
    expect(await f.row(request.id)).toMatchObject({ follows: null });
    expect(await d.claimedFromTable()).toEqual([]);
  });

  it('and dies after its commit: the miss runs again, and its followers get the answer', async () => {
    const dead = await f.processBehindProxy('dead-worker');
    const worker = await d.startWorker(dead);
    const api = await d.startApi();
    const fault = dead.proxy.breakNext('requests-start-cached', 'cut-answer');
    const id = await api.startOne(cached());
    await fault.happened;
    expect(worker.claims).toEqual([]);
    const follower = await f.acceptor.accept(f.newRequest(cached()));
    expect(follower).toMatchObject({ request: { follows: true } });
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    const [claim] = await f.claim();
    expect(claim).toMatchObject({ id, attempt: 2 });
    await complete(claim!);
    expect((await settleFollowers(f.pool)).completed).toEqual([acceptedId(follower)]);
  });
});
