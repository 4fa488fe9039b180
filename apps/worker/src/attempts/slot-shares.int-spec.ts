import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { RequestsFixture } from '@reqrun/requests/testing';

import { COMPLETION, startTestProvider, type TestProvider } from '../testing/test-provider.js';
import {
  startTestWorker,
  type TestWorker,
  type TestWorkerOptions,
} from '../testing/test-worker.js';

/** Calls of one project hang, while those of others are answered. */
let f: RequestsFixture;
/** Provider whose calls hang. */
let hanging: TestProvider;
/** Another project's provider. */
let other: TestProvider;
let otherProject: string;
const workers: TestWorker[] = [];

/** Longer than any test: nothing is found by polling. */
const NEVER_MS = 1_000_000;
/** Number of slots; one tenant alone gets six. */
const SLOTS = 8;
const SHARE = 6;
const MIB = 1024 * 1024;

beforeEach(async () => {
  f = await RequestsFixture.open();
  [hanging, other] = await Promise.all([startTestProvider(), startTestProvider()]);
  otherProject = await f.addProject(randomUUID());
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at)
     VALUES ($1, $1, $2, now()), ($3, $3, $4, now())`,
    [f.projectId, hanging.baseUrl, otherProject, other.baseUrl],
  );
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await Promise.all([hanging.close(), other.close()]);
  await f.close();
});

async function start(options: TestWorkerOptions) {
  const worker = await startTestWorker(f, f.process('worker'), { pollMs: NEVER_MS, ...options });
  workers.push(worker);
  return worker;
}

async function acceptMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(await f.accept());
  }
  return ids;
}

const idOf = (key: string): string => key.slice(3, 35);
const plain = (uuid: string): string => uuid.replaceAll('-', '');

describe('a project whose calls hang', () => {
  it('leaves slots to others, in one claim and however long its backlog is, and to its own test keys', async () => {
    await acceptMany(40);
    await f.accept({ projectId: otherProject });
    const test = await f.accept({ mode: 'test' });
    const worker = await start({ concurrency: SLOTS });
    await other.visit(0);
    // There is no simulator: a test call that is run fails at once.
    while ((await f.row(test)).status !== 'failed') {
      // Each check is a round trip.
    }
    await hanging.visit(SHARE - 1);
    await worker.loop.claimSettled();
    expect(hanging.visits).toHaveLength(SHARE);

    await f.accept({ projectId: otherProject });
    worker.loop.notify();
    await other.visit(1);
    other.visits.forEach((visit) => visit.answer(200, COMPLETION));
    expect(hanging.visits).toHaveLength(SHARE);
  });

  it('goes on with its oldest when some of its calls end', async () => {
    const ids = await acceptMany(SHARE + 3);
    const worker = await start({ concurrency: SLOTS });
    await hanging.visit(SHARE - 1);
    hanging.visits.slice(0, 2).forEach((visit) => visit.answer(200, COMPLETION));
    await hanging.visit(SHARE + 1);
    await worker.loop.claimSettled();
    const called = hanging.visits.map(({ idempotencyKey }) => idOf(idempotencyKey));
    expect(called.sort()).toEqual(
      ids
        .slice(0, SHARE + 2)
        .map(plain)
        .sort(),
    );
    expect(worker.runner.count).toBe(SHARE);
  });

  it('gets no slot directly beyond its share, nor before what it has waiting; others do', async () => {
    const hangs = { projectId: f.projectId, mode: 'live' } as const;
    const others = { projectId: otherProject, mode: 'live' } as const;
    const worker = await start({ concurrency: SLOTS });
    const first = await worker.loop.reserve(Array.from({ length: SLOTS }, () => hangs));
    expect(first?.granted.filter(Boolean)).toHaveLength(SHARE);
    const second = await worker.loop.reserve([hangs, others]);
    expect(second?.granted).toEqual([false, true]);
    first!.giveBack();
    second!.giveBack();

    await acceptMany(SHARE + 2);
    worker.loop.notify();
    await hanging.visit(SHARE - 1);
    for (;;) {
      // Repeated until a claim has found nothing of other tenants.
      const room = await worker.loop.reserve([hangs, others]);
      if (room !== null) {
        expect(room.granted).toEqual([false, true]);
        room.giveBack();
        break;
      }
      await setImmediate();
    }
  });
});

describe('large bodies', () => {
  it('are claimed one after the other while there are slots, and small ones do not wait for them', async () => {
    const large = await Promise.all(
      Array.from({ length: 4 }, () => f.accept({ body: Buffer.alloc(17 * MIB, 'x') })),
    );
    const small = await f.accept();
    await start({ concurrency: 64 });
    await hanging.visit(4);
    const rows = await Promise.all([small, ...large].map((id) => f.row(id)));
    const [firstStart, ...starts] = rows.map(({ started_at: at }) => at!.getTime());
    expect(Math.min(...starts)).toBe(firstStart);
  });
});
