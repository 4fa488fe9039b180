import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { openStored } from '../content/stored-content.js';
import { unpackContent } from '../content/content-frame.js';
import { comparable, DirectFixture } from '../testing/direct-fixture.js';
import {
  acceptedId,
  failure,
  type RequestFields,
  type RequestsFixture,
  retryIn,
  success,
} from '../testing/index.js';
import type { DispatchResult } from '../lifecycle/dispatch.js';

/** Direct dispatch to a worker of the same machine, which answers. */
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

describe('a request that was started', () => {
  it('stands as one that was accepted and then claimed, and so does its attempt', async () => {
    const { worker, api } = await d.startBoth();
    const fields: RequestFields = {
      mode: 'test',
      endpoint: '/embeddings',
      model: 'some-model',
      metadata: { ticket: '842' },
      policy: { count: 5, onCodes: [429, 503], onLost: 'fail', deadlineMs: 60_000 },
    };
    const started = f.newRequest({ ...fields, idempotencyKey: 'direct' });
    expect(await api.start(started)).toEqual({
      kind: 'accepted',
      request: {
        id: started.id,
        status: 'processing',
        model: 'some-model',
        attempts: 1,
        createdAt: (await f.row(started.id)).created_at,
      },
      notified: true,
    });
    const id = await f.accept({ ...fields, idempotencyKey: 'by the table' });
    // A directly dispatched request is claimed at the time of its acceptance.
    await f.claim(1, worker.workerId);
    await f.sql(
      `UPDATE requests r SET created_at = started_at, due_at = started_at,
         deadline_at = started_at + deadline_ms * interval '1 ms' WHERE id = $1`,
      [id],
    );
    const own = ['id', 'idempotency_key'];
    const [row, ordinary] = [await f.row(started.id), await f.row(id)];
    expect(comparable(row, row.created_at, own)).toEqual(
      comparable(ordinary, ordinary.created_at, own),
    );
    expect(row).toMatchObject({ status: 'processing', lease_owner: worker.workerId, fence: 1 });

    const [[attempt], [other]] = [await f.attemptRows(started.id), await f.attemptRows(id)];
    expect(comparable(attempt!, row.created_at, ['request_id'])).toEqual(
      comparable(other!, ordinary.created_at, ['request_id']),
    );
    expect(attempt).toMatchObject({ outcome: 'running', worker_id: worker.workerId });
    expect(await f.attemptRows(started.id)).toHaveLength(1);
  });

  it('is run as one that was claimed, and by nobody else', async () => {
    const { worker, api } = await d.startBoth();
    const body = Buffer.from('{"model":"m","messages":[{"content":"\u00fc"}]}');
    const fields: RequestFields = {
      mode: 'test',
      policy: { count: 5, onCodes: [429, 503], onLost: 'fail', deadlineMs: 60_000 },
    };
    const id = await api.startOne({ ...fields, body, headers: { 'openai-beta': 'x' } });
    expect(await d.claimedFromTable()).toEqual([]);
    const ordinary = await f.acceptAndClaim(fields);
    const { caller, content, ...claim } = worker.claims[0]!;
    // This claim has the content that others read from the table, and no time has passed.
    const fromTable = {
      id,
      ciphertext: null,
      sealedBytes: 0,
      msUntilDeadline: 60_000,
      claimLagMs: 0,
    };
    expect(claim).toMatchObject({ ...ordinary, ...fromTable });
    expect(Object.keys(claim).sort()).toEqual(Object.keys(ordinary).sort());
    expect(content).toEqual({ headers: { 'openai-beta': 'x' }, body });
    expect(caller?.isSoleWaiter).toBe(true);
    expect(worker.claims).toHaveLength(1);
  });

  it('has a payload in the table that is sealed, and that opens to what was sent', async () => {
    const { api } = await d.startBoth();
    const body = Buffer.from('{"model":"m","messages":[{"content":"canary"}]}');
    const id = await api.startOne({ body, headers: { 'openai-beta': 'x' } });
    const [stored] = await f.sql<{ ciphertext: Buffer }>('SELECT ciphertext FROM payloads');
    expect(stored!.ciphertext.includes('canary')).toBe(false);
    const opened = await f.keys.open(f.projectId, id, 'payload', stored!.ciphertext);
    expect(opened.subarray(-body.length).equals(body)).toBe(true);
    expect(JSON.stringify(await f.row(id))).not.toContain('canary');
  });

  it('that nobody waits for goes by the table', async () => {
    const { worker, api } = await d.startBoth();
    const id = acceptedId(await api.acceptor.accept(f.newRequest()));
    expect(await f.row(id)).toMatchObject({ status: 'queued', attempts: 0 });
    expect(worker.room.asked).toBe(0);
  });

  it('many at once are started once each, whatever their sizes', async () => {
    const { worker, api } = await d.startBoth();
    const sizes = Array.from({ length: 60 }, (_, n) => (n % 20 === 0 ? 900_000 : n));
    const requests = sizes.map((size) => f.newRequest({ body: Buffer.alloc(size, `${size}`) }));
    const accepted = await Promise.all(requests.map(api.start));
    expect(accepted.map(acceptedId)).toEqual(requests.map(({ id }) => id));
    const bodies = new Map(worker.claims.map(({ id, content }) => [id, content?.body]));
    expect(bodies.size).toBe(60);
    expect(worker.claims).toHaveLength(60);
    expect(requests.every(({ id, body }) => bodies.get(id)?.equals(body))).toBe(true);
    expect(worker.room.free).toBe(1_000);
  });

  it('with a large body goes by the table, where its worker opens it when there is memory for it', async () => {
    const { worker, api } = await d.startBoth();
    const body = Buffer.alloc(3_000_000, 'x');
    const id = acceptedId(await api.start(f.newRequest({ body })));
    expect(await f.row(id)).toMatchObject({ status: 'queued', attempts: 0 });
    expect(worker.room.asked).toBe(0);
    const claim = await f.claimOne(id);
    expect(claim).toMatchObject({ ciphertext: null });
    const where = {
      kind: 'payload',
      projectId: f.projectId,
      id,
      bytes: claim.sealedBytes,
    } as const;
    const { body: opened } = unpackContent(await openStored(f.pool, f.keys, where));
    expect(opened.equals(body)).toBe(true);
  });

  it('that ends is told with what a look at the table shows, and the bytes of its answer', async () => {
    const { worker, api } = await d.startBoth();
    const ids = [await api.startOne(), await api.startOne({ idempotencyKey: 'key' })];
    const [first, second] = worker.claims;
    expect([first?.caller?.isSoleWaiter, second?.caller?.isSoleWaiter]).toEqual([true, false]);
    const large = JSON.stringify('x'.repeat(200_000));
    for (const end of [success(first!, large), failure(second!)]) {
      const outcome = await f.finisher.finish(end);
      expect(outcome.kind === 'committed' && outcome.end).toBeDefined();
      expect(outcome.kind === 'committed' && end.claim.caller?.ended(outcome.end!)).toBe(true);
    }
    const told = await api.told(2);
    expect(told.map(({ end }) => end.id)).toEqual(ids);
    for (const { end, body } of told) {
      const seen = await f.reader.get(f.tenant, end.id);
      expect(seen?.answer?.body.equals(body)).toBe(true);
      expect(seen?.answer?.head).toEqual(end.head);
      expect(seen?.record).toMatchObject({ status: end.status, attempts: end.attempts });
      expect(seen?.record.error?.code).toBe(end.errorCode ?? undefined);
      expect(seen?.record.error?.http_status).toBe(end.httpStatus ?? undefined);
    }
  });

  it('that goes on, or whose deadline has passed, has no end that could be told from memory', async () => {
    const { worker, api } = await d.startBoth();
    const ids = [await api.startOne(), await api.startOne()];
    await f.passDeadline(ids[1]!);
    for (const end of [retryIn(worker.claims[0]!, 0), success(worker.claims[1]!)]) {
      const outcome = await f.finisher.finish(end);
      expect(outcome).toMatchObject({ kind: 'committed', end: undefined });
    }
    expect(await d.claimedFromTable()).toEqual([ids[0]]);
  });

  it('whose API is gone says that its end could not be told', async () => {
    const { worker, api } = await d.startBoth();
    await api.startOne();
    api.starter.close();
    const outcome = await f.finisher.finish(success(worker.claims[0]!));
    const { end } = outcome as { end: DispatchResult };
    while (worker.claims[0]!.caller!.ended(end)) {
      await setImmediate();
    }
    expect(await f.row(end.end.id)).toMatchObject({ status: 'completed' });
  });
});

describe('an idempotency key', () => {
  it.each([
    ['a start', true],
    ['the table', false],
  ])(
    'that came first by %s joins the same body and conflicts with another',
    async (_way, direct) => {
      const { worker, api } = await d.startBoth();
      const first = f.newRequest({ idempotencyKey: 'key' });
      await api.acceptor.accept(first, direct);
      const before = await f.row(first.id);
      expect(await api.start(f.newRequest({ idempotencyKey: 'key' }))).toEqual({
        kind: 'joined',
        request: {
          id: first.id,
          status: direct ? 'processing' : 'queued',
          model: first.model,
          attempts: direct ? 1 : 0,
          createdAt: before.created_at,
        },
      });
      const other = f.newRequest({ idempotencyKey: 'key', fingerprint: Buffer.from('other body') });
      expect(await api.start(other)).toEqual({ kind: 'conflict' });
      expect(await f.row(first.id)).toEqual(before);
      expect(await f.count('requests')).toBe(1);
      expect(worker.claims).toHaveLength(direct ? 1 : 0);
    },
  );

  it('that is used fifty times at once, by two APIs and both ways, makes one request that is run once', async () => {
    const worker = await d.startWorker();
    const apis = [await d.startApi(f.process('api-1')), await d.startApi(f.process('api-2'))];
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        apis[n % 2]!.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }), n % 3 > 0),
      ),
    );
    expect(accepted.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(new Set(accepted.map(acceptedId)).size).toBe(1);
    expect(await f.count('requests')).toBe(1);
    expect(worker.claims.length + (await d.claimedFromTable()).length).toBe(1);
  });
});

describe('what is in the table already', () => {
  it('is not run again when it is given to a worker: it is somebody else’s', async () => {
    const { worker, api } = await d.startBoth();
    const [queued, processing] = [f.newRequest(), f.newRequest()];
    await f.acceptor.accept(processing);
    const [theirs] = await f.claim();
    await f.acceptor.accept(queued);
    const before = [await f.row(queued.id), await f.row(processing.id)];
    const fresh = f.newRequest();
    expect(await Promise.all([queued, fresh, processing].map(api.start))).toMatchObject([
      { kind: 'accepted', request: { id: queued.id, status: 'queued', attempts: 0 } },
      { kind: 'accepted', request: { id: fresh.id, status: 'processing' }, notified: true },
      { kind: 'accepted', request: { id: theirs!.id, status: 'processing', attempts: 1 } },
    ]);
    expect(worker.claims.map(({ id }) => id)).toEqual([fresh.id]);
    expect([await f.row(queued.id), await f.row(processing.id)]).toEqual(before);
    expect(await d.claimedFromTable()).toEqual([queued.id]);
  });
});

describe('a worker that refuses', () => {
  it('one project that has its share of the slots: its requests go by the table, those of others are started, and it is asked again at once', async () => {
    const { worker, api } = await d.startBoth();
    const other = await f.addProject(randomUUID());
    worker.room.full.add(f.projectId);
    const requests = [f.newRequest(), f.newRequest({ projectId: other }), f.newRequest()];
    expect(await Promise.all(requests.map(api.start))).toMatchObject([
      { kind: 'accepted', request: { status: 'queued' } },
      { kind: 'accepted', request: { status: 'processing' }, notified: true },
      { kind: 'accepted', request: { status: 'queued' } },
    ]);
    expect(api.starter.ready).toBe(true);
    expect(worker.claims.map(({ projectId }) => projectId)).toEqual([other]);
    expect((await d.claimedFromTable()).sort()).toEqual([requests[0]!.id, requests[2]!.id].sort());
  });

  it('for want of room: all requests of the group go by the table, and it is not asked again for a while', async () => {
    const { worker, api } = await d.startBoth();
    worker.room.free = 4;
    const requests = Array.from({ length: 5 }, () => f.newRequest());
    const accepted = await Promise.all(requests.map(api.start));
    expect(accepted).toMatchObject(
      requests.map(({ id }) => ({ kind: 'accepted', request: { id, status: 'queued' } })),
    );
    expect(worker.claims).toEqual([]);
    expect(api.starter.ready).toBe(false);
    await api.startOne();
    expect(worker.room).toMatchObject({ free: 4, asked: 1 });
    expect(await d.claimedFromTable()).toHaveLength(6);
  });

  it('leaves the others to be asked', async () => {
    const full = await d.startWorker();
    full.room.free = 0;
    const api = await d.startApi();
    await api.startOne();
    const worker = await d.startWorker();
    await api.ready();
    const id = await api.startOne();
    expect(worker.claims.map((claim) => claim.id)).toEqual([id]);
    expect(full.room.asked).toBe(1);
  });

  it('because it has stopped: nothing is lost', async () => {
    const { worker, api } = await d.startBoth();
    const stopped = worker.starts.stop();
    const ids = await Promise.all(Array.from({ length: 5 }, () => api.startOne()));
    await stopped;
    const started = worker.claims.map(({ id }) => id);
    expect([...started, ...(await d.claimedFromTable())].sort()).toEqual(ids.sort());
  });
});

describe('one bad row', () => {
  it('does not keep its neighbours from being started, and fails alone', async () => {
    const { worker, api } = await d.startBoth();
    const models = ['a', 'b', 'c\u0000', 'd', 'e', 'f\u0000', 'g'];
    const results = await Promise.allSettled(
      models.map((model) => api.start(f.newRequest({ model }))),
    );
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      models.map((model) => model.length === 1),
    );
    expect(results[2]).toMatchObject({ reason: { name: 'DatabaseError', kind: 'data' } });
    expect(worker.claims.map(({ model }) => model).sort()).toEqual(['a', 'b', 'd', 'e', 'g']);
    expect(await f.count('requests')).toBe(5);
    expect(await d.claimedFromTable()).toEqual([]);
    expect(worker.room.free).toBe(1_000);
  });
});
