import { createHash, randomUUID } from 'node:crypto';

import { DirectFixture } from '../testing/direct-fixture.js';
import {
  acceptedId,
  failure,
  type Process,
  type RequestFields,
  type RequestsFixture,
  requestUuid,
  retryIn,
  success,
} from '../testing/index.js';
import { retryRequest } from './control.js';

/** Requests of projects that bound what is open, accepted by several processes. */
let d: DirectFixture;
let f: RequestsFixture;
let others: Process[];

beforeAll(async () => {
  d = await DirectFixture.open();
  f = d.requests;
  others = [1, 2, 3].map((number) => f.process(`api-${number}`));
});
afterAll(() => d.close());
beforeEach(() => d.setUp());
afterEach(() => d.tearDown());

/** Outcomes of as many acceptances by each of four processes, all at once. */
async function acceptByAll(each: number, fields: RequestFields): Promise<Record<string, number>> {
  const outcomes = await Promise.all(
    [f, ...others].flatMap(({ acceptor }) =>
      Array.from({ length: each }, () => acceptor.accept(f.newRequest(fields))),
    ),
  );
  return outcomes.reduce<Record<string, number>>(
    (sums, { kind }) => ({ ...sums, [kind]: (sums[kind] ?? 0) + 1 }),
    {},
  );
}

const kindOf = async (fields: RequestFields, process: Process = f): Promise<string> =>
  (await process.acceptor.accept(f.newRequest(fields))).kind;

/** Lets the next acceptance count again, however long the last count took. */
const countAgain = (): Promise<unknown> => f.sql(`UPDATE open_rooms SET next_count_at = now()`);

/** Whether there is room once the time between two counts has passed. */
async function kindLater(fields: RequestFields): Promise<string> {
  await countAgain();
  return kindOf(fields);
}

async function completeSome(count: number): Promise<void> {
  for (const claim of await f.claim(count)) {
    await f.finisher.finish(success(claim));
  }
}

describe('the bound of open requests', () => {
  it('is never exceeded by processes that accept at the same time, and is used up', async () => {
    expect(await acceptByAll(40, { maxOpen: 25 })).toEqual({ accepted: 25, full: 135 });
    expect(await f.count('requests')).toBe(25);
    expect(await f.count('payloads')).toBe(25);
  });

  it('counts what waits, runs and is tried again, and not what has ended', async () => {
    await acceptByAll(1, { maxOpen: 4 });
    const [again, completed, failed] = await f.claim(3);
    await f.finisher.finish(retryIn(again!, 60_000));
    expect(await kindLater({ maxOpen: 4 })).toBe('full');
    await f.finisher.finish(success(completed!));
    await f.finisher.finish(failure(failed!));
    await countAgain();
    expect(await acceptByAll(2, { maxOpen: 4 })).toEqual({ accepted: 2, full: 6 });
  });

  it('is another one for each project and mode, and none for projects without it', async () => {
    const other = await f.addProject(randomUUID());
    await f.accept({ maxOpen: 1 });
    expect(await kindLater({ maxOpen: 1 })).toBe('full');
    expect(await kindOf({ maxOpen: 1, mode: 'test' })).toBe('accepted');
    expect(await kindOf({ maxOpen: 1, projectId: other })).toBe('accepted');
    expect(await kindOf({})).toBe('accepted');
  });

  it('follows a change at once, up and down', async () => {
    await acceptByAll(1, { maxOpen: 4 });
    expect(await kindOf({ maxOpen: 6 })).toBe('accepted');
    expect(await kindLater({ maxOpen: 3 })).toBe('full');
    expect(await kindOf({ maxOpen: 6 })).toBe('accepted');
    expect(await kindLater({ maxOpen: 6 })).toBe('full');
  });

  it('costs no count while there is room from the last one', async () => {
    await acceptByAll(5, { maxOpen: 1_000 });
    await completeSome(20);
    const [row] = await f.sql<{ room: number }>('SELECT room FROM open_rooms');
    // A count would have found more.
    expect(row?.room).toBe(980);
  });

  it('does not keep a project from counting at once when its room is used up', async () => {
    for (let round = 0; round < 30; round += 1) {
      await f.accept({ maxOpen: 20 });
      await completeSome(1);
    }
    expect(await f.count('requests')).toBe(30);
  });

  it('holds with the idempotency keys, SDK retries and large bodies of the ordinary way', async () => {
    const body = Buffer.alloc(2 * 1024 * 1024, ' ');
    expect(await kindOf({ maxOpen: 1, body })).toBe('accepted');
    expect(await kindLater({ maxOpen: 1, body })).toBe('full');
    expect(await kindLater({ maxOpen: 1, idempotencyKey: 'new' })).toBe('full');
  });
});

describe('a project that is full', () => {
  it('lets a call with a known idempotency key join, and tells a wrong one', async () => {
    const fields = { maxOpen: 1, idempotencyKey: 'k' };
    const id = await f.accept(fields);
    await countAgain();
    const joined = await f.acceptor.accept(f.newRequest(fields));
    expect(joined).toMatchObject({ kind: 'joined', request: { id } });
    expect(await kindOf({ ...fields, fingerprint: Buffer.from('another') })).toBe('conflict');
  });

  it('loses no room to calls that join', async () => {
    const fields = { maxOpen: 10, idempotencyKey: 'k' };
    expect(await acceptByAll(5, fields)).toEqual({ accepted: 1, joined: 19 });
    expect(await acceptByAll(5, { maxOpen: 10 })).toEqual({ accepted: 9, full: 11 });
  });

  it('accepts a request once whose commit was in doubt, and is sent again', async () => {
    const request = f.newRequest({ maxOpen: 1 });
    expect((await f.acceptor.accept({ ...request })).kind).toBe('accepted');
    expect(await f.acceptor.accept({ ...request })).toMatchObject({
      ...{ kind: 'accepted', request: { id: request.id } },
    });
    expect(await kindLater({ maxOpen: 1 })).toBe('full');
  });

  it('runs failed requests again: a retry is not refused, and is counted from then on', async () => {
    const claim = await f.acceptAndClaim({ maxOpen: 1 });
    await f.finisher.finish(failure(claim));
    expect(await kindLater({ maxOpen: 1 })).toBe('accepted');
    await retryRequest(f.pool, f.tenant, claim.id);
    await completeSome(1);
    expect(await kindLater({ maxOpen: 1 })).toBe('full');
  });

  it('gives answers out of the cache, and refuses to wait for one', async () => {
    const key = createHash('sha256').update('a').digest();
    const cached = {
      ...{ maxOpen: 1, cache: { key, ttlS: 300 } },
      policy: { cache: { type: 'exact_match', ttl: 300 } as const },
    };
    const id = acceptedId(await f.acceptor.accept(f.newRequest(cached)));
    await countAgain();
    expect(await kindOf(cached)).toBe('full');
    await f.finisher.finish({ ...success(await f.claimOne(id)), isCacheable: true });
    await countAgain();
    await f.accept({ maxOpen: 1 });
    await countAgain();
    expect(await f.acceptor.accept(f.newRequest(cached))).toMatchObject({
      ...{ kind: 'accepted', request: { status: 'completed' } },
    });
  });
});

describe('direct dispatch', () => {
  it('holds the bound too, beside what an API accepts itself', async () => {
    const worker = await d.startWorker();
    const api = await d.startApi();
    const wished = Array.from({ length: 20 }, () => f.newRequest({ maxOpen: 12 }));
    const [direct, own] = await Promise.all([
      Promise.all(wished.map((request) => api.start(request))),
      acceptByAll(5, { maxOpen: 12 }),
    ]);
    const started = direct.filter(({ kind }) => kind === 'accepted').length;
    expect(started + (own['accepted'] ?? 0)).toBe(12);
    expect(worker.claims).toHaveLength(started);
    expect(worker.room.free).toBe(1_000);
    expect(await f.count('requests')).toBe(12);
  });

  it('joins what is there, also in a project that is full', async () => {
    await d.startWorker();
    const api = await d.startApi();
    const fields = { maxOpen: 1, idempotencyKey: requestUuid() };
    const id = await api.startOne(fields);
    await countAgain();
    expect(await api.start(f.newRequest(fields))).toMatchObject({
      kind: 'joined',
      request: { id },
    });
    expect((await api.start(f.newRequest({ maxOpen: 1 }))).kind).toBe('full');
  });
});
