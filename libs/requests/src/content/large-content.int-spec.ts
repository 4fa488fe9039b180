import { setImmediate as nextTurn } from 'node:timers/promises';

import { LightAbortController } from '@reqrun/platform/abort';
import { UnreadableError } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';

import { RequestWaiters } from '../waiting/request-waiters.js';
import { RequestsFixture, success } from '../testing/index.js';
import { openStored } from './stored-content.js';

const MIB = 1024 * 1024;
const OFTEN_MS = 5;
const LONG_MS = 60_000;
const LARGE = 'z'.repeat(3 * MIB + 17);

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

class DeafBus implements SignalBus {
  readonly connected = false;
  publish(): void {
    return undefined;
  }
  subscribe(): void {
    return undefined;
  }
  start(): Promise<void> {
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** Counts the statements sent from now on, by name. */
function countStatements(pool: Pool): Map<string, number> {
  const counts = new Map<string, number>();
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  Object.assign(pool, {
    query: (...args: unknown[]) => {
      const { name = '' } = args[0] as { name?: string };
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return query(...args);
    },
  });
  return counts;
}

async function storedLarge(): Promise<string> {
  const claim = await f.acceptAndClaim();
  expect(await f.finisher.finish(success(claim, LARGE))).toMatchObject({
    kind: 'committed',
    status: 'completed',
    end: undefined,
  });
  return claim.id;
}

describe('a large body', () => {
  it('is not read with the claim, but in pieces, and is what was accepted', async () => {
    const body = Buffer.from(LARGE);
    const claim = await f.acceptAndClaim({ body });
    expect(claim.ciphertext).toBeNull();
    expect(claim.sealedBytes).toBeGreaterThan(body.length);
    const where = {
      kind: 'payload',
      projectId: f.projectId,
      id: claim.id,
      bytes: claim.sealedBytes,
    } as const;
    const envelope = await openStored(f.pool, f.keys, where);
    expect(envelope.subarray(-body.length).equals(body)).toBe(true);
  });

  it.each([
    ['a bit of it differs', `set_byte(ciphertext, 2000000, get_byte(ciphertext, 2000000) # 1)`],
    ['its end is gone', `substring(ciphertext FROM 1 FOR octet_length(ciphertext) - 1)`],
    [
      'its tag differs',
      `set_byte(ciphertext, octet_length(ciphertext) - 1, get_byte(ciphertext, octet_length(ciphertext) - 1) # 1)`,
    ],
    ['it was never sealed', `convert_to(repeat('x', 3000000), 'UTF8')`],
  ])('cannot be read when %s', async (_what, changed) => {
    const { id, sealedBytes: bytes } = await f.acceptAndClaim({ body: Buffer.from(LARGE) });
    await f.sql(`UPDATE payloads SET ciphertext = ${changed} WHERE request_id = $1`, [id]);
    const where = { kind: 'payload', projectId: f.projectId, id, bytes } as const;
    await expect(openStored(f.pool, f.keys, where)).rejects.toThrow(UnreadableError);
  });

  it('counts among what waits until it is accepted', async () => {
    const body = Buffer.from(LARGE);
    const accepting = [f.accept({ body }), f.accept({ body })];
    expect(f.acceptor.pendingBytes).toBe(2 * body.length);
    expect(f.acceptor.isFull(1024 * MIB)).toBe(true);
    await Promise.all(accepting);
    expect(f.acceptor.pendingBytes).toBe(0);
  });

  it('shares its statement with nobody', async () => {
    const bodies = [Buffer.from(LARGE), Buffer.from('{}'), Buffer.from(LARGE), Buffer.from('{}')];
    await Promise.all(bodies.map((body) => f.accept({ body })));
    const rows = await f.sql<{ large: boolean; commits: number; rows: number }>(
      `SELECT octet_length(ciphertext) > ${MIB} AS large, count(DISTINCT xmin::text)::int AS commits, count(*)::int AS rows
       FROM payloads GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { large: false, commits: 1, rows: 2 },
      { large: true, commits: 2, rows: 2 },
    ]);
  });
});

describe('a large answer', () => {
  it('is fetched once for all who wait, however often they look meanwhile, and its memory is given back', async () => {
    const api = f.process('api');
    const waiters = new RequestWaiters(
      api.pool,
      api.answers,
      api.recovery,
      new DeafBus(),
      OFTEN_MS,
    );
    const counts = countStatements(api.pool);
    const id = await storedLarge();
    const total = api.budget.freeBytes;
    const occupied = await api.budget.take(total);
    const none = new LightAbortController();
    const waiting = Array.from({ length: 20 }, () => waiters.wait(id, LONG_MS, none));
    // Polling goes on while the answer waits for memory.
    while ((counts.get('requests-progress') ?? 0) < 5) {
      await nextTurn();
    }
    occupied?.release();
    const outcomes = await Promise.all(waiting);
    expect(outcomes.every((outcome) => outcome?.answer?.body.toString() === LARGE)).toBe(true);
    expect(counts.get('requests-result-piece')).toBe(7);
    expect(api.budget.freeBytes).toBeLessThan(total);
    outcomes.slice(1).forEach((outcome) => outcome?.answer?.hold?.done());
    expect(api.budget.freeBytes).toBeLessThan(total);
    outcomes[0]?.answer?.hold?.done();
    expect(api.budget.freeBytes).toBe(total);
  });

  it('that nobody waits for any more gives up its place, and a small one never waits', async () => {
    const api = f.process('api');
    const waiters = new RequestWaiters(
      api.pool,
      api.answers,
      api.recovery,
      new DeafBus(),
      OFTEN_MS,
    );
    const id = await storedLarge();
    const total = api.budget.freeBytes;
    const occupied = await api.budget.take(total);
    const leaving = new LightAbortController();
    const waiting = waiters.wait(id, LONG_MS, leaving);
    while (api.budget.waitingCount === 0) {
      await nextTurn();
    }
    const small = await f.acceptAndClaim();
    await f.finisher.finish(success(small, '{"a":1}'));
    const smallEnd = await waiters.wait(small.id, LONG_MS, new LightAbortController());
    expect(smallEnd?.answer?.body.toString()).toBe('{"a":1}');
    leaving.abort();
    expect(await waiting).toBeNull();
    expect(api.budget.waitingCount).toBe(0);
    occupied?.release();
    expect(api.budget.freeBytes).toBe(total);
  });

  it('is read by its id as well, under the same budget', async () => {
    const id = await storedLarge();
    const total = f.budget.freeBytes;
    const outcome = await f.reader.get(f.tenant, id);
    expect(outcome?.answer?.body.toString()).toBe(LARGE);
    expect(f.budget.freeBytes).toBeLessThan(total);
    outcome?.answer?.hold?.done();
    expect(f.budget.freeBytes).toBe(total);
    expect((await f.reader.getRecord(f.tenant, id))?.record.status).toBe('completed');
    expect(f.budget.freeBytes).toBe(total);
  });
});
