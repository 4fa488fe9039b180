import { setImmediate } from 'node:timers/promises';

import { cancelRequest, retryRequest } from '@reqrun/requests';
import { type RequestFields, RequestsFixture } from '@reqrun/requests/testing';

import { type BackgroundProvider, startBackgroundProvider } from './testing/background-provider.js';
import { startTestWorker, type TestWorker, type TestWorkerOptions } from './testing/test-worker.js';

/** Responses that run in the background at a provider, whatever happens to the worker that began them. */
let f: RequestsFixture;
let provider: BackgroundProvider;
const workers: TestWorker[] = [];

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startBackgroundProvider();
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

async function start(options: TestWorkerOptions = {}, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, options);
  workers.push(worker);
  return worker;
}

/** Starts a worker that neither renews its leases nor takes back those of others, and cuts it off the database. */
async function startMortal() {
  const process = await f.processBehindProxy('mortal');
  return { ...process, worker: await start({ withoutBeats: true, withoutReaper: true }, process) };
}

const accept = ({ policy, ...more }: RequestFields = {}): Promise<string> =>
  f.accept({
    endpoint: '/responses',
    body: Buffer.from('{"model":"m","store":null,"input":"x"}'),
    ...more,
    policy: { reattach: true, ...policy },
  });

/** Resolves when a condition holds; each check of the table is a round trip. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await setImmediate();
  }
}

const ended = async (id: string): Promise<void> =>
  until(async () => (await f.row(id)).completed_at !== null);

/** Resolves when the id of a request's latest response is committed. */
const kept = (id: string, count = 1): Promise<void> =>
  until(
    async () =>
      (await f.attemptRows(id)).filter((row) => row['provider_response_id'] !== null).length >=
      count,
  );

/** Loses the worker of a request as its death would. */
async function lose(id: string): Promise<void> {
  await f.endLease(id);
}

describe('a response in the background', () => {
  it('is begun with background and store, polled, and judged as any answer', async () => {
    await start();
    const id = await accept();
    await kept(id);
    const [generation] = provider.generations;
    await until(() => generation!.looks > 2);
    provider.finish();
    await ended(id);
    expect(generation!.body).toEqual({ model: 'm', input: 'x', background: true, store: true });
    expect(await f.row(id)).toMatchObject({
      status: 'completed',
      attempts: 1,
      usage: { total_tokens: 3 },
    });
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'succeeded', provider_response_id: 'resp_0', provider_target: null },
    ]);
    expect(await f.sql('SELECT response_id FROM response_ids')).toEqual([
      { response_id: 'resp_0' },
    ]);
    expect(generation!.cancels).toBe(0);
  });

  it('outlasts looks that fail: 5xx, 429 and broken connections are no failure of the attempt', async () => {
    await start();
    const id = await accept({ policy: { count: 0 } });
    await kept(id);
    const [generation] = provider.generations;
    for (const status of [500, 429, 200, -1]) {
      const { looks } = generation!;
      provider.lookStatus = status;
      await until(() => generation!.looks > looks);
    }
    provider.lookStatus = 0;
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('that failed is retried by its code, with a generation of its own', async () => {
    await start();
    const id = await accept();
    await kept(id);
    provider.finish('failed', { code: 'server_error', message: 'x' });
    await until(async () => (await f.row(id)).status === 'retrying');
    await f.change(id, 'due_at = now()');
    await kept(id, 2);
    provider.finish();
    await ended(id);
    expect(provider.generations.map(({ id: one, cancels }) => [one, cancels])).toEqual([
      ['resp_0', 0],
      ['resp_1', 0],
    ]);
    expect(await f.row(id)).toMatchObject({ status: 'completed', retries_used: 1 });
  });
});

describe('a lost worker', () => {
  it('leaves a response that the next attempt waits for: no second call, no retry counted', async () => {
    const mortal = await startMortal();
    const id = await accept({ policy: { count: 0 } });
    await kept(id);
    await mortal.cutOff();
    await lose(id);
    await start();
    await until(async () => (await f.attemptRows(id)).length === 2);
    provider.finish();
    await ended(id);
    expect(provider.generations).toHaveLength(1);
    expect(provider.generations[0]!.cancels).toBe(0);
    expect(await f.row(id)).toMatchObject({ status: 'completed', retries_used: 0, losses: 1 });
    expect(await f.attemptRows(id)).toMatchObject([
      {
        outcome: 'lost',
        decision: 'retry',
        decision_reason: 'reattach',
        provider_response_id: 'resp_0',
      },
      { outcome: 'succeeded', provider_response_id: 'resp_0' },
    ]);
  });

  it('with on_lost fail: the next attempt waits for the response too, since it calls nothing anew', async () => {
    const mortal = await startMortal();
    const id = await accept({ policy: { onLost: 'fail' } });
    await kept(id);
    await mortal.cutOff();
    await lose(id);
    await start();
    await until(async () => (await f.attemptRows(id)).length === 2);
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed' });
    expect(provider.generations).toHaveLength(1);
  });

  it('that gave its request back on SIGTERM leaves the response as well', async () => {
    const stopping = await start();
    const id = await accept({ policy: { onLost: 'fail' } });
    await kept(id);
    await stopping.stop(0);
    workers.splice(0);
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'released', decision: 'retry', decision_reason: 'reattach' },
    ]);
    await start();
    await until(async () => (await f.attemptRows(id)).length === 2);
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed', losses: 0 });
    expect(provider.generations.map(({ cancels }) => cancels)).toEqual([0]);
  });

  it.each([
    ['retry', 'completed', 2],
    ['fail', 'failed', 1],
  ] as const)(
    'and another credential: the response is another account’s, is never asked for, and on_lost %s decides',
    async (onLost, status, generations) => {
      const mortal = await startMortal();
      const id = await accept({ policy: { onLost } });
      await kept(id);
      await mortal.cutOff();
      await f.sql(`UPDATE provider_credentials SET base_url = base_url || '/'`);
      await lose(id);
      await start();
      if (onLost === 'retry') {
        await kept(id, 3);
        provider.finish();
      }
      await ended(id);
      expect(await f.row(id)).toMatchObject({ status, losses: 1, retries_used: 0 });
      expect((await f.attemptRows(id)).slice(0, 2)).toMatchObject([
        { outcome: 'lost', decision_reason: 'reattach' },
        {
          ...{ outcome: 'lost', error_code: 'worker_lost', error_detail: 'provider_changed' },
          decision_reason: onLost === 'fail' ? 'outcome_unknown' : 'lost',
        },
      ]);
      // A look under the changed address would count as one more.
      expect(provider.generations).toHaveLength(generations);
      expect(provider.generations[0]).toMatchObject({ cancels: 0 });
    },
  );

  it.each([401, 403, 404])(
    'and a provider that answers %i: the response is lost, and a new call follows under the same number',
    async (status) => {
      const mortal = await startMortal();
      const id = await accept();
      await kept(id);
      await mortal.cutOff();
      provider.lookStatus = status;
      await lose(id);
      await start();
      await until(() => provider.generations.length === 2);
      provider.lookStatus = 0;
      await until(async () => {
        provider.finish();
        return (await f.row(id)).completed_at !== null;
      });
      expect((await f.attemptRows(id)).slice(0, 2)).toMatchObject([
        { outcome: 'lost', decision_reason: 'reattach' },
        { outcome: 'lost', error_detail: 'response_gone', decision_reason: 'lost' },
      ]);
      const keys = provider.generations.map(({ idempotencyKey }) => idempotencyKey);
      expect(new Set(keys).size).toBe(1);
    },
  );

  it('after five losses the request fails, and its response is canceled once', async () => {
    const mortal = await startMortal();
    const id = await accept();
    await kept(id);
    await mortal.cutOff();
    await f.change(id, 'losses = 4');
    await start();
    await start();
    await lose(id);
    await ended(id);
    await until(() => provider.generations[0]!.cancels > 0);
    await settled();
    expect(await f.row(id)).toMatchObject({ status: 'failed', error_code: 'worker_lost' });
    expect(provider.generations[0]!.cancels).toBe(1);
  });

  it('a provider that keeps no response ends the request after five losses, not never', async () => {
    provider.lookStatus = 404;
    await start();
    const id = await accept();
    await ended(id);
    expect(await f.row(id)).toMatchObject({
      status: 'failed',
      error_code: 'worker_lost',
      losses: 5,
    });
    expect(provider.generations).toHaveLength(5);
  });
});

/** Resolves when no response is left to be canceled. */
const settled = (): Promise<void> =>
  until(
    async () =>
      (await f.sql('SELECT FROM attempts WHERE provider_target IS NOT NULL')).length === 0,
  );

describe('a response that nothing waits for', () => {
  it('is canceled at the provider when its request is canceled, once, with two workers', async () => {
    const workersHere = [await start(), await start()];
    const id = await accept();
    await kept(id);
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await settled();
    expect(provider.generations[0]!.cancels).toBe(1);
    // The worker that ran it hears of the cancellation beside the other's call.
    await until(() => workersHere.every(({ runner }) => runner.count === 0));
  });

  it('is canceled when the deadline passes', async () => {
    await start();
    const id = await accept();
    await kept(id);
    await f.passDeadline(id);
    await ended(id);
    await settled();
    expect(provider.generations[0]!.cancels).toBe(1);
    expect(await f.row(id)).toMatchObject({ error_code: 'deadline_exceeded' });
  });

  it('is canceled when call_timeout passes, and the retry has a generation of its own', async () => {
    await start();
    const id = await accept({ policy: { callTimeoutMs: 200 } });
    await until(() => provider.generations.length > 0 && provider.generations[0]!.cancels > 0);
    await f.change(id, 'due_at = now()');
    await until(() => provider.generations.length === 2);
    expect((await f.attemptRows(id))[0]).toMatchObject({
      outcome: 'failed',
      error_code: 'timeout',
    });
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await settled();
    expect(provider.generations.map(({ cancels }) => cancels)).toEqual([1, 1]);
  });

  it('is canceled when its request is canceled while no worker has it', async () => {
    const mortal = await startMortal();
    const id = await accept();
    await kept(id);
    await mortal.cutOff();
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await start();
    await settled();
    expect(provider.generations[0]!.cancels).toBe(1);
  });

  it('is canceled when its id comes too late: the request has gone on without it', async () => {
    let release = (): void => undefined;
    provider.hold = new Promise((resolve) => {
      release = resolve;
    });
    await start({ withoutBeats: true, withoutReaper: true });
    const id = await accept();
    await until(() => provider.generations.length === 1);
    provider.hold = Promise.resolve();
    await f.endLease(id);
    await start();
    await kept(id);
    release();
    await until(() => provider.generations[0]!.cancels > 0);
    provider.finish();
    await ended(id);
    expect(provider.generations.map(({ cancels }) => cancels)).toEqual([1, 0]);
    expect(await f.row(id)).toMatchObject({ status: 'completed' });
  });

  it('is canceled again a minute later where the provider was away, and then no more', async () => {
    provider.cancelStatus = 503;
    await start();
    const id = await accept();
    await kept(id);
    await cancelRequest(f.pool, f.tenant, id);
    await until(() => provider.generations[0]!.cancels === 1);
    provider.cancelStatus = 200;
    await f.sql(`UPDATE attempts SET provider_cancel_at = now() - interval '2 minutes'`);
    await settled();
    expect(provider.generations[0]!.cancels).toBe(2);
  });

  it('is that of a lost round when the request is run again', async () => {
    const mortal = await startMortal();
    const id = await accept();
    await kept(id);
    await mortal.cutOff();
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    await cancelRequest(f.pool, f.tenant, id);
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
    await start();
    await until(() => provider.generations.length === 2 && provider.generations[0]!.cancels === 1);
    provider.finish();
    await ended(id);
    expect(provider.generations[1]!.cancels).toBe(0);
  });
});

describe('a request without re-attachment', () => {
  it('is called as ever, and leaves the columns empty', async () => {
    await start();
    const id = await f.accept({ endpoint: '/responses', body: Buffer.from('{"model":"m"}') });
    await until(() => provider.generations.length === 1);
    expect(provider.generations[0]!.body).toEqual({ model: 'm' });
    await until(async () => (await f.attemptRows(id))[0]?.outcome === 'failed');
    expect((await f.attemptRows(id))[0]).toMatchObject({
      ...{ error_detail: 'wrong_shape', provider_response_id: null },
      ...{ provider_target: null, provider_cancel_at: null },
    });
  });
});
