import { randomUUID } from 'node:crypto';

import { collectSqlStates, LEASE_MS, RequestsFixture, retryIn, success } from '../testing/index.js';
import { AcceptanceUnknownError } from './accept.js';
import type { AttemptResult } from './finish.js';

/** Failures that statements for many requests would have without precautions. */
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

const MIB = 1024 * 1024;

/** Returns a different order for each seed, the same in every run. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, n) => ({ item, at: Math.imul(n + 1, 0x9e3779b1 + seed * 0x85ebca6b) >>> 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Number of commits that wrote the rows of a table. */
async function commitsOf(table: 'payloads' | 'results'): Promise<number> {
  const [row] = await f.sql<{ commits: number }>(
    `SELECT count(DISTINCT xmin::text)::int AS commits FROM ${table}`,
  );
  return row!.commits;
}

describe('groups that share rows', () => {
  it('groups with the same idempotency keys in different orders never deadlock: one row per key', async () => {
    const processes = [f.process('api-1'), f.process('api-2')];
    const states = processes.map(({ pool }) => collectSqlStates(pool));
    const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`);
    for (let round = 0; round < 15; round += 1) {
      const accepted = await Promise.all(
        processes.flatMap(({ acceptor }, n) =>
          shuffled(keys, round * 2 + n).map((key) =>
            acceptor.accept(f.newRequest({ idempotencyKey: `${round} ${key}` })),
          ),
        ),
      );
      expect(accepted.filter(({ kind }) => kind === 'accepted')).toHaveLength(60);
      expect(accepted.filter(({ kind }) => kind === 'joined')).toHaveLength(60);
    }
    expect(states.flat()).toEqual([]);
    expect(await f.count('requests')).toBe(15 * 60);
    expect(await f.count('payloads')).toBe(15 * 60);
  });

  it('heartbeats never deadlock with finishes, in whatever order attempts end', async () => {
    const worker = f.process('worker');
    const states = collectSqlStates(worker.pool);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 120 }, () => f.accept()));
      const claims = await f.claim(200);
      expect(claims).toHaveLength(120);
      await Promise.all([
        ...shuffled(claims, round).map((claim) => worker.finisher.finish(success(claim))),
        ...Array.from({ length: 6 }, () => worker.recovery.renewLeases(f.workerId, LEASE_MS)),
      ]);
    }
    expect(states).toEqual([]);
    const [row] = await f.sql<{ completed: number }>(
      `SELECT count(*)::int AS completed FROM requests WHERE status = 'completed'`,
    );
    expect(row?.completed).toBe(1200);
  });

  it('a group that a deadlock ended (40P01) is tried again', async () => {
    const api = f.process('victim');
    const states = collectSqlStates(api.pool);
    const other = await f.pool.connect();
    const insert = (key: string) => ({
      text: `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model,
               requested_model, idempotency_key, retry_count, on_lost, call_timeout_ms, deadline_ms,
               payload_bytes, due_at, deadline_at, created_at, updated_at)
             VALUES ($1, $2, $2, 'live', '/', 'queued', '', '', $3, 0, 'retry', 1, 1, 1,
                     now(), now(), now(), now())`,
      values: [randomUUID(), f.projectId, key],
    });
    // The other transaction checks for deadlocks later, so it is not the victim.
    await other.query(`BEGIN; SET LOCAL deadlock_timeout = '1 min'; SET LOCAL lock_timeout = 0`);
    await other.query(insert('b'));
    const accepted = Promise.all(
      ['a', 'b'].map((key) => api.acceptor.accept(f.newRequest({ idempotencyKey: key }))),
    );
    await f.blocked('victim');
    await other.query(insert('a'));
    await other.query('ROLLBACK');
    other.release();
    expect(await accepted).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
    // The order after that decides whether there is a second deadlock.
    expect(new Set(states)).toEqual(new Set(['40P01']));
  });

  it('who loses the race for a key while the winner is not committed yet joins it', async () => {
    const [first, second] = [f.process('first'), f.process('second')];
    const request = f.newRequest({ idempotencyKey: 'key' });
    const goOn = await f.holdUp('payloads', request.id);
    const winner = first.acceptor.accept(request);
    await f.blocked('first');
    const loser = second.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }));
    await f.blocked('second');
    await goOn();
    expect(await winner).toMatchObject({ kind: 'accepted', request: { id: request.id } });
    expect(await loser).toMatchObject({ kind: 'joined', request: { id: request.id } });
  });

  it('who loses the race for a key to one that is rolled back is accepted itself', async () => {
    const [first, second] = [f.process('first-2'), f.process('second-2')];
    const held = f.newRequest({ idempotencyKey: 'key' });
    const goOn = await f.holdUp('payloads', held.id);
    const broken = first.acceptor.accept(held);
    const [backend] = await f.blocked('first-2');
    const request = f.newRequest({ idempotencyKey: 'key' });
    const survivor = second.acceptor.accept(request);
    await f.blocked('second-2');
    await f.sql('SELECT pg_terminate_backend($1, 10000)', [backend]);
    await goOn();
    expect(await survivor).toMatchObject({ kind: 'accepted', request: { id: request.id } });
    // The process whose connection broke sends its group again, and finds the survivor's request.
    expect(await broken).toMatchObject({ kind: 'joined', request: { id: request.id } });
    expect(await f.count('requests')).toBe(1);
  });
});

describe('one bad row', () => {
  it('does not keep its neighbours from being accepted', async () => {
    const models = ['a', 'b', 'c\u0000', 'd', 'e', 'f\u0000', 'g'];
    const results = await Promise.allSettled(
      models.map((model) => f.acceptor.accept(f.newRequest({ model }))),
    );
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      models.map((model) => model.length === 1),
    );
    const refused = results[2] as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ kind: 'data', message: 'database data (22021)' });
    expect(await f.count('requests')).toBe(5);
  });

  it.each<[string, Partial<AttemptResult>]>([
    ['a usage that is no JSON to PostgreSQL', { usage: { text: '\u0000' } }],
    ['a provider request id with a NUL', { providerRequestId: 'req\u0000' }],
    ['a status that is no smallint', { httpStatus: 70_000 }],
  ])('does not keep its neighbours from finishing: %s', async (_what, bad) => {
    await Promise.all(Array.from({ length: 9 }, () => f.accept()));
    const claims = await f.claim();
    const results = await Promise.allSettled(
      claims.map((claim, n) =>
        f.finisher.finish(n === 4 ? { ...success(claim), ...bad } : success(claim)),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(
      claims.map((_, n) => (n === 4 ? 'rejected' : 'fulfilled')),
    );
    expect(results[4]).toMatchObject({ reason: { name: 'DatabaseError', kind: 'data' } });
    expect(await f.row(claims[4]!.id)).toMatchObject({ status: 'processing' });
    expect(await f.count('results')).toBe(8);
  });
});

describe('limits in bytes', () => {
  it('requests that arrive together share a commit, and large ones get one of their own', async () => {
    await Promise.all(Array.from({ length: 20 }, () => f.accept()));
    expect(await commitsOf('payloads')).toBe(1);
    await f.clear();
    await Promise.all(Array.from({ length: 3 }, () => f.accept({ body: Buffer.alloc(5 * MIB) })));
    expect(await commitsOf('payloads')).toBe(3);
    await f.clear();
    await f.accept({ body: Buffer.alloc(20 * MIB) });
    expect(await f.count('payloads')).toBe(1);
  });

  it('answers that arrive together share a commit, and large ones get one of their own', async () => {
    await Promise.all(Array.from({ length: 23 }, () => f.accept()));
    const claims = await f.claim();
    const large = 'x'.repeat(5 * MIB);
    await Promise.all(claims.slice(0, 20).map((claim) => f.finisher.finish(success(claim))));
    expect(await commitsOf('results')).toBe(1);
    await Promise.all(claims.slice(20).map((claim) => f.finisher.finish(success(claim, large))));
    expect(await commitsOf('results')).toBe(4);
  });

  it('a claim takes no more payload than it should, and one large request alone', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(await f.accept());
    }
    await f.change(ids[0]!, `payload_bytes = ${100 * MIB}`);
    for (const id of ids.slice(1)) {
      await f.change(id, `payload_bytes = ${6 * MIB}`);
    }
    const claimed = async () => (await f.claim()).map(({ id }) => id).sort();
    expect(await claimed()).toEqual(ids.slice(0, 1).sort());
    expect(await claimed()).toEqual(ids.slice(1, 4).sort());
    expect(await claimed()).toEqual(ids.slice(4).sort());
    expect(await claimed()).toEqual([]);
  });
});

describe('answers that were lost on the way', () => {
  it('the answer to an accept’s commit: the same id is sent again, one row, and the client is told accepted', async () => {
    const api = await f.processBehindProxy('api');
    const requests = [
      f.newRequest(),
      f.newRequest({ idempotencyKey: 'key' }),
      f.newRequest({ idempotencyKey: 'other' }),
    ];
    const fault = api.proxy.breakNext('requests-accept', 'cut-answer');
    const accepted = await Promise.all(requests.map((request) => api.acceptor.accept(request)));
    await fault.happened;
    expect(accepted).toMatchObject(
      requests.map(({ id }) => ({ kind: 'accepted', request: { id, status: 'queued' } })),
    );
    expect(await f.count('requests')).toBe(3);
    expect(await f.count('payloads')).toBe(3);
  });

  it('an id that is sent again is found, and its neighbours without a key are accepted beside it', async () => {
    const known = f.newRequest();
    const id = await f.accept(known);
    const before = await f.row(id);
    const group = [f.newRequest(), known, f.newRequest()];
    const accepted = await Promise.all(group.map((request) => f.acceptor.accept(request)));
    expect(accepted).toMatchObject(
      group.map((one) => ({ kind: 'accepted', request: { id: one.id } })),
    );
    expect(await f.row(id)).toEqual(before);
    expect([await f.count('requests'), await f.count('payloads')]).toEqual([3, 3]);
  });

  it('the answer to an accept’s commit, and the database with it: nothing is said until it is back', async () => {
    const api = await f.processBehindProxy('api');
    const fault = api.proxy.breakNext('requests-accept', 'cut-answer');
    const request = f.newRequest();
    const accepting = api.acceptor.accept(request);
    await fault.happened;
    // The first try after that finds no database.
    await api.proxy.refuse();
    api.proxy.allow();
    expect(await accepting).toMatchObject({ kind: 'accepted', request: { id: request.id } });
    expect(await f.count('requests')).toBe(1);
  });

  it('the answer to an accept’s commit, and the database for long: the client is told that nobody knows', async () => {
    const api = await f.processBehindProxy('api');
    const fault = api.proxy.breakNext('requests-accept', 'cut-answer');
    const accepting = api.acceptor.accept(f.newRequest());
    const told = accepting.catch((error: unknown) => error);
    await fault.happened;
    void api.proxy.refuse();
    expect(await told).toBeInstanceOf(AcceptanceUnknownError);
    expect(await f.count('requests')).toBe(1);
  });

  it.each(['cut-answer', 'cut-request'] as const)(
    'the answer to a look at who has the key (%s): asked again',
    async (fault) => {
      const api = await f.processBehindProxy('api');
      const id = await f.accept({ idempotencyKey: 'key' });
      const pending = api.proxy.breakNext('requests-read-existing', fault);
      expect(await api.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }))).toMatchObject({
        kind: 'joined',
        request: { id },
      });
      await pending.happened;
      expect(await f.count('requests')).toBe(1);
    },
  );

  it('the answer to a finish: sent again it is recognised as committed, whatever became of the request since', async () => {
    const worker = await f.processBehindProxy('worker');
    const lose = async (end: AttemptResult): Promise<void> => {
      const fault = worker.proxy.breakNext('requests-finish', 'cut-answer');
      await expect(worker.finisher.finish(end)).rejects.toMatchObject({ kind: 'unavailable' });
      await fault.happened;
    };
    const completed = success(await f.acceptAndClaim());
    await lose(completed);
    expect(await worker.finisher.finish(completed)).toEqual({
      kind: 'committed',
      status: 'completed',
      errorCode: null,
    });

    const retried = retryIn(await f.acceptAndClaim(), 0);
    await lose(retried);
    const committed = { kind: 'committed', status: 'retrying', errorCode: null };
    expect(await worker.finisher.finish(retried)).toEqual(committed);
    const next = await f.claimOne(retried.claim.id, randomUUID());
    expect(await worker.finisher.finish(retried)).toEqual(committed);
    await f.finisher.finish(success(next));
    expect(await worker.finisher.finish(retried)).toEqual(committed);
    expect(await f.row(retried.claim.id)).toMatchObject({ status: 'completed', retries_used: 1 });

    const late = success(await f.acceptAndClaim());
    await f.passDeadline(late.claim.id);
    await lose(late);
    expect(await worker.finisher.finish(late)).toEqual({
      kind: 'committed',
      status: 'failed',
      errorCode: 'deadline_exceeded',
    });
  });

  it('a finish that never arrived is not taken for one that was committed', async () => {
    const worker = await f.processBehindProxy('worker');
    const end = success(await f.acceptAndClaim());
    const fault = worker.proxy.breakNext('requests-finish', 'cut-request');
    await expect(worker.finisher.finish(end)).rejects.toMatchObject({ kind: 'unavailable' });
    await fault.happened;
    await f.passDeadline(end.claim.id);
    await f.recovery.expireOverdue();
    expect(await worker.finisher.finish(end)).toEqual({ kind: 'fenced' });
  });
});
