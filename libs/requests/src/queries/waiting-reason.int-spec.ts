import { createHash, randomUUID } from 'node:crypto';

import { createPool } from '@reqrun/platform/database';

import { type RequestFields, RequestsFixture, retryIn, success } from '../testing/index.js';
import { AdminRequestReader } from './admin-reader.js';

/** Reasons of requests that wait because their project makes as many calls at once as it may. */
let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
  await bound(1);
});

const bound = (calls: number | null): Promise<unknown> =>
  f.sql('UPDATE projects SET settings = $2 WHERE id = $1', [
    ...[f.projectId, JSON.stringify({ maxConcurrentCalls: calls })],
  ]);

async function reasonOf(id: string, tenant = f.tenant): Promise<string | null> {
  const { waiting_reason: reason, waiting_code: code } = (await f.reader.getRecord(tenant, id))!
    .record;
  expect(code).toBeNull();
  return reason;
}

const CACHED: RequestFields = {
  cache: { key: createHash('sha256').update('a').digest(), ttlS: 300 },
  policy: { cache: { type: 'exact_match', ttl: 300 } },
};

it('is concurrency_limited while as many calls run as the bound allows', async () => {
  const running = await f.acceptAndClaim();
  const id = await f.accept();
  expect(await reasonOf(id)).toBe('concurrency_limited');
  expect(await reasonOf(running.id)).toBeNull();
  await bound(2);
  expect(await reasonOf(id)).toBeNull();
  await bound(1);
  expect(await reasonOf(id)).toBe('concurrency_limited');
  await f.finisher.finish(success(running));
  expect(await reasonOf(id)).toBeNull();
  expect(await reasonOf(running.id)).toBeNull();
});

it('is null where the project has no bound, or another project or mode has used it up', async () => {
  await f.acceptAndClaim();
  const test = await f.accept({ mode: 'test' });
  expect(await reasonOf(test, { ...f.tenant, mode: 'test' })).toBeNull();
  const projectId = await f.addProject(randomUUID());
  const other = await f.accept({ projectId });
  expect(await reasonOf(other, { projectId, mode: 'live' })).toBeNull();
  await bound(null);
  expect(await reasonOf(await f.accept())).toBeNull();
});

it('is null until a retry is due', async () => {
  const again = await f.acceptAndClaim();
  await f.finisher.finish(retryIn(again, 60_000));
  await f.acceptAndClaim();
  expect(await reasonOf(again.id)).toBeNull();
  await f.change(again.id, 'due_at = now()');
  expect(await reasonOf(again.id)).toBe('concurrency_limited');
});

it('is identical_request for one that waits for an answer, whatever the bound', async () => {
  await f.acceptAndClaim(CACHED);
  expect(await reasonOf(await f.accept(CACHED))).toBe('identical_request');
});

it('is the same in lists, and for people', async () => {
  await f.acceptAndClaim();
  const ids = [await f.accept(), await f.accept()];
  const pool = createPool({
    connectionString: f.connectionString,
    max: 1,
    applicationName: 'admin',
    role: 'reqrun_admin',
  });
  try {
    const people = new AdminRequestReader(pool);
    const pages = [
      await f.reader.list(f.tenant, { limit: 10 }),
      await people.list(f.projectId, {}, { limit: 10 }),
    ];
    for (const { data } of pages) {
      const held = data.filter(({ waiting_reason: reason }) => reason === 'concurrency_limited');
      expect(held.map(({ status }) => status)).toEqual(ids.map(() => 'queued'));
      expect(data).toHaveLength(3);
    }
  } finally {
    await pool.end();
  }
});
