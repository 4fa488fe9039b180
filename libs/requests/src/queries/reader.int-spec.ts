import { randomUUID } from 'node:crypto';

import { requestIdFromUuid, uuidFromRequestId } from '@reqrun/contracts';
import { createPool } from '@reqrun/platform/database';

import { cancelRequest, retryRequest, type Tenant } from '../lifecycle/control.js';
import { failure, RequestsFixture, retryIn, success } from '../testing/index.js';
import { type ListFilter, RequestReader } from './reader.js';

let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

const wire = (ids: readonly string[]): string[] => ids.map(requestIdFromUuid);

/** Reads all pages of a list, one after the other. */
async function pages(
  limit: number,
  filter: Omit<ListFilter, 'limit'> = {},
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await f.reader.list(f.tenant, {
      ...filter,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    expect(page.data.length).toBeLessThanOrEqual(limit);
    expect(page.first_id).toBe(page.data[0]?.id ?? null);
    expect(page.last_id).toBe(page.data.at(-1)?.id ?? null);
    seen.push(...page.data.map(({ id }) => id));
    if (!page.has_more) {
      return seen;
    }
    after = uuidFromRequestId(page.last_id!)!;
    await between();
  }
}

describe('one record', () => {
  it('shows its result as it came, with its head', async () => {
    const claim = await f.acceptAndClaim({ metadata: { a: 'b' } });
    await f.finisher.finish({
      ...success(claim, '{"id": "x" }'),
      result: {
        head: { status: 201, contentType: 'application/json', headers: { 'x-ratelimit-a': '1' } },
        body: Buffer.from('{"id": "x" }'),
      },
    });
    const outcome = await f.reader.get(f.tenant, claim.id);
    expect(outcome?.answer?.body.toString()).toBe('{"id": "x" }');
    expect(outcome?.answer?.head).toEqual({
      status: 201,
      contentType: 'application/json',
      headers: { 'x-ratelimit-a': '1' },
    });
    expect(outcome?.record).toMatchObject({
      id: requestIdFromUuid(claim.id),
      endpoint: '/v1/chat/completions',
      status: 'completed',
      attempts: 1,
      error: null,
      metadata: { a: 'b' },
      usage: { total_tokens: 3 },
      next_attempt_at: null,
    });
  });

  it('past its deadline is ended by whoever looks, with no worker alive', async () => {
    const id = await f.accept();
    await f.passDeadline(id);
    expect((await f.reader.get(f.tenant, id))?.record).toMatchObject({
      status: 'failed',
      error: { code: 'deadline_exceeded', http_status: null },
    });
    expect((await f.row(id)).status).toBe('failed');
  });

  it('says when the next attempt is, and only then', async () => {
    const claim = await f.acceptAndClaim();
    expect((await f.reader.get(f.tenant, claim.id))?.record.next_attempt_at).toBeNull();
    await f.finisher.finish(retryIn(claim, 60_000));
    const { record } = (await f.reader.get(f.tenant, claim.id))!;
    expect(record.next_attempt_at).toBe((await f.row(claim.id)).due_at.toISOString());
    expect(record.last_error_code).toBe('openai_http_500');
  });

  it('whose key was destroyed counts as deleted, not as an error', async () => {
    const project = await f.addProject(randomUUID());
    const claim = await f.acceptAndClaim({ projectId: project });
    await f.finisher.finish(success(claim));
    await f.sql('DELETE FROM data_keys WHERE project_id = $1', [project]);
    const { reader } = f.process('later');
    expect(await reader.get({ projectId: project, mode: 'live' }, claim.id)).toMatchObject({
      answer: null,
      contentDeleted: true,
      record: { status: 'completed' },
    });
  });
});

describe('another project or mode', () => {
  it('sees nothing and changes nothing', async () => {
    const other: Tenant[] = [
      { projectId: f.projectId, mode: 'test' },
      { projectId: await f.addProject(randomUUID()), mode: 'live' },
    ];
    const open = await f.acceptAndClaim();
    const failed = await f.acceptAndClaim();
    await f.finisher.finish(failure(failed));
    const before = [await f.row(open.id), await f.row(failed.id)];
    for (const tenant of other) {
      for (const { id } of [open, failed]) {
        expect(await f.reader.get(tenant, id)).toBeNull();
        expect(await f.reader.attempts(tenant, id)).toBeNull();
        expect(await cancelRequest(f.pool, tenant, id)).toBe(false);
        expect(await retryRequest(f.pool, tenant, id)).toBe(false);
      }
      expect((await f.reader.list(tenant, { limit: 10 })).data).toEqual([]);
      expect((await f.reader.list(tenant, { limit: 10, after: open.id })).data).toEqual([]);
    }
    expect([await f.row(open.id), await f.row(failed.id)]).toEqual(before);
    expect(await f.reader.attempts(f.tenant, randomUUID())).toBeNull();
    expect(await f.reader.attempts(f.tenant, open.id)).toHaveLength(1);
  });
});

describe('the attempts', () => {
  it('are listed oldest first, over all rounds; none before the first', async () => {
    const id = await f.accept();
    expect(await f.reader.attempts(f.tenant, id)).toEqual([]);
    await f.finisher.finish(retryIn(await f.claimOne(id), 0));
    await f.finisher.finish({
      ...failure(await f.claimOne(id)),
      errorCode: 'provider_response_invalid',
      errorDetail: 'not_json',
    });
    await retryRequest(f.pool, f.tenant, id);
    await f.claimOne(id);
    expect(await f.reader.attempts(f.tenant, id)).toMatchObject([
      {
        number: 1,
        outcome: 'failed',
        http_status: 500,
        error_detail: null,
        decision: { action: 'retry', reason: 'http_500', delay_ms: 0, delay_source: 'backoff' },
      },
      {
        number: 2,
        outcome: 'failed',
        error_code: 'provider_response_invalid',
        error_detail: 'not_json',
      },
      { number: 3, error_detail: null, outcome: 'running', ended_at: null, decision: null },
    ]);
  });
});

describe('a list', () => {
  it('page by page skips nothing and doubles nothing, also among records of the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 23 }, () => f.accept()));
    const [times] = await f.sql<{ count: number }>(
      'SELECT count(DISTINCT created_at)::int AS count FROM requests',
    );
    expect(times?.count).toBe(1);
    const newestFirst = wire(ids.sort().reverse());
    for (const limit of [1, 4, 22, 23, 24, 100]) {
      expect(await pages(limit)).toEqual(newestFirst);
    }
  });

  it('page by page goes on where it was while new records come in', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 15; n += 1) {
      ids.push(await f.accept());
    }
    const seen = await pages(4, {}, () => f.accept());
    expect(seen).toEqual(wire(ids.reverse()));
  });

  it('has no page behind the last record, nor behind one that is not there', async () => {
    const id = await f.accept();
    for (const after of [id, randomUUID()]) {
      expect(await f.reader.list(f.tenant, { limit: 5, after })).toEqual({
        object: 'list',
        data: [],
        first_id: null,
        last_id: null,
        has_more: false,
      });
    }
  });

  it('is narrowed by each filter and by all of them', async () => {
    const completed = await f.acceptAndClaim({ model: 'a', idempotencyKey: 'k1' });
    await f.finisher.finish(success(completed));
    const failed = await f.acceptAndClaim({ model: 'b', endpoint: '/embeddings' });
    await f.finisher.finish(failure(failed));
    const queued = await f.accept({ model: 'a' });
    await f.change(completed.id, `created_at = '2026-01-01T00:00:00Z'`);
    await f.change(failed.id, `created_at = '2026-01-02T00:00:00Z'`);
    const listed = async (filter: Omit<ListFilter, 'limit'>) => pages(1, filter);
    expect(await listed({ status: 'completed' })).toEqual(wire([completed.id]));
    expect(await listed({ model: 'a' })).toEqual(wire([queued, completed.id]));
    expect(await listed({ endpoint: '/embeddings' })).toEqual(wire([failed.id]));
    expect(await listed({ idempotencyKey: 'k1' })).toEqual(wire([completed.id]));
    expect(await listed({ errorCode: 'unsupported_value' })).toEqual(wire([failed.id]));
    const second = new Date('2026-01-02T00:00:00Z');
    expect(await listed({ createdAfter: second })).toEqual(wire([queued]));
    expect(await listed({ createdBefore: second })).toEqual(wire([completed.id]));
    expect(
      await listed({ createdAfter: new Date(second.getTime() - 1), status: 'failed', model: 'b' }),
    ).toEqual(wire([failed.id]));
    expect(await listed({ status: 'failed', model: 'a' })).toEqual([]);
  });

  it('is narrowed by pairs of metadata, in this project alone, and whether they are rare or not', async () => {
    const other = await f.addProject(randomUUID());
    await f.accept({ projectId: other, metadata: { order: '1', team: 'a' } });
    const both = await f.accept({ metadata: { order: '1', team: 'a' }, model: 'm' });
    const one = await f.accept({ metadata: { order: '1', team: 'b' } });
    await f.accept({ metadata: { order: '12' } });
    await f.accept();
    const inOrder = wire([both, one].sort().reverse());
    expect(await pages(1, { metadata: { order: '1' } })).toEqual(inOrder);
    expect(await pages(5, { metadata: { order: '1', team: 'a' } })).toEqual(wire([both]));
    expect(await pages(5, { metadata: { order: '1' }, model: 'm' })).toEqual(wire([both]));
    expect(await pages(5, { metadata: { "o'r": '%' } })).toEqual([]);
    await f.sql(
      `INSERT INTO requests SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
         'project_id', $2::uuid))).* FROM requests r, generate_series(1, 2001) WHERE r.id = $1`,
      [one, other],
    );
    expect(await pages(1, { metadata: { order: '1' } })).toEqual(inOrder);
  });

  it('is narrowed by how keys begin, letter for letter', async () => {
    const keys = ['a_b%1', 'a_b%2', 'axb%3', 'a_bx4', 'a\\5', 'A_b%6'];
    const ids = new Map<string, string>();
    for (const idempotencyKey of keys) {
      ids.set(idempotencyKey, await f.accept({ idempotencyKey }));
    }
    await f.accept();
    const startingWith = async (idempotencyKeyPrefix: string) =>
      (await pages(2, { idempotencyKeyPrefix })).sort();
    const of = (...found: string[]) => wire(found.map((key) => ids.get(key) ?? '')).sort();
    expect(await startingWith('a_b%')).toEqual(of('a_b%1', 'a_b%2'));
    expect(await startingWith('a_b%1')).toEqual(of('a_b%1'));
    expect(await startingWith('a\\')).toEqual(of('a\\5'));
    expect(await startingWith('b')).toEqual([]);
  });
});

it('lists while all connections that accept are busy, on connections of its own', async () => {
  const pool = createPool({
    connectionString: f.connectionString,
    max: 1,
    applicationName: 'busy',
  });
  const reader = new RequestReader(pool, f.keys, f.recovery, f.pool);
  const id = await f.accept();
  const busy = await pool.connect();
  try {
    const page = await reader.list(f.tenant, { limit: 10 });
    expect(page.data.map((record) => record.id)).toEqual(wire([id]));
  } finally {
    busy.release();
    await pool.end();
  }
});
