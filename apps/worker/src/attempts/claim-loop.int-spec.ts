import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import type { Tenant } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import {
  startTestWorker,
  type TestWorker,
  type TestWorkerOptions,
} from '../testing/test-worker.js';

/** Slots that are reserved for directly dispatched requests. */
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

async function start(options: TestWorkerOptions, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, options);
  workers.push(worker);
  return worker;
}

/** Accepts this number of requests and resolves when the provider has their calls. */
async function occupy(requests: number): Promise<void> {
  const before = provider.visits.length;
  await Promise.all(Array.from({ length: requests }, () => f.accept()));
  await provider.visit(before + requests - 1);
}

/** Tenants of requests that ask for slots, each of a different project. */
const ofOthers = (count: number): Tenant[] =>
  Array.from({ length: count }, () => ({ projectId: randomUUID(), mode: 'live' }));

describe('reserved slots', () => {
  it('are never more than there are free ones, however often they are asked for', async () => {
    const { loop } = await start({ concurrency: 4 });
    await occupy(1);
    const first = await loop.reserve(ofOthers(2));
    expect(first?.granted).toEqual([true, true]);
    expect(loop.freeSlots).toBe(1);
    expect(await loop.reserve(ofOthers(2))).toBeNull();
    const second = await loop.reserve(ofOthers(1));
    expect(await loop.reserve(ofOthers(1))).toBeNull();
    expect(loop.freeSlots).toBe(0);
    first!.giveBack();
    second!.giveBack();
    expect(loop.freeSlots).toBe(3);
    expect(await loop.reserve(ofOthers(4))).toBeNull();
  });

  it('are not taken by claims', async () => {
    const { loop, runner } = await start({ concurrency: 4 });
    const room = await loop.reserve(ofOthers(3));
    await Promise.all(Array.from({ length: 3 }, () => f.accept()));
    await provider.visit(0);
    await loop.claimSettled();
    expect(runner.count).toBe(1);
    room!.giveBack();
    loop.notify();
    await provider.visit(2);
    expect(provider.visits).toHaveLength(3);
  });

  it('are not those that a claim under way may fill', async () => {
    const process = await f.processBehindProxy('slow');
    const ids = await Promise.all(Array.from({ length: 3 }, () => f.accept()));
    const claim = process.proxy.breakNext('requests-claim', 'stall-answer');
    const { loop, runner } = await start({ concurrency: 6 }, process);
    await claim.happened;
    const asked = [4, 2, 1, 1].map((count) => loop.reserve(ofOthers(count)));
    claim.release();
    const got = await Promise.all(asked);
    expect(runner.count).toBe(ids.length);
    expect(got.map((room) => room !== null)).toEqual([false, true, true, false]);
    expect(loop.freeSlots).toBe(0);
  });

  it('are not to be had while older requests wait for slots, and are again when those have got them', async () => {
    const { loop } = await start({ concurrency: 2 });
    await Promise.all(Array.from({ length: 3 }, () => f.accept()));
    await provider.visit(1);
    // One slot comes free, and the one that waits in the table takes it.
    (await provider.visit(0)).answer(200, COMPLETION);
    expect(await loop.reserve(ofOthers(1))).toBeNull();
    await provider.visit(2);
    provider.visits.slice(1).forEach((visit) => visit.answer(200, COMPLETION));
    for (;;) {
      // Repeated until a claim has found nothing more.
      const room = await loop.reserve(ofOthers(2));
      if (room !== null) {
        room.giveBack();
        break;
      }
      await setImmediate();
    }
    expect(provider.visits).toHaveLength(3);
  });

  it('are not to be had from a worker that stops', async () => {
    const { loop } = await start({ concurrency: 4 });
    const stopped = loop.stop();
    expect(await loop.reserve(ofOthers(1))).toBeNull();
    await stopped;
    expect(await loop.reserve(ofOthers(1))).toBeNull();
  });
});
