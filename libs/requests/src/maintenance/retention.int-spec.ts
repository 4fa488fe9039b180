import { randomUUID } from 'node:crypto';

import { createRegistry } from '@reqrun/platform/metrics';

import { failure, RequestsFixture, requestUuid, success } from '../testing/index.js';
import { retryRequest } from '../lifecycle/control.js';
import { countByStatus, oldestDueAgeMs } from '../metrics/record-counts.js';
import { registerRecordMetrics } from '../metrics/record-metrics.js';
import { sweepRetention } from './retention.js';

let f: RequestsFixture;
const DAY_MS = 86_400_000;
const going = new AbortController().signal;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

/** Adds a request that was accepted and ended some days ago. */
async function endedDaysAgo(days: number, projectId = f.projectId): Promise<string> {
  const id = await acceptedDaysAgo(days, projectId);
  await f.finisher.finish(success(await f.claimOne(id)));
  await f.change(id, `completed_at = created_at`);
  return id;
}

async function acceptedDaysAgo(days: number, projectId = f.projectId): Promise<string> {
  const id = requestUuid(Date.now() - days * DAY_MS);
  await f.accept({ id, projectId });
  await f.change(id, `created_at = now() - ${days} * interval '1 day'`);
  return id;
}

const left = async (table: 'requests' | 'payloads' | 'results' | 'attempts'): Promise<string[]> => {
  const column = table === 'requests' ? 'id' : 'request_id';
  const rows = await f.sql<{ id: string }>(`SELECT DISTINCT ${column} AS id FROM ${table}`);
  return rows.map(({ id }) => id).sort();
};

describe('retention', () => {
  it('deletes contents first and records later, and what is younger stays', async () => {
    const [young, old, oldest] = [
      await endedDaysAgo(29),
      await endedDaysAgo(31),
      await endedDaysAgo(91),
    ];
    expect(await sweepRetention(f.pool, going)).toEqual({
      contents: 2,
      records: 1,
      cacheEntries: 0,
    });
    expect(await left('requests')).toEqual([old, young].sort());
    expect(await left('attempts')).toEqual([old, young].sort());
    expect(await left('payloads')).toEqual([young]);
    expect(await left('results')).toEqual([young]);
    expect(await left('requests')).not.toContain(oldest);
    expect(await f.reader.get(f.tenant, old)).toMatchObject({
      record: { status: 'completed' },
      answer: null,
      contentDeleted: true,
    });
    expect(await sweepRetention(f.pool, going)).toMatchObject({ contents: 0, records: 0 });
  });

  it('goes by each project’s own days', async () => {
    const short = await f.addProject(randomUUID(), 1, 2);
    const long = await f.addProject(randomUUID(), 300, 400);
    const ids = {
      shortKept: await endedDaysAgo(0, short),
      shortContent: await endedDaysAgo(1.5, short),
      shortGone: await endedDaysAgo(3, short),
      longKept: await endedDaysAgo(200, long),
    };
    await sweepRetention(f.pool, going);
    expect(await left('payloads')).toEqual([ids.shortKept, ids.longKept].sort());
    expect(await left('requests')).toEqual([ids.shortKept, ids.shortContent, ids.longKept].sort());
  });

  it('never touches an open record, however old', async () => {
    const waiting = await acceptedDaysAgo(200);
    const running = await acceptedDaysAgo(200);
    await f.claimOne(running);
    expect(await sweepRetention(f.pool, going)).toMatchObject({ contents: 0, records: 0 });
    expect(await left('payloads')).toEqual([running, waiting].sort());
  });

  it('counts from the end of the last round, not from acceptance', async () => {
    const id = await acceptedDaysAgo(200);
    await f.finisher.finish(failure(await f.claimOne(id)));
    await retryRequest(f.pool, f.tenant, id);
    await f.finisher.finish(success(await f.claimOne(id)));
    expect(await sweepRetention(f.pool, going)).toMatchObject({ contents: 0, records: 0 });
  });

  it('works in batches, from several processes at once, and deletes each row once', async () => {
    await Promise.all(
      Array.from({ length: 1_200 }, () => f.accept({ id: requestUuid(Date.now() - 40 * DAY_MS) })),
    );
    const open = await acceptedDaysAgo(40);
    await f.sql(
      `UPDATE requests SET status = 'canceled', completed_at = now() - interval '40 days',
         created_at = now() - interval '40 days' WHERE id <> $1`,
      [open],
    );
    const others = [f.process('sweeper-1'), f.process('sweeper-2')];
    const sweeps = await Promise.all(others.map(({ pool }) => sweepRetention(pool, going)));
    sweeps.push(await sweepRetention(f.pool, going));
    expect(sweeps.reduce((sum, { contents }) => sum + contents, 0)).toBe(1_200);
    expect(await left('payloads')).toEqual([open]);
    expect(await f.count('requests')).toBe(1_201);

    await f.sql(`UPDATE requests SET completed_at = completed_at - interval '60 days',
                   created_at = created_at - interval '60 days'`);
    const again = await Promise.all(others.map(({ pool }) => sweepRetention(pool, going)));
    again.push(await sweepRetention(f.pool, going));
    expect(again.reduce((sum, { records }) => sum + records, 0)).toBe(1_200);
    expect(await left('requests')).toEqual([open]);
  });

  it('ends at once when it is told to while it rests', async () => {
    await endedDaysAgo(40);
    await endedDaysAgo(41);
    const stopping = new AbortController();
    const sweep = sweepRetention(f.pool, stopping.signal, { batch: 1, rest: 1e6 });
    while ((await f.count('payloads')) > 1) {
      // Waits for the end of the first batch.
    }
    stopping.abort();
    expect(await sweep).toMatchObject({ contents: 1, records: 0 });
  });

  it('stops between two batches when it is told to', async () => {
    await endedDaysAgo(200);
    expect(await sweepRetention(f.pool, AbortSignal.abort())).toMatchObject({
      contents: 0,
      records: 0,
    });
    expect(await f.count('requests')).toBe(1);
  });
});

describe('what the table says of itself', () => {
  it('accepted = completed + failed + canceled + open', async () => {
    await Promise.all(Array.from({ length: 9 }, () => f.accept()));
    const [a, b] = await f.claim(3);
    await f.finisher.finish(success(a!));
    await f.finisher.finish(failure(b!));
    const counts = await countByStatus(f.pool);
    expect(Object.fromEntries(counts)).toEqual({
      queued: 6,
      processing: 1,
      completed: 1,
      failed: 1,
    });
    const registry = createRegistry('test', f.pool);
    registerRecordMetrics(registry, f.pool);
    const text = await registry.metrics();
    const sum = [
      ...text.matchAll(/^reqrun_records\{status="\w+",service="test"\} (\d+)$/gm),
    ].reduce((total, [, count]) => total + Number(count), 0);
    expect(sum).toBe(9);
    expect(text).toMatch(/^reqrun_records_accepted\{service="test"\} 9$/m);
    expect(text).toMatch(/^reqrun_records\{status="canceled",service="test"\} 0$/m);
  });

  it('the oldest due request says how far behind the workers are', async () => {
    expect(await oldestDueAgeMs(f.pool)).toBe(0);
    const id = await f.accept();
    await f.change(id, `due_at = now() - interval '1 minute'`);
    expect(await oldestDueAgeMs(f.pool)).toBeGreaterThanOrEqual(60_000);
    await f.claim();
    expect(await oldestDueAgeMs(f.pool)).toBe(0);
  });
});
