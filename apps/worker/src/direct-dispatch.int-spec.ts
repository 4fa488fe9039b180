import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { requestIdFromUuid } from '@reqrun/contracts';
import { makeRunFolder } from '@reqrun/platform/testing';
import {
  DirectDispatchClient,
  RequestAcceptor,
  type RequestResult,
  RequestWaiters,
} from '@reqrun/requests';
import { type Process, type RequestFields, RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from './testing/test-provider.js';
import { startTestWorker, type TestWorker, type TestWorkerOptions } from './testing/test-worker.js';

/** The rows of the crash table for requests that a worker was given directly. */
let f: RequestsFixture;
let provider: TestProvider;
let folder: string;
let links: string;
const workers: TestWorker[] = [];
const starters: DirectDispatchClient[] = [];
const waiting = new AbortController();
setMaxListeners(0, waiting.signal);

/** Longer than any test. */
const NEVER_MS = 1_000_000;
const OFTEN_MS = 10;

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  folder = await makeRunFolder('direct');
  links = join(folder, 'l');
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [f.projectId, provider.baseUrl],
  );
});
afterEach(async () => {
  starters.splice(0).forEach((starter) => starter.close());
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await provider.close();
  await f.close();
  await rm(folder, { recursive: true });
});
afterAll(() => {
  waiting.abort();
});

async function start(options: TestWorkerOptions = {}, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, { links, ...options });
  workers.push(worker);
  return worker;
}

/** Starts a worker whose database can be cut off, and that neither renews nor reaps. */
async function startMortal() {
  const process = await f.processBehindProxy('mortal');
  return { ...process, worker: await start({ withoutBeats: true, withoutReaper: true }, process) };
}

/** Starts an API and waits until it is connected to a worker. */
async function startApi(process: Process = f) {
  const starter = new DirectDispatchClient({ directory: links, everyMs: 5, patienceMs: NEVER_MS });
  starters.push(starter);
  const deaf = { connected: false, publish: () => undefined, subscribe: () => undefined };
  const bus = { ...deaf, start: () => Promise.resolve(), stop: () => Promise.resolve() };
  const { pool, keys, answers, recovery } = process;
  const waiters = new RequestWaiters(pool, answers, recovery, bus, OFTEN_MS);
  starter.onResult((end) => waiters.deliver(end));
  await starter.open();
  while (!starter.ready) {
    await setImmediate();
  }
  const limits = { bytes: 1024 * 1024, calls: 100 };
  const acceptor = new RequestAcceptor(pool, keys, { limits, direct: starter });
  return {
    starter,
    acceptor,
    /** Dispatches a request directly to a worker. */
    async startOne(fields: RequestFields = {}) {
      const request = f.newRequest(fields);
      expect(await acceptor.accept(request, true)).toMatchObject({
        kind: 'accepted',
        request: { id: request.id },
        notified: true,
      });
      return request.id;
    },
    /** Waits for the end of a request. */
    async ended(id: string): Promise<RequestResult> {
      return (await waiters.wait(id, NEVER_MS, waiting.signal))!;
    },
  };
}

const outcomesOf = async (id: string) => (await f.attemptRows(id)).map(({ outcome }) => outcome);
const call = (id: string, n: number) => `${requestIdFromUuid(id)}-${n}`;

describe('a request that was given to a worker directly', () => {
  it('is called once, and its end is told over the link, with no look at the table', async () => {
    const worker = await start();
    // An API that has lost the database can't poll.
    const process = await f.processBehindProxy('api');
    const api = await startApi(process);
    await process.cutOff();
    const body = Buffer.from('{"model":"m","messages":[],"seed":12345678901234567890}');
    const id = await api.startOne({ body });
    const ended = api.ended(id);
    const visit = await provider.visit(0);
    expect([visit.idempotencyKey, visit.body]).toEqual([call(id, 1), body.toString()]);
    visit.answer(200, COMPLETION);
    const { record, answer } = await ended;
    expect(record).toMatchObject({ status: 'completed', attempts: 1 });
    expect(JSON.parse(answer!.body.toString())).toEqual(COMPLETION);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await worker.counted('reqrun_attempts_total')).toBe(1);
  });

  it('is retried by way of the table, and its end is seen by looking', async () => {
    await start();
    const api = await startApi();
    const id = await api.startOne();
    const ended = api.ended(id);
    (await provider.visit(0)).answer(500, { error: { message: 'x' } });
    while ((await f.row(id)).status !== 'retrying') {
      // Each check is a round trip.
    }
    await f.change(id, 'due_at = now()');
    const second = await provider.visit(1);
    expect(second.idempotencyKey).toBe(call(id, 2));
    second.answer(200, COMPLETION);
    expect((await ended).record).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('whose API dies while it runs is finished all the same, and its end is seen by looking', async () => {
    await start();
    const api = await startApi();
    const id = await api.startOne({ idempotencyKey: 'key' });
    const visit = await provider.visit(0);
    api.starter.close();
    const other = await startApi(f.process('api-2'));
    const ended = other.ended(id);
    visit.answer(200, COMPLETION);
    expect((await ended).record).toMatchObject({ status: 'completed', attempts: 1 });
    expect(provider.visits).toHaveLength(1);
  });

  it('whose link is lost while its API lives is seen by looking', async () => {
    await start();
    const api = await startApi();
    const id = await api.startOne();
    const ended = api.ended(id);
    const visit = await provider.visit(0);
    api.starter.close();
    visit.answer(200, COMPLETION);
    expect((await ended).record).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('whose worker dies with the provider call in flight is called again by another under the same key; the late answer is fenced off and told to nobody', async () => {
    const mortal = await startMortal();
    const api = await startApi();
    const id = await api.startOne();
    const ended = api.ended(id);
    const first = await provider.visit(0);
    void mortal.proxy.refuse();
    await f.endLease(id);
    await start();
    const second = await provider.visit(1);
    expect([first.idempotencyKey, second.idempotencyKey]).toEqual([call(id, 1), call(id, 1)]);
    first.answer(200, { ...COMPLETION, id: 'from the first' });
    mortal.proxy.allow();
    await mortal.worker.loop.stop();
    await mortal.worker.runner.drain(60_000);
    expect(await mortal.worker.counted('reqrun_fenced_total')).toBe(1);
    second.answer(200, { ...COMPLETION, id: 'from the second' });
    const { record, answer } = await ended;
    expect(record).toMatchObject({ status: 'completed', attempts: 2 });
    expect(answer?.body.toString()).toContain('from the second');
    expect(await outcomesOf(id)).toEqual(['lost', 'succeeded']);
  });

  it('whose worker dies with the provider call in flight is outcome_unknown with on_lost fail, and never called again', async () => {
    const mortal = await startMortal();
    const api = await startApi();
    const id = await api.startOne({ policy: { onLost: 'fail' } });
    const ended = api.ended(id);
    await provider.visit(0);
    void mortal.proxy.refuse();
    await f.endLease(id);
    await start();
    expect((await ended).record.error?.code).toBe('outcome_unknown');
    expect(provider.visits).toHaveLength(1);
  });

  it('is put back by the next beat when the answer to its start’s commit was lost, uncounted, and run', async () => {
    const process = await f.processBehindProxy('unlucky');
    await start({}, process);
    const starting = process.proxy.breakNext('requests-start', 'cut-answer');
    const api = await startApi();
    const request = f.newRequest({ policy: { onLost: 'fail', count: 0 } });
    expect(await api.acceptor.accept(request, true)).toMatchObject({
      kind: 'accepted',
      request: { id: request.id },
    });
    await starting.happened;
    const visit = await provider.visit(0);
    expect(visit.idempotencyKey).toBe(call(request.id, 1));
    visit.answer(200, COMPLETION);
    expect((await api.ended(request.id)).record).toMatchObject({
      status: 'completed',
      attempts: 2,
    });
    expect(await outcomesOf(request.id)).toEqual(['released', 'succeeded']);
    expect(await f.row(request.id)).toMatchObject({ retries_used: 0, losses: 0 });
    expect(provider.visits).toHaveLength(1);
  });

  it('is not taken for lost by a beat while the answer to its start’s commit is on its way', async () => {
    const process = await f.processBehindProxy('slow');
    const worker = await start({ withoutBeats: true }, process);
    const api = await startApi();
    const starting = process.proxy.breakNext('requests-start', 'stall-answer');
    const started = api.startOne();
    await starting.happened;
    const beat = process.proxy.breakNext('requests-renew', 'stall-answer');
    worker.leases.start();
    await beat.happened;
    // The heartbeat has found a request that this worker owns and does not know.
    beat.release();
    starting.release();
    const id = await started;
    const ended = api.ended(id);
    (await provider.visit(0)).answer(200, COMPLETION);
    expect((await ended).record).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await outcomesOf(id)).toEqual(['succeeded']);
  });

  it('whose deadline passes while it runs has its call aborted, and whoever waits is notified', async () => {
    await start();
    const api = await startApi();
    const id = await api.startOne();
    const ended = api.ended(id);
    const visit = await provider.visit(0);
    await f.passDeadline(id);
    await visit.abandoned;
    expect((await ended).record.error?.code).toBe('deadline_exceeded');
  });

  it.each([60_000, 0])(
    'SIGTERM of its worker with a grace of %i ms: it ends, or is put back uncounted',
    async (graceMs) => {
      const worker = await start();
      const api = await startApi();
      const id = await api.startOne();
      const ended = api.ended(id);
      const visit = await provider.visit(0);
      workers.splice(0);
      const stopped = worker.stop(graceMs);
      if (graceMs > 0) {
        visit.answer(200, COMPLETION);
        await stopped;
      } else {
        await stopped;
        expect(await f.row(id)).toMatchObject({ status: 'retrying', retries_used: 0, losses: 0 });
        await start();
        const second = await provider.visit(1);
        expect(second.idempotencyKey).toBe(call(id, 1));
        second.answer(200, COMPLETION);
      }
      const attempts = graceMs > 0 ? 1 : 2;
      expect((await ended).record).toMatchObject({ status: 'completed', attempts });
    },
  );
});
