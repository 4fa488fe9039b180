import { reportCalls } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import { startTestWorker, type TestWorker } from '../testing/test-worker.js';

/** Workers beside lanes in trouble. */
let f: RequestsFixture;
let provider: TestProvider;
const workers: TestWorker[] = [];

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

async function start(): Promise<TestWorker> {
  const worker = await startTestWorker(f, f.process(`worker-${workers.length}`), {});
  workers.push(worker);
  return worker;
}

interface Row {
  [column: string]: unknown;
  phase: string;
  reason: string | null;
  generation: number;
}

/** Resolves when the lane is as it should be. */
async function laneWith(fits: (row: Row) => boolean): Promise<Row> {
  for (;;) {
    const [row] = await f.sql<Row>('SELECT * FROM lanes');
    if (row !== undefined && fits(row)) {
      return row;
    }
  }
}

/** Resolves when a worker has read the table anew. */
async function seenBy(worker: TestWorker, phase: string): Promise<void> {
  while (![...worker.lanes.view.lanes].some(({ state }) => state.phase === phase)) {
    await f.sql('SELECT 1');
  }
}

/** Has failures of a model reported as if they had lasted six seconds, so that its lane opens. */
async function openLane(worker: TestWorker): Promise<void> {
  const lane = {
    ...{ projectId: f.projectId, providerId: f.projectId, model: 'gpt-4o-mini', isDefault: true },
  };
  const failure = {
    ...{ verdict: 'failure', generation: 0, code: 'openai_http_503', waitMs: null },
    ...{ slowsDown: false, limits: undefined, begunSince: 0, tokens: null, hasFallback: false },
    failingForMs: 6_000,
  } as const;
  const calls = Array.from({ length: 10 }, () => failure);
  await reportCalls(f.pool, [{ lane, calls }], 0);
  await f.sql(`UPDATE lanes SET probe_at = now() + interval '1 h'`);
  await seenBy(worker, 'open');
}

describe('a provider that fails', () => {
  it('gets one probe of all workers, and everything once the probe has come back', async () => {
    const [first, second] = [await start(), await start()];
    await openLane(first);
    await seenBy(second, 'open');
    await Promise.all(Array.from({ length: 6 }, () => f.accept()));
    first.loop.notify();
    await first.loop.claimSettled();
    expect(provider.visits).toHaveLength(0);

    await f.sql(`UPDATE lanes SET probe_at = now()`);
    const probe = await provider.visit(0);
    expect(await laneWith(({ phase }) => phase === 'open')).toMatchObject({ generation: 1 });
    expect(provider.visits).toHaveLength(1);
    probe.answer(200, COMPLETION);
    await laneWith(({ phase }) => phase === 'ramping');
    await provider.visit(5);
    provider.visits.slice(1).forEach((visit) => visit.answer(200, COMPLETION));
    expect(await f.sql('SELECT FROM attempts')).toHaveLength(6);
  });

  it('is reported with its third failure in a row, and not before', async () => {
    await start();
    await Promise.all(Array.from({ length: 3 }, () => f.accept({ policy: { count: 0 } })));
    await provider.visit(2);
    const [a, b, c] = provider.visits;
    a!.answer(503, {});
    b!.answer(503, {});
    while ((await f.sql(`SELECT FROM requests WHERE status = 'failed'`)).length < 2) {
      // Each check is a round trip.
    }
    expect(await f.sql('SELECT FROM lanes')).toEqual([]);
    c!.answer(503, {});
    const row = await laneWith(() => true);
    expect(row).toMatchObject({ phase: 'clear', model: 'gpt-4o-mini' });
  });

  it('has no row while its calls succeed', async () => {
    await start();
    await f.accept();
    (await provider.visit(0)).answer(200, COMPLETION);
    while ((await f.sql(`SELECT FROM requests WHERE status = 'completed'`)).length < 1) {
      // Each check is a round trip.
    }
    expect(await f.sql('SELECT FROM lanes')).toEqual([]);
  });
});

describe('a request with a fallback', () => {
  it('goes on with the next model while calls to the first are paused, without an attempt at it', async () => {
    const worker = await start();
    await openLane(worker);
    await worker.loop.claimSettled();
    const step = { provider: 'default', providerId: null };
    const plan = [
      { ...step, name: 'gpt-4o-mini', model: 'gpt-4o-mini' },
      { ...step, name: 'other', model: 'other' },
    ];
    const id = await f.accept({ policy: { plan } });
    const alone = await f.accept();
    (await provider.visit(0)).answer(200, COMPLETION);
    while ((await f.row(id)).status !== 'completed') {
      // Each check is a round trip.
    }
    expect(await f.attemptRows(id)).toMatchObject([{ model: 'other', outcome: 'succeeded' }]);
    expect(await f.row(alone)).toMatchObject({ status: 'queued', attempts: 0 });
  });
});

describe('a provider that refuses for its limit', () => {
  it('is left alone as long as it says, by requests that have not tried, and they use up no attempts', async () => {
    const worker = await start();
    await f.accept();
    (await provider.visit(0)).answer(429, {}, { 'retry-after': '3000' });
    expect(await laneWith(({ phase }) => phase === 'paced')).toMatchObject({
      reason: 'rate_limited',
    });
    await seenBy(worker, 'paced');
    // A claim that is under way does not know of it yet.
    await worker.loop.claimSettled();
    const waiting = await f.accept();
    worker.loop.notify();
    await worker.loop.claimSettled();
    expect(provider.visits).toHaveLength(1);
    expect(await f.row(waiting)).toMatchObject({ status: 'queued', attempts: 0 });

    await f.sql(`UPDATE lanes SET hold_until = NULL, level = 1, level_at = now()`);
    await provider.visit(1);
  });
});

describe('a provider that nobody has called lately', () => {
  it('gets the other requests after its first success', async () => {
    await start();
    await Promise.all(Array.from({ length: 24 }, () => f.accept()));
    await provider.visit(7);
    provider.visits.forEach((visit) => visit.answer(200, COMPLETION));
    await provider.visit(23);
    provider.visits.slice(8).forEach((visit) => visit.answer(200, COMPLETION));
    while ((await f.sql(`SELECT FROM requests WHERE status = 'completed'`)).length < 24) {
      // Each check is a round trip.
    }
  });

  it('refuses a few calls for its limit, and no other request has used up a retry', async () => {
    await start();
    const ids = await Promise.all(Array.from({ length: 48 }, () => f.accept()));
    await provider.visit(7);
    let answered = 0;
    let rows: Awaited<ReturnType<typeof f.row>>[];
    do {
      // A second later, more of them may be on their way.
      for (; answered < provider.visits.length; answered += 1) {
        provider.visits[answered]!.answer(429, {}, { 'retry-after': '3000' });
      }
      rows = await Promise.all(ids.map((id) => f.row(id)));
    } while (rows.some(({ status }) => status === 'processing'));
    expect(provider.visits.length).toBeLessThan(48);
    expect(await f.sql('SELECT FROM requests WHERE retries_used > 0')).toHaveLength(
      provider.visits.length,
    );
  });

  it('is paced before it refuses, when its answers tell of a limit that is not enough for all', async () => {
    await start();
    await Promise.all(Array.from({ length: 40 }, () => f.accept()));
    for (let index = 0; index < 8; index += 1) {
      (await provider.visit(index)).answer(200, COMPLETION, {
        'x-ratelimit-limit-requests': '60',
        'x-ratelimit-remaining-requests': String(59 - index),
        'x-ratelimit-reset-requests': '3000s',
      });
    }
    // A quarter of the 52 that are left is not enough for the others.
    expect(await laneWith(({ phase }) => phase === 'paced')).toMatchObject({
      reason: 'rate_limited',
    });
  });
});
