import { LanesByHand } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';
import { setLimits, type SetLimits, startByHand, stopByHand } from '@reqrun/retry-policy';

import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import { startTestWorker, type TestWorker } from '../testing/test-worker.js';

/** Workers beside lanes that a person has limited or stopped. */
let f: RequestsFixture;
let provider: TestProvider;
let lanes: LanesByHand;
const workers: TestWorker[] = [];

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  lanes = new LanesByHand(f.pool);
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

const laneOf = (model: string) => ({
  ...{ projectId: f.projectId, providerId: f.projectId, model, isDefault: true },
});

async function limit(model: string, fields: Partial<SetLimits>): Promise<void> {
  const none = { requestsPerMinute: null, tokensPerMinute: null, callsAtOnce: null };
  await lanes.change(laneOf(model), (state, nowMs) =>
    setLimits(state, { ...none, ...fields }, nowMs),
  );
}

/** Resolves when a worker has read the table anew. */
async function seenBy(worker: TestWorker, phase: string): Promise<void> {
  while (![...worker.lanes.view.lanes].some(({ state }) => state.phase === phase)) {
    await f.sql('SELECT 1');
  }
}

/** Lets all workers claim once more. */
async function claimOnce(): Promise<void> {
  for (const { loop } of workers) {
    loop.notify();
    await loop.claimSettled();
    await loop.claimSettled();
  }
}

describe('a limit by hand', () => {
  it('of calls at once holds over two workers without one 429, and each end lets one more begin', async () => {
    const [first, second] = [await start(), await start()];
    await limit('gpt-4o-mini', { callsAtOnce: 2 });
    await Promise.all([seenBy(first, 'paced'), seenBy(second, 'paced')]);
    await Promise.all(Array.from({ length: 6 }, () => f.accept()));
    for (let n = 0; n < 6; n += 1) {
      const under = Math.min(6, n + 2);
      await provider.visit(under - 1);
      await claimOnce();
      expect(provider.visits).toHaveLength(under);
      provider.visits[n]!.answer(200, COMPLETION);
    }
    while ((await f.sql(`SELECT FROM requests WHERE status = 'completed'`)).length < 6) {
      // Each check is a round trip.
    }
    expect(await f.sql('SELECT FROM attempts')).toHaveLength(6);
  });

  it('of a provider as a whole holds over all its models', async () => {
    const worker = await start();
    await limit('', { callsAtOnce: 2 });
    await seenBy(worker, 'paced');
    await Promise.all(['a', 'b', 'c'].map((model) => f.accept({ model })));
    await provider.visit(1);
    await claimOnce();
    expect(provider.visits).toHaveLength(2);
    provider.visits[0]!.answer(200, COMPLETION);
    await provider.visit(2);
  });

  it('of tokens learns from the calls what each uses', async () => {
    const worker = await start();
    await limit('', { tokensPerMinute: 60_000 });
    await seenBy(worker, 'paced');
    await f.accept();
    (await provider.visit(0)).answer(200, {
      ...COMPLETION,
      usage: { prompt_tokens: 10_000, completion_tokens: 20_000, total_tokens: 30_000 },
    });
    for (;;) {
      const [row] = await f.sql<{ rate: number }>(`SELECT rate FROM lanes WHERE model = ''`);
      if (row!.rate < 0.9) {
        expect(row!.rate * 60).toBeCloseTo(2);
        return;
      }
    }
  });
});

describe('a provider that a person has stopped', () => {
  it('gets no call until it is started', async () => {
    const worker = await start();
    await lanes.change(laneOf(''), stopByHand);
    await seenBy(worker, 'open');
    const id = await f.accept();
    await claimOnce();
    expect(provider.visits).toHaveLength(0);
    expect(await f.row(id)).toMatchObject({ status: 'queued', attempts: 0 });
    await lanes.change(laneOf(''), startByHand);
    (await provider.visit(0)).answer(200, COMPLETION);
  });
});

describe('a provider whose failures and limits do not count', () => {
  it('has no lane, however often it fails or refuses', async () => {
    await f.sql(`UPDATE provider_credentials SET breaker = 'off', pacing = 'off'`);
    await start();
    await Promise.all(Array.from({ length: 5 }, () => f.accept({ policy: { count: 0 } })));
    await provider.visit(4);
    provider.visits.forEach((visit, index) => visit.answer(index < 4 ? 503 : 429, {}));
    while ((await f.sql(`SELECT FROM requests WHERE status = 'failed'`)).length < 5) {
      // Each check is a round trip.
    }
    await workers[0]!.stop(0);
    workers.pop();
    expect(await f.sql('SELECT FROM lanes')).toEqual([]);
  });
});
