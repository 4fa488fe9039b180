import { setMaxListeners } from 'node:events';

import { requestIdFromUuid, type RequestStatus } from '@reqrun/contracts';
import { cancelRequest, type RequestResult, RequestWaiters } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from './testing/test-provider.js';
import { startTestWorker, type TestWorker, type TestWorkerOptions } from './testing/test-worker.js';

/** The rows of the crash table in docs/architecture.md that need a whole worker. */
let f: RequestsFixture;
let provider: TestProvider;
const workers: TestWorker[] = [];

const waiting = new AbortController();
setMaxListeners(0, waiting.signal);

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [f.projectId, provider.baseUrl],
  );
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await provider.close();
  await f.close();
});
afterAll(() => {
  waiting.abort();
});

async function start(options: TestWorkerOptions = {}, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, options);
  workers.push(worker);
  return worker;
}

/** Starts a worker whose database can be cut off, and that neither renews nor reaps. */
async function startMortal() {
  const process = await f.processBehindProxy('mortal');
  return { ...process, worker: await start({ withoutBeats: true, withoutReaper: true }, process) };
}

/** The outcome of a request as soon as it has ended, found by polling without a signal. */
async function ended(id: string): Promise<RequestResult> {
  const deaf = { connected: false, publish: () => undefined, subscribe: () => undefined };
  const bus = { ...deaf, start: () => Promise.resolve(), stop: () => Promise.resolve() };
  const waiters = new RequestWaiters(f.pool, f.answers, f.recovery, bus, 10);
  return (await waiters.wait(id, 60_000, waiting.signal))!;
}

/** Resolves when a request is in a state. */
async function reached(id: string, status: RequestStatus): Promise<void> {
  while ((await f.row(id)).status !== status) {
    // Each check is a round trip.
  }
}

const outcomesOf = async (id: string) => (await f.attemptRows(id)).map(({ outcome }) => outcome);
const call = (id: string, n: number) => `${requestIdFromUuid(id)}-${n}`;

describe('worker dies', () => {
  it('worker dies with the provider call in flight, and is paused past its lease and comes back: another calls under the same key; the late answer is fenced off and counted', async () => {
    const mortal = await startMortal();
    const id = await f.accept();
    const first = await provider.visit(0);
    void mortal.proxy.refuse();
    await f.endLease(id);
    await start();
    const second = await provider.visit(1);
    expect([first.idempotencyKey, second.idempotencyKey]).toEqual([call(id, 1), call(id, 1)]);
    second.answer(200, { ...COMPLETION, id: 'from the second' });
    const outcome = await ended(id);
    expect(outcome.answer?.body.toString()).toContain('from the second');
    expect(await outcomesOf(id)).toEqual(['lost', 'succeeded']);

    const before = await f.row(id);
    first.answer(200, { ...COMPLETION, id: 'from the first' });
    mortal.proxy.allow();
    await mortal.worker.loop.stop();
    await mortal.worker.runner.drain(60_000);
    expect(await mortal.worker.counted('reqrun_fenced_total')).toBe(1);
    expect(await f.row(id)).toEqual(before);
  });

  it('worker dies with the provider call in flight: with on_lost fail it is outcome_unknown and no worker calls again', async () => {
    const mortal = await startMortal();
    const id = await f.accept({ policy: { onLost: 'fail' } });
    await provider.visit(0);
    void mortal.proxy.refuse();
    await f.endLease(id);
    const worker = await start();
    expect((await ended(id)).record.error?.code).toBe('outcome_unknown');
    const next = await f.accept();
    expect((await provider.visit(1)).idempotencyKey).toBe(call(next, 1));
    expect(await worker.counted('reqrun_attempts_total')).toBe(1);
  });

  it('worker dies after the answer, before the commit: the request is called again under the same key', async () => {
    const mortal = await startMortal();
    const id = await f.accept();
    const first = await provider.visit(0);
    const fault = mortal.proxy.breakNext('requests-finish', 'cut-request');
    first.answer(200, COMPLETION);
    await fault.happened;
    void mortal.proxy.refuse();
    await f.endLease(id);
    await start();
    const second = await provider.visit(1);
    expect(second.idempotencyKey).toBe(call(id, 1));
    second.answer(200, COMPLETION);
    expect((await ended(id)).record.status).toBe('completed');
    expect(await outcomesOf(id)).toEqual(['lost', 'succeeded']);
  });

  it('worker dies after the commit, before the delayed job or the signal: waiters find the state by looking', async () => {
    const mortal = await startMortal();
    const id = await f.accept();
    const fault = mortal.proxy.breakNext('requests-finish', 'cut-answer');
    (await provider.visit(0)).answer(200, COMPLETION);
    await fault.happened;
    void mortal.proxy.refuse();
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 1 });
    expect(provider.visits).toHaveLength(1);
  });
});

describe('servers are away', () => {
  it('Redis unreachable: requests are run and retried from the table', async () => {
    await start({ redisUrl: 'redis://127.0.0.1:1' });
    const id = await f.accept();
    (await provider.visit(0)).answer(500, { error: { message: 'x' } });
    await reached(id, 'retrying');
    await f.change(id, 'due_at = now()');
    const second = await provider.visit(1);
    expect(second.idempotencyKey).toBe(call(id, 2));
    second.answer(200, COMPLETION);
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('PostgreSQL unreachable: a worker holds a finished answer and commits it when it is back', async () => {
    const process = await f.processBehindProxy('holding');
    const worker = await start({}, process);
    const id = await f.accept();
    const visit = await provider.visit(0);
    const refused = process.proxy.refuse();
    visit.answer(200, COMPLETION);
    await refused;
    expect(worker.runner.count).toBe(1);
    process.proxy.allow();
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 1 });
    expect(provider.visits).toHaveLength(1);
    expect(await worker.counted('reqrun_fenced_total')).toBe(0);
  });

  it('PostgreSQL unreachable between claim and call: the request is put back, uncounted, and run later', async () => {
    const process = await f.processBehindProxy('unlucky');
    const fault = process.proxy.breakNext('FROM data_keys WHERE id', 'cut-request');
    const id = await f.accept({ policy: { onLost: 'fail', count: 0 } });
    await start({}, process);
    await fault.happened;
    (await provider.visit(0)).answer(200, COMPLETION);
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await outcomesOf(id)).toEqual(['released', 'succeeded']);
  });

  it('a finish commits but its answer is lost: it is recognised, reported once, and the provider called once', async () => {
    const process = await f.processBehindProxy('unlucky');
    const worker = await start({}, process);
    const fault = process.proxy.breakNext('requests-finish', 'cut-answer');
    const id = await f.accept();
    (await provider.visit(0)).answer(200, COMPLETION);
    await fault.happened;
    await worker.loop.stop();
    await worker.runner.drain(60_000);
    expect((await ended(id)).record.status).toBe('completed');
    expect(await worker.counted('reqrun_requests_finished_total')).toBe(1);
    expect(await worker.counted('reqrun_fenced_total')).toBe(0);
    expect(provider.visits).toHaveLength(1);
  });

  it('a claim commits but its answer is lost: the next beat puts it back, uncounted, and it is run', async () => {
    const process = await f.processBehindProxy('unlucky');
    const id = await f.accept({ policy: { onLost: 'fail', count: 0 } });
    const fault = process.proxy.breakNext('requests-claim', 'cut-answer');
    await start({}, process);
    await fault.happened;
    const visit = await provider.visit(0);
    expect(visit.idempotencyKey).toBe(call(id, 1));
    visit.answer(200, COMPLETION);
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await outcomesOf(id)).toEqual(['released', 'succeeded']);
    expect(await f.row(id)).toMatchObject({ retries_used: 0, losses: 0 });
  });

  it('a claim commits and its answer is late: a beat in between does not take it for lost', async () => {
    const process = await f.processBehindProxy('slow');
    const id = await f.accept();
    const claim = process.proxy.breakNext('requests-claim', 'stall-answer');
    const worker = await start({ withoutBeats: true }, process);
    await claim.happened;
    const beat = process.proxy.breakNext('requests-renew', 'stall-answer');
    worker.leases.start();
    await beat.happened;
    beat.release();
    claim.release();
    (await provider.visit(0)).answer(200, COMPLETION);
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 1 });
  });
});

describe('SIGTERM', () => {
  it('SIGTERM: a call in flight finishes within the grace', async () => {
    const worker = await start();
    const id = await f.accept();
    const visit = await provider.visit(0);
    await worker.loop.stop();
    const drained = worker.runner.drain(60_000);
    visit.answer(200, COMPLETION);
    await drained;
    expect((await f.row(id)).status).toBe('completed');
  });

  it('SIGTERM: when the grace is over the rest is aborted and put back at once, uncounted', async () => {
    const worker = await start();
    const id = await f.accept();
    const visit = await provider.visit(0);
    await worker.loop.stop();
    await worker.runner.drain(0);
    await visit.abandoned;
    expect(await f.row(id)).toMatchObject({ status: 'retrying', retries_used: 0, losses: 0 });
    expect(await outcomesOf(id)).toEqual(['released']);

    await start();
    const second = await provider.visit(1);
    expect(second.idempotencyKey).toBe(call(id, 1));
    second.answer(200, COMPLETION);
    expect((await ended(id)).record).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it.each(['cut-answer', 'cut-request'] as const)(
    'SIGTERM: what was called and could not be given back (%s) is never called again under on_lost fail',
    async (fault) => {
      const process = await f.processBehindProxy('stopping');
      const worker = await start({}, process);
      const id = await f.accept({ policy: { onLost: 'fail' } });
      await provider.visit(0);
      await worker.loop.stop();
      const pending = process.proxy.breakNext('requests-release', fault);
      await worker.runner.drain(0);
      await pending.happened;
      expect((await ended(id)).record.error?.code).toBe('outcome_unknown');
    },
  );
});

describe('somebody else ends the request', () => {
  it('a cancel aborts the provider call, and its answer is thrown away', async () => {
    const worker = await start();
    const id = await f.accept();
    const visit = await provider.visit(0);
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await visit.abandoned;
    await worker.loop.stop();
    await worker.runner.drain(60_000);
    expect(await f.row(id)).toMatchObject({ status: 'canceled', error_code: 'canceled' });
    expect(await outcomesOf(id)).toEqual(['canceled']);
  });

  it('the deadline aborts the provider call', async () => {
    await start();
    const id = await f.accept();
    const visit = await provider.visit(0);
    await f.passDeadline(id);
    await visit.abandoned;
    expect((await ended(id)).record.error?.code).toBe('deadline_exceeded');
  });
});

describe('two workers on one request, poison payload', () => {
  it('two workers on one request: each request reaches the provider once', async () => {
    await start();
    await start();
    const ids = await Promise.all(Array.from({ length: 60 }, () => f.accept()));
    for (let n = 0; n < 60; n += 1) {
      (await provider.visit(n)).answer(200, COMPLETION);
    }
    await Promise.all(ids.map(ended));
    const calls = provider.visits.map(({ idempotencyKey }) => idempotencyKey);
    expect(calls.sort()).toEqual(ids.map((id) => call(id, 1)).sort());
  });

  it.each([
    ['changed bytes', `UPDATE payloads SET ciphertext = set_byte(ciphertext, 40, 0) || '\\x00'`],
    ['no blob at all', `UPDATE payloads SET ciphertext = '\\x00'`],
    ['no payload', 'DELETE FROM payloads'],
    ['no data key', 'DELETE FROM data_keys'],
    ['a data key that no master key opens', `UPDATE data_keys SET wrapped = wrapped || '\\x00'`],
  ])('poison payload (%s): payload_unreadable, for good, without a call', async (_what, spoil) => {
    const id = await f.accept();
    await f.sql(spoil);
    await start();
    expect((await ended(id)).record).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'payload_unreadable' },
    });
    expect(provider.visits).toHaveLength(0);
  });
});
