import { randomUUID } from 'node:crypto';

import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import { startTestWorker, type TestWorker } from '../testing/test-worker.js';

/** Workers and projects that bound their calls at once. */
let f: RequestsFixture;
let provider: TestProvider;
const workers: TestWorker[] = [];

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startTestProvider();
  await addProvider(f.projectId);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await provider.close();
  await f.close();
});

const addProvider = (projectId: string): Promise<unknown> =>
  f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [projectId, provider.baseUrl],
  );

const bound = (calls: number | null): Promise<unknown> =>
  f.sql(`UPDATE projects SET settings = $2 WHERE id = $1`, [
    ...[f.projectId, JSON.stringify({ maxConcurrentCalls: calls })],
  ]);

async function start(): Promise<TestWorker> {
  const worker = await startTestWorker(f, f.process(`worker-${workers.length}`), {});
  workers.push(worker);
  return worker;
}

async function running(): Promise<number> {
  const [row] = await f.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM requests WHERE status = 'processing'`,
  );
  return row!.count;
}

describe('the bound of calls at once', () => {
  it('holds over all workers, while one call after the other ends, until none is left', async () => {
    await bound(3);
    await Promise.all(Array.from({ length: 24 }, () => f.accept()));
    await Promise.all([start(), start(), start()]);
    for (let index = 0; index < 24; index += 1) {
      const visit = await provider.visit(index);
      expect(await running()).toBeLessThanOrEqual(3);
      expect(provider.visits.length - index).toBeLessThanOrEqual(3);
      visit.answer(200, COMPLETION);
    }
    while ((await running()) > 0) {
      // The last answers are being committed.
    }
    const rows = await f.sql(`SELECT 1 FROM requests WHERE status = 'completed' AND attempts = 1`);
    expect(rows).toHaveLength(24);
  });

  it('leaves other projects and the test requests of the project alone', async () => {
    await bound(1);
    const other = await f.addProject(randomUUID());
    await addProvider(other);
    await Promise.all(Array.from({ length: 5 }, () => f.accept()));
    const worker = await start();
    await provider.visit(0);
    const free = await f.accept({ projectId: other });
    worker.loop.notify();
    expect((await provider.visit(1)).idempotencyKey).toContain(
      free.replaceAll('-', '').slice(0, 8),
    );
    expect(await running()).toBe(2);
  });

  it('refuses direct dispatch, since only a claim counts', async () => {
    await bound(2);
    const worker = await start();
    const room = await worker.loop.reserve([f.tenant, { projectId: randomUUID(), mode: 'live' }]);
    expect(room?.granted).toEqual([false, true]);
    room?.giveBack();
  });

  it('is followed when it is changed, and taken away', async () => {
    await bound(1);
    await Promise.all(Array.from({ length: 6 }, () => f.accept()));
    await start();
    await provider.visit(0);
    await bound(2);
    await provider.visit(1);
    expect(await running()).toBe(2);
    await bound(null);
    await provider.visit(5);
  });
});
