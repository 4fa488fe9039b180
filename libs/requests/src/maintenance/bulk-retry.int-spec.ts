import { RequestsFixture } from '../testing/index.js';
import { BulkRetries, retryPortion, unfinishedBulkRetries } from './bulk-retry.js';

let f: RequestsFixture;
let bulk: BulkRetries;

beforeAll(async () => {
  f = await RequestsFixture.open();
  bulk = new BulkRetries(f.pool);
});
beforeEach(async () => {
  await f.clear();
  await f.sql('DELETE FROM bulk_retries');
});
afterAll(async () => {
  await f.close();
});

/** Adds failed requests with their payloads, every fifth with another model, all a minute ago. */
async function fail(count: number): Promise<void> {
  await f.sql(
    `WITH made AS (
       INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
         retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
         deadline_at, created_at, updated_at, completed_at, error_code)
       SELECT gen_random_uuid(), $1, $1, (CASE WHEN n % 2 = 0 THEN 'test' ELSE 'live' END)::request_mode,
         '/chat/completions', 'failed', 'm', CASE WHEN n % 5 = 0 THEN 'other' ELSE 'm' END, 3, '{429}',
         'retry', 60000, 3600000, 500, now(), now() + interval '1 hour',
         now() - interval '1 minute' + n * interval '1 ms', now(), now() - interval '30 s', 'network_error'
       FROM generate_series(1, $2::int) AS n RETURNING id
     ) INSERT INTO payloads SELECT id, '' FROM made`,
    [f.projectId, count],
  );
}

async function work(id: string, pool = f.pool): Promise<void> {
  while ((await retryPortion(pool, id)) !== null) {
    // Each call is one portion.
  }
}

const rounds = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await f.sql<{ round: number; count: number }>(
        'SELECT round, count(*)::int AS count FROM requests GROUP BY round ORDER BY round',
      )
    ).map(({ round, count }) => [round, count]),
  );

describe('a bulk retry', () => {
  it('counts what it would run again, and changes nothing by counting', async () => {
    await fail(120);
    await f.accept();
    expect(await bulk.count(f.projectId, {})).toEqual({ matched: 120, capped: false });
    expect(await bulk.count(f.projectId, { model: 'other' })).toEqual({
      matched: 24,
      capped: false,
    });
    expect(await bulk.count(f.projectId, { endpoint: '/embeddings' })).toMatchObject({
      matched: 0,
    });
    expect(await bulk.count(f.projectId, { endpoint: '/chat/completions' })).toMatchObject({
      matched: 120,
    });
    expect(await bulk.count(f.projectId, { mode: 'live', errorCode: 'network_error' })).toEqual({
      matched: 60,
      capped: false,
    });
    expect(await bulk.count(f.projectId, { createdAfter: new Date() })).toMatchObject({
      matched: 0,
    });
    expect(await rounds()).toEqual({ 1: 121 });
  });

  it('runs all again that match, in portions, skips what has lost its body, and counts both', async () => {
    await fail(130);
    await f.sql(
      `DELETE FROM payloads WHERE request_id IN (SELECT id FROM requests WHERE requested_model = 'm' LIMIT 7)`,
    );
    const { id } = await bulk.order(f.projectId, { model: 'm' }, 104);
    expect(await unfinishedBulkRetries(f.pool)).toEqual([id]);
    await work(id);
    expect(await bulk.find(f.projectId, id)).toMatchObject({
      state: 'completed',
      matched: 104,
      retried: 97,
      skipped: 7,
    });
    expect(await rounds()).toEqual({ 1: 33, 2: 97 });
    expect(await unfinishedBulkRetries(f.pool)).toEqual([]);
    expect(await retryPortion(f.pool, id)).toBeNull();
  });

  it('runs none again twice, also when it fails once more meanwhile', async () => {
    await fail(60);
    const { id } = await bulk.order(f.projectId, {}, 60);
    await retryPortion(f.pool, id);
    await f.sql(
      `UPDATE requests SET status = 'failed', completed_at = now() + interval '1 s' WHERE round = 2`,
    );
    await work(id);
    expect(await rounds()).toEqual({ 2: 60 });
  });

  it('goes on where a process was cut off, with nothing done twice and nothing left out', async () => {
    await fail(130);
    const { id } = await bulk.order(f.projectId, {}, 130);
    const mortal = await f.processBehindProxy('mortal');
    for (const fault of ['cut-request', 'cut-answer'] as const) {
      const pending = mortal.proxy.breakNext('bulk-note', fault);
      await expect(work(id, mortal.pool)).rejects.toThrow();
      await pending.happened;
    }
    // The server notices a little later that the client is gone.
    while ((await bulk.find(f.projectId, id))?.state === 'running') {
      await work(id);
    }
    expect(await bulk.find(f.projectId, id)).toMatchObject({ retried: 130, skipped: 0 });
    expect(await rounds()).toEqual({ 2: 130 });
  });

  it('is done by one process at a time', async () => {
    await fail(200);
    const { id } = await bulk.order(f.projectId, {}, 200);
    const second = f.process('second');
    while ((await bulk.find(f.projectId, id))?.state === 'running') {
      await Promise.all([work(id), work(id, second.pool)]);
    }
    expect(await bulk.find(f.projectId, id)).toMatchObject({ retried: 200, skipped: 0 });
    expect(await rounds()).toEqual({ 2: 200 });
  });

  it('ends as failed when its project was deleted', async () => {
    await fail(3);
    const { id } = await bulk.order(f.projectId, {}, 3);
    await f.sql('UPDATE projects SET deleted_at = now()');
    expect(await retryPortion(f.pool, id)).toBeNull();
    expect((await bulk.find(f.projectId, id))?.state).toBe('failed');
    await f.sql('UPDATE projects SET deleted_at = NULL');
    expect(await rounds()).toEqual({ 1: 3 });
  });
});
