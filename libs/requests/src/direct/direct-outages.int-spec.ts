import type { DatabaseError } from '@reqrun/platform/database';

import { AcceptanceUnknownError } from '../lifecycle/accept.js';
import { DirectFixture, SOON_MS } from '../testing/direct-fixture.js';
import { LEASE_MS, type RequestsFixture } from '../testing/index.js';

/** Direct dispatch to a worker of the same machine, while something is broken. */
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

const UNAVAILABLE = { name: 'DatabaseError', kind: 'unavailable' } satisfies Partial<DatabaseError>;

describe('a worker that does not answer', () => {
  it('before its commit: the API accepts the request itself under the same id, and the late worker does not run it', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    const worker = await d.startWorker(slow);
    const api = await d.startApi(f, SOON_MS);
    const request = f.newRequest();
    const goOn = await f.holdUp('attempts', request.id);
    // The worker is in the middle of its transaction, and the API's commit waits for its end.
    const accepted = api.start(request);
    const [backend] = await f.blocked('slow-worker');
    await f.blocked('test');
    expect(api.starter.ready).toBe(false);
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

  it('because it has not begun: when it does, the request is in the table and it leaves it there', async () => {
    const slow = f.process('late-worker', undefined, 1);
    const worker = await d.startWorker(slow);
    const api = await d.startApi(f, SOON_MS);
    // The worker's only connection is taken, so it waits before its statement is sent.
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
    expect(await d.claimedFromTable()).toEqual([request.id]);
    // The worker has answered, so it is asked again.
    await api.ready();
    expect(await api.startOne()).toBe(worker.claims[0]?.id);
  });

  it('after its commit: the API finds the request by its id, and the worker runs it, once', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    const worker = await d.startWorker(slow);
    const api = await d.startApi(f, SOON_MS);
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
    expect(await d.claimedFromTable()).toEqual([]);
  });

  it('is passed over: the next request goes to another worker', async () => {
    const slow = await f.processBehindProxy('slow-worker');
    await d.startWorker(slow);
    const api = await d.startApi(f, SOON_MS);
    const fault = slow.proxy.breakNext('requests-start', 'stall-answer');
    await api.startOne();
    await fault.happened;
    const worker = await d.startWorker();
    await api.ready();
    const ids = [await api.startOne(), await api.startOne()];
    expect(worker.claims.map(({ id }) => id)).toEqual(ids);
    fault.release();
  });
});

describe('a link that breaks', () => {
  it('in the middle of a commit: the request is accepted once, and found by the same id', async () => {
    const worker = await d.startWorker(f.process('cut-worker'));
    const api = await d.startApi();
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
    const worker = await d.startWorker(f.process('cut-worker'));
    const api = await d.startApi();
    const request = f.newRequest();
    const goOn = await f.holdUp('payloads', request.id);
    const accepted = api.start(request);
    const [backend] = await f.blocked('cut-worker');
    api.starter.close();
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
});

describe('a database that is lost', () => {
  it('for the worker: the API does it itself', async () => {
    const cut = await f.processBehindProxy('cut-worker');
    const worker = await d.startWorker(cut);
    const api = await d.startApi();
    await cut.cutOff();
    const request = f.newRequest();
    expect(await api.start(request)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id, status: 'queued' },
    });
    expect(worker.claims).toEqual([]);
    expect(worker.room.free).toBe(1_000);
    expect(await d.claimedFromTable()).toEqual([request.id]);
  });

  it('for the worker, with the answer to its commit: the API finds the request, and the heartbeat puts it back', async () => {
    const cut = await f.processBehindProxy('cut-worker');
    const worker = await d.startWorker(cut);
    const api = await d.startApi();
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
    expect(await d.claimedFromTable()).toEqual([request.id]);
  });

  it('for both, before anything was sent: it was not accepted, and that is said', async () => {
    const [cut, api] = [
      await f.processBehindProxy('cut-worker'),
      await f.processBehindProxy('api'),
    ];
    await d.startWorker(cut);
    const { start } = await d.startApi(api);
    await Promise.all([cut.cutOff(), api.cutOff()]);
    await expect(start(f.newRequest())).rejects.toMatchObject(UNAVAILABLE);
    expect(await f.count('requests')).toBe(0);
  });

  it('for both, with the answer to the worker’s commit: nobody knows, and that is said', async () => {
    const [cut, api] = [
      await f.processBehindProxy('cut-worker'),
      await f.processBehindProxy('api'),
    ];
    await d.startWorker(cut);
    const { start } = await d.startApi(api);
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
    const worker = await d.startWorker(f.process('stuck-worker'));
    const { start } = await d.startApi(api, SOON_MS);
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
    const worker = await d.startWorker();
    const { startOne } = await d.startApi(api);
    await api.cutOff();
    expect(await startOne()).toBe(worker.claims[0]?.id);
  });
});
