import { setImmediate } from 'node:timers/promises';

import { cancelRequest, retryRequest } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { startTestProvider, type TestProvider } from './testing/test-provider.js';
import { startTestWorker, type TestWorker, type TestWorkerOptions } from './testing/test-worker.js';

/** The provider call of a canceled request is always ended, whatever happens to the request next. */
let f: RequestsFixture;
let provider: TestProvider;
const workers: TestWorker[] = [];

/** Longer than any test. */
const NEVER_MS = 1_000_000;

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

async function start(options: TestWorkerOptions, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, options);
  workers.push(worker);
  return worker;
}

describe('a canceled call', () => {
  it('is ended also when the request was retried, called and canceled again before anybody looked', async () => {
    const process = await f.processBehindProxy('worker');
    const worker = await start({}, process);
    const id = await f.accept();
    const first = await provider.visit(0);
    const beat = process.proxy.breakNext('requests-renew', 'stall-answer');
    await beat.happened;
    for (let round = 1; round <= 3; round += 1) {
      expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
      expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
      worker.loop.notify();
      await provider.visit(round);
    }
    expect(worker.runner.count).toBe(4);
    beat.release();
    await first.abandoned;
    await Promise.all(provider.visits.slice(1, 3).map(({ abandoned }) => abandoned));
    // The latest attempt is this worker's until it is canceled as well.
    expect(worker.runner.count).toBe(1);
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await provider.visits[3]!.abandoned;
  });

  it('is ended at once also when the word comes while the claim is on its way', async () => {
    const process = await f.processBehindProxy('worker');
    const id = await f.accept();
    const claim = process.proxy.breakNext('requests-claim', 'stall-answer');
    const worker = await start({ beatMs: NEVER_MS }, process);
    await claim.happened;
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    const heard = new Promise<void>((resolve) => {
      worker.signals.subscribe('canceled', () => resolve());
    });
    worker.signals.publish('canceled', [id]);
    await heard;
    claim.release();
    await worker.loop.claimSettled();
    // Ended before it was sent, perhaps, or after.
    while (worker.runner.count > 0) {
      await setImmediate();
    }
    await Promise.all(provider.visits.map(({ abandoned }) => abandoned));
  });
});
