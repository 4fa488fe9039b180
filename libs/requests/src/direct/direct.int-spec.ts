import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { DatabaseError } from '@reqrun/platform/database';
import { makeRunFolder } from '@reqrun/platform/testing';

import { AcceptanceUnknownError, RequestAcceptor } from '../life/accept.js';
import type { Claim } from '../life/claim.js';
import type { NewRequest } from '../life/new-request.js';
import {
  acceptedId,
  failure,
  LEASE_MS,
  type Process,
  type RequestFields,
  RequestsFixture,
  retryIn,
  success,
} from '../testing/index.js';
import { DirectStarter } from './direct-starter.js';
import { DirectStarts } from './direct-starts.js';
import type { DirectEnd } from './messages.js';

/** Requests that an API process gives to a worker of its machine, over a real socket. */
let f: RequestsFixture;
let folder: string;
let directory: string;
const closers: (() => unknown)[] = [];

/** Longer than any test, for workers that answer. */
const NEVER_MS = 1_000_000;
/** Short enough that nobody waits for it, for workers that are kept from answering. */
const SOON_MS = 50;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
  folder = await makeRunFolder('direct');
  directory = join(folder, 'l');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
  await rm(folder, { recursive: true });
});

const UNAVAILABLE = { name: 'DatabaseError', kind: 'unavailable' } satisfies Partial<DatabaseError>;

/** A worker's side; what it would run is kept instead. */
async function startWorker(process: Process = f) {
  const workerId = randomUUID();
  const claims: Claim[] = [];
  const room = { free: 1_000, asked: 0 };
  const starts = new DirectStarts({
    pool: process.pool,
    keys: process.keys,
    workerId,
    leaseMs: LEASE_MS,
    directory,
    reserve: (count) => {
      room.asked += 1;
      if (count > room.free) {
        return Promise.resolve(null);
      }
      room.free -= count;
      return Promise.resolve(() => {
        room.free += count;
      });
    },
    run: (claim) => claims.push(claim),
  });
  closers.push(() => starts.stop());
  await starts.start();
  return { workerId, claims, room, starts };
}

/** An API's side that has found so many workers. */
async function startApi(process: Process = f, patienceMs = NEVER_MS, workers = 1) {
  const starter = new DirectStarter({ directory, everyMs: 5, patienceMs, pauseMs: NEVER_MS });
  closers.push(() => starter.close());
  const ends: DirectEnd[] = [];
  let onEnd = (): void => undefined;
  starter.onEnded((end) => {
    ends.push(end);
    onEnd();
  });
  await starter.open();
  const acceptor = new RequestAcceptor(process.pool, process.keys, {
    limits: { bytes: 1024 * 1024 * 1024, calls: 10_000 },
    direct: starter,
  });
  while (workers > 0 && !starter.ready) {
    await setImmediate();
  }
  const start = (request: NewRequest) => acceptor.accept(request, true);
  return {
    starter,
    acceptor,
    start,
    /** Gives a request away and answers its UUID. */
    startOne: async (fields: RequestFields = {}) => acceptedId(await start(f.newRequest(fields))),
    /** The ends that were told, as soon as there are so many. */
    told: async (count: number) => {
      while (ends.length < count) {
        await new Promise<void>((resolve) => {
          onEnd = resolve;
        });
      }
      return ends;
    },
  };
}

/** A worker and an API that has found it. */
async function startBoth(patienceMs = NEVER_MS) {
  const worker = await startWorker();
  return { worker, api: await startApi(f, patienceMs) };
}

/** Requests that nobody runs but who claims them from the table. */
const claimedFromTable = async () => (await f.claim()).map(({ id }) => id);

/** A row with each time as milliseconds since another, and without what differs by its nature. */
function comparable(
  row: Record<string, unknown>,
  since: Date,
  own: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !own.includes(column))
      .map(([column, value]) => [
        column,
        value instanceof Date ? value.getTime() - since.getTime() : value,
      ]),
  );
}

describe('a request that was started', () => {
  it('stands as one that was accepted and then claimed, and so does its attempt', async () => {
    const { worker, api } = await startBoth();
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
      rung: true,
    });
    const id = await f.accept({ ...fields, idempotencyKey: 'by the table' });
    // The moment of its claim is the moment of its acceptance.
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
    const { worker, api } = await startBoth();
    const body = Buffer.from('{"model":"m","messages":[{"content":"\u00fc"}]}');
    const fields: RequestFields = {
      mode: 'test',
      policy: { count: 5, onCodes: [429, 503], onLost: 'fail', deadlineMs: 60_000 },
    };
    const id = await api.startOne({ ...fields, body, headers: { 'openai-beta': 'x' } });
    expect(await claimedFromTable()).toEqual([]);
    const ordinary = await f.acceptAndClaim(fields);
    const { caller, content, ...claim } = worker.claims[0]!;
    // What a claim reads from the table came with this one, and no time has passed.
    const fromTable = { id, ciphertext: null, msUntilDeadline: 60_000, claimLagMs: 0 };
    expect(claim).toMatchObject({ ...ordinary, ...fromTable });
    expect(Object.keys(claim).sort()).toEqual(Object.keys(ordinary).sort());
    expect(content).toEqual({ headers: { 'openai-beta': 'x' }, body });
    expect(caller?.alone).toBe(true);
    expect(worker.claims).toHaveLength(1);
  });

  it('has a payload in the table that is sealed, and that opens to what was sent', async () => {
    const { api } = await startBoth();
    const body = Buffer.from('{"model":"m","messages":[{"content":"canary"}]}');
    const id = await api.startOne({ body, headers: { 'openai-beta': 'x' } });
    const [stored] = await f.sql<{ ciphertext: Buffer }>('SELECT ciphertext FROM payloads');
    expect(stored!.ciphertext.includes('canary')).toBe(false);
    const opened = await f.keys.open(f.projectId, id, 'payload', stored!.ciphertext);
    expect(opened.subarray(-body.length).equals(body)).toBe(true);
    expect(JSON.stringify(await f.row(id))).not.toContain('canary');
  });

  it('that nobody waits for goes by the table', async () => {
    const { worker, api } = await startBoth();
    const id = acceptedId(await api.acceptor.accept(f.newRequest()));
    expect(await f.row(id)).toMatchObject({ status: 'queued', attempts: 0 });
    expect(worker.room.asked).toBe(0);
  });

  it('many at once are started once each, whatever their sizes', async () => {
    const { worker, api } = await startBoth();
    const sizes = Array.from({ length: 60 }, (_, n) => (n % 20 === 0 ? 3_000_000 : n));
    const requests = sizes.map((size) => f.newRequest({ body: Buffer.alloc(size, `${size}`) }));
    const accepted = await Promise.all(requests.map(api.start));
    expect(accepted.map(acceptedId)).toEqual(requests.map(({ id }) => id));
    const bodies = new Map(worker.claims.map(({ id, content }) => [id, content?.body]));
    expect(bodies.size).toBe(60);
    expect(worker.claims).toHaveLength(60);
    expect(requests.every(({ id, body }) => bodies.get(id)?.equals(body))).toBe(true);
    expect(worker.room.free).toBe(1_000);
  });

  it('that ends is told with what a look at the table shows, and the bytes of its answer', async () => {
    const { worker, api } = await startBoth();
    const ids = [await api.startOne(), await api.startOne({ idempotencyKey: 'key' })];
    const [first, second] = worker.claims;
    expect([first?.caller?.alone, second?.caller?.alone]).toEqual([true, false]);
    const large = JSON.stringify('x'.repeat(200_000));
    for (const end of [success(first!, large), failure(second!)]) {
      const outcome = await f.finisher.finish(end);
      expect(outcome.kind === 'committed' && outcome.end).toBeDefined();
      expect(outcome.kind === 'committed' && end.claim.caller?.ended(outcome.end!)).toBe(true);
    }
    const told = await api.told(2);
    expect(told.map(({ end }) => end.id)).toEqual(ids);
    for (const { end, body } of told) {
      const seen = await f.reader.get(f.scope, end.id);
      expect(seen?.answer?.body.equals(body)).toBe(true);
      expect(seen?.answer?.head).toEqual(end.head);
      expect(seen?.record).toMatchObject({ status: end.status, attempts: end.attempts });
      expect(seen?.record.error?.code).toBe(end.errorCode ?? undefined);
      expect(seen?.record.error?.http_status).toBe(end.httpStatus ?? undefined);
    }
  });

  it('that goes on, or whose deadline has passed, has no end that could be told from memory', async () => {
    const { worker, api } = await startBoth();
    const ids = [await api.startOne(), await api.startOne()];
    await f.passDeadline(ids[1]!);
    for (const end of [retryIn(worker.claims[0]!, 0), success(worker.claims[1]!)]) {
      const outcome = await f.finisher.finish(end);
      expect(outcome).toMatchObject({ kind: 'committed' });
      expect(outcome).not.toHaveProperty('end');
    }
    expect(await claimedFromTable()).toEqual([ids[0]]);
  });

  it('whose API is gone says that its end could not be told', async () => {
    const { worker, api } = await startBoth();
    await api.startOne();
    api.starter.close();
    const outcome = await f.finisher.finish(success(worker.claims[0]!));
    const { end } = outcome as { end: DirectEnd };
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
      const { worker, api } = await startBoth();
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
    const worker = await startWorker();
    const apis = [await startApi(f.process('api-1')), await startApi(f.process('api-2'))];
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        apis[n % 2]!.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }), n % 3 > 0),
      ),
    );
    expect(accepted.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(new Set(accepted.map(acceptedId)).size).toBe(1);
    expect(await f.count('requests')).toBe(1);
    expect(worker.claims.length + (await claimedFromTable()).length).toBe(1);
  });
});

describe('what is in the table already', () => {
  it('is not run again when it is given to a worker: it is somebody else’s', async () => {
    const { worker, api } = await startBoth();
    const [queued, processing] = [f.newRequest(), f.newRequest()];
    await f.acceptor.accept(processing);
    const [theirs] = await f.claim();
    await f.acceptor.accept(queued);
    const before = [await f.row(queued.id), await f.row(processing.id)];
    const fresh = f.newRequest();
    expect(await Promise.all([queued, fresh, processing].map(api.start))).toMatchObject([
      { kind: 'accepted', request: { id: queued.id, status: 'queued', attempts: 0 } },
      { kind: 'accepted', request: { id: fresh.id, status: 'processing' }, rung: true },
      { kind: 'accepted', request: { id: theirs!.id, status: 'processing', attempts: 1 } },
    ]);
    expect(worker.claims.map(({ id }) => id)).toEqual([fresh.id]);
    expect([await f.row(queued.id), await f.row(processing.id)]).toEqual(before);
    expect(await claimedFromTable()).toEqual([queued.id]);
  });
});

describe('a worker that does not answer', () => {
  it('before its commit: the API accepts the request itself under the same id, and the late worker does not run it', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    const worker = await startWorker(slow);
    const api = await startApi(f, SOON_MS);
    const request = f.newRequest();
    const goOn = await f.holdUp('attempts', request.id);
    // It stands in the middle of its transaction: what the API does waits for how that ends.
    const accepted = api.start(request);
    const [backend] = await f.blocked('slow-worker');
    await f.blocked('test');
    expect(api.starter.ready).toBe(false);
    await f.sql('SELECT pg_terminate_backend($1)', [backend]);
    await goOn();
    expect(await accepted).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'queued', attempts: 0 },
    });
    await worker.starts.settled();
    expect(worker.claims).toEqual([]);
    expect(await claimedFromTable()).toEqual([request.id]);
  });

  it('because it has not begun: when it does, the request is in the table and it leaves it there', async () => {
    const slow = f.process('late-worker', undefined, 1);
    const worker = await startWorker(slow);
    const api = await startApi(f, SOON_MS);
    // Its only connection is taken, so it waits before its statement is sent.
    await slow.keys.seal(f.projectId, f.projectId, 'payload', Buffer.alloc(0));
    const connection = await slow.pool.connect();
    const request = f.newRequest();
    const accepted = await api.start(request);
    expect(accepted).toMatchObject({ kind: 'accepted', request: { id: request.id, attempts: 0 } });
    expect(api.starter.ready).toBe(false);
    connection.release();
    await worker.starts.settled();
    expect(worker.claims).toEqual([]);
    expect(await f.count('attempts')).toBe(0);
    expect(await claimedFromTable()).toEqual([request.id]);
    // It has answered, so it is asked again.
    while (!api.starter.ready) {
      await setImmediate();
    }
    expect(await api.startOne()).toBe(worker.claims[0]?.id);
  });

  it('after its commit: the API finds the request by its id, and the worker runs it, once', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    const worker = await startWorker(slow);
    const api = await startApi(f, SOON_MS);
    const fault = slow.proxy.breakNext('requests-start', 'stall-answer');
    const request = f.newRequest({ idempotencyKey: 'key' });
    expect(await api.start(request)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'processing', attempts: 1 },
    });
    await fault.happened;
    expect(worker.claims).toEqual([]);
    fault.release();
    await worker.starts.settled();
    expect(worker.claims.map(({ id }) => id)).toEqual([request.id]);
    expect(await f.count('requests')).toBe(1);
    expect(await claimedFromTable()).toEqual([]);
  });

  it('is passed over: the next request goes to another worker', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    await startWorker(slow);
    const api = await startApi(f, SOON_MS);
    const fault = slow.proxy.breakNext('requests-start', 'stall-answer');
    await api.startOne();
    await fault.happened;
    const worker = await startWorker();
    while (!api.starter.ready) {
      await setImmediate();
    }
    const ids = [await api.startOne(), await api.startOne()];
    expect(worker.claims.map(({ id }) => id)).toEqual(ids);
    fault.release();
  });
});

describe('a link that breaks', () => {
  it('in the middle of a commit: the request is accepted once, and found by the same id', async () => {
    const worker = await startWorker(f.process('cut-worker'));
    const api = await startApi();
    const request = f.newRequest({ idempotencyKey: 'key' });
    const goOn = await f.holdUp('payloads', request.id);
    const accepted = api.start(request);
    await f.blocked('cut-worker');
    api.starter.close();
    // The API's own commit waits for the worker's.
    await f.blocked('test');
    await goOn();
    expect(await accepted).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'processing', attempts: 1 },
    });
    await worker.starts.settled();
    expect(worker.claims.map(({ id }) => id)).toEqual([request.id]);
    expect(await f.count('requests')).toBe(1);
    expect(await f.attemptRows(request.id)).toMatchObject([{ outcome: 'running' }]);
  });

  it('before anything was committed: the request is accepted once, by the table', async () => {
    const worker = await startWorker(f.process('cut-worker'));
    const api = await startApi();
    const request = f.newRequest();
    const goOn = await f.holdUp('payloads', request.id);
    const accepted = api.start(request);
    const [backend] = await f.blocked('cut-worker');
    api.starter.close();
    await f.blocked('test');
    await f.sql('SELECT pg_terminate_backend($1)', [backend]);
    await goOn();
    expect(await accepted).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'queued', attempts: 0 },
    });
    await worker.starts.settled();
    expect(worker.claims).toEqual([]);
    expect(await claimedFromTable()).toEqual([request.id]);
  });
});

describe('a worker that refuses', () => {
  it('for want of room: all requests of the group go by the table, and it is not asked again for a while', async () => {
    const { worker, api } = await startBoth();
    worker.room.free = 4;
    const requests = Array.from({ length: 5 }, () => f.newRequest());
    const accepted = await Promise.all(requests.map(api.start));
    expect(accepted).toMatchObject(
      requests.map(({ id }) => ({ kind: 'accepted', request: { id, status: 'queued' } })),
    );
    expect(worker.claims).toEqual([]);
    expect(api.starter.ready).toBe(false);
    await api.startOne();
    expect(worker.room).toEqual({ free: 4, asked: 1 });
    expect(await claimedFromTable()).toHaveLength(6);
  });

  it('leaves the others to be asked', async () => {
    const full = await startWorker();
    full.room.free = 0;
    const api = await startApi();
    await api.startOne();
    const worker = await startWorker();
    while (!api.starter.ready) {
      await setImmediate();
    }
    const id = await api.startOne();
    expect(worker.claims.map((claim) => claim.id)).toEqual([id]);
    expect(full.room.asked).toBe(1);
  });

  it('because it has stopped: nothing is lost', async () => {
    const { worker, api } = await startBoth();
    const stopped = worker.starts.stop();
    const ids = await Promise.all(Array.from({ length: 5 }, () => api.startOne()));
    await stopped;
    const started = worker.claims.map(({ id }) => id);
    expect([...started, ...(await claimedFromTable())].sort()).toEqual(ids.sort());
  });
});

describe('one bad row', () => {
  it('does not keep its neighbours from being started, and fails alone', async () => {
    const { worker, api } = await startBoth();
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
    expect(await claimedFromTable()).toEqual([]);
    expect(worker.room.free).toBe(1_000);
  });
});

describe('a database that is lost', () => {
  it('for the worker: the API does it itself', async () => {
    const cut = await f.processBehindProxy('cut-worker');
    const worker = await startWorker(cut);
    const api = await startApi();
    await cut.cutOff();
    const request = f.newRequest();
    expect(await api.start(request)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'queued' },
    });
    expect(worker.claims).toEqual([]);
    expect(worker.room.free).toBe(1_000);
    expect(await claimedFromTable()).toEqual([request.id]);
  });

  it('for the worker, with the answer to its commit: the API finds the request, and the heartbeat puts it back', async () => {
    const cut = await f.processBehindProxy('cut-worker');
    const worker = await startWorker(cut);
    const api = await startApi();
    const fault = cut.proxy.breakNext('requests-start', 'cut-answer');
    const request = f.newRequest();
    expect(await api.start(request)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'processing', attempts: 1 },
    });
    await fault.happened;
    expect(worker.claims).toEqual([]);
    const owned = await f.recovery.renewLeases(worker.workerId, LEASE_MS);
    expect(owned).toMatchObject([{ id: request.id, attempt: 1, fence: 1 }]);
    await f.recovery.release(owned.map((row) => ({ ...row, called: false })));
    expect(await claimedFromTable()).toEqual([request.id]);
  });

  it('for both, before anything was sent: it was not accepted, and that is said', async () => {
    const [cut, api] = [
      await f.processBehindProxy('cut-worker'),
      await f.processBehindProxy('api'),
    ];
    await startWorker(cut);
    const { start } = await startApi(api);
    await Promise.all([cut.cutOff(), api.cutOff()]);
    await expect(start(f.newRequest())).rejects.toMatchObject(UNAVAILABLE);
    expect(await f.count('requests')).toBe(0);
  });

  it('for both, with the answer to the worker’s commit: nobody knows, and that is said', async () => {
    const [cut, api] = [
      await f.processBehindProxy('cut-worker'),
      await f.processBehindProxy('api'),
    ];
    await startWorker(cut);
    const { start } = await startApi(api);
    await api.cutOff();
    const fault = cut.proxy.breakNext('requests-start', 'cut-answer');
    const told = start(f.newRequest()).catch((error: unknown) => error);
    await fault.happened;
    void cut.proxy.refuse();
    expect(await told).toBeInstanceOf(AcceptanceUnknownError);
    expect(await f.count('requests')).toBe(1);
  });

  it('for the API, while the worker does not answer: nobody knows, and that is said', async () => {
    const api = await f.processBehindProxy('api');
    const worker = await startWorker(f.process('stuck-worker'));
    const { start } = await startApi(api, SOON_MS);
    await api.cutOff();
    const request = f.newRequest();
    const goOn = await f.holdUp('payloads', request.id);
    const told = start(request).catch((error: unknown) => error);
    await f.blocked('stuck-worker');
    expect(await told).toBeInstanceOf(AcceptanceUnknownError);
    await goOn();
    await worker.starts.settled();
    expect(worker.claims.map(({ id }) => id)).toEqual([request.id]);
  });

  it('for the API alone: the worker accepts and runs it', async () => {
    const api = await f.processBehindProxy('api');
    const worker = await startWorker();
    const { startOne } = await startApi(api);
    await api.cutOff();
    expect(await startOne()).toBe(worker.claims[0]?.id);
  });
});
