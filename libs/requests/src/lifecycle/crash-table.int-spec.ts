import { randomUUID } from 'node:crypto';

import { DatabaseError } from '@reqrun/platform/database';

import {
  acceptedId,
  failure,
  LEASE_MS,
  RequestsFixture,
  requestUuid,
  retryIn,
  success,
} from '../testing/index.js';
import { AcceptanceUnknownError } from './accept.js';
import { claimDue } from './claim.js';

/**
 * The rows of the crash table in docs/architecture.md that statements decide. Those that need a whole worker
 * are tested in apps/worker.
 */
let f: RequestsFixture;

// An accept whose commit is in doubt is sent again for some seconds.

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

const UNAVAILABLE = { name: 'DatabaseError', kind: 'unavailable' } satisfies Partial<DatabaseError>;

describe('API dies', () => {
  it('API dies before the commit: nothing is accepted nor said to be, and the same key is accepted later, once', async () => {
    const api = await f.processBehindProxy('dying-api');
    const request = f.newRequest({ idempotencyKey: 'key' });
    const goOn = await f.holdUp('payloads', request.id);
    const refused = expect(api.acceptor.accept(request)).rejects.toBeInstanceOf(
      AcceptanceUnknownError,
    );

    // The API is in the middle of its transaction: the record is written, the payload is not.
    const [backend] = await f.blocked('dying-api');
    void api.proxy.refuse();
    await f.sql('SELECT pg_terminate_backend($1, 10000)', [backend]);
    await goOn();
    expect(await f.count('requests')).toBe(0);
    expect(await f.count('payloads')).toBe(0);

    const again = f.newRequest({ idempotencyKey: 'key' });
    expect(await f.acceptor.accept(again)).toMatchObject({ kind: 'accepted' });
    await refused;
    expect(await f.count('requests')).toBe(1);
  });

  it('API dies after the commit, before the notification: a worker that looks claims it, and the same key joins it', async () => {
    const api = await f.processBehindProxy('dying-api');
    const fault = api.proxy.breakNext('requests-accept', 'cut-answer');
    const request = f.newRequest({ idempotencyKey: 'key' });
    const dying = api.acceptor.accept(request).catch(() => null);
    await fault.happened;
    void api.proxy.refuse();

    expect((await f.claim()).map(({ id }) => id)).toEqual([request.id]);
    const again = await f.acceptor.accept(f.newRequest({ idempotencyKey: 'key' }));
    expect(again).toMatchObject({
      kind: 'joined',
      request: { id: request.id, status: 'processing' },
    });
    expect(await f.count('requests')).toBe(1);
    // The API that died answers nothing, or that the commit is in doubt; never that it was not accepted.
    await dying;
  });
});

describe('worker dies', () => {
  it('worker dies before its claim commits: nothing happened, another worker claims', async () => {
    const id = await f.accept();
    const before = await f.row(id);
    const worker = f.process('dying-worker');
    const goOn = await f.holdUp('attempts', id);
    const dying = expect(claimDue(worker.pool, randomUUID(), 10, LEASE_MS)).rejects.toMatchObject(
      UNAVAILABLE,
    );
    const [backend] = await f.blocked('dying-worker');
    // Waits until the backend has ended: it holds its locks until then, even after its client has gone.
    await f.sql('SELECT pg_terminate_backend($1, 10000)', [backend]);
    await dying;
    await goOn();

    expect(await f.row(id)).toEqual(before);
    expect(await f.attemptRows(id)).toEqual([]);
    expect(await f.claim()).toMatchObject([{ id, attempt: 1, callNumber: 1 }]);
  });

  it('worker dies with the provider call in flight: the attempt ends as lost and another follows at once, under the same call number', async () => {
    const { id } = await f.acceptAndClaim();
    expect(await f.recovery.reapExpiredLeases()).toEqual({ recovered: [], mayHaveMore: false });

    await f.endLease(id);
    expect(await f.recovery.reapExpiredLeases()).toEqual({
      recovered: [{ id, status: 'retrying', attempts: 1, errorCode: null }],
      mayHaveMore: false,
    });
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'lost', error_code: 'worker_lost', decision: 'retry', decision_reason: 'lost' },
    ]);
    const [again] = await f.claim(1, randomUUID());
    expect(again).toMatchObject({ id, attempt: 2, callNumber: 1, retriesUsed: 0 });
    expect(await f.finisher.finish(success(again!))).toMatchObject({ status: 'completed' });
  });

  it('worker dies with the provider call in flight: with on_lost fail the request is outcome_unknown and never called again', async () => {
    const { id } = await f.acceptAndClaim({ policy: { onLost: 'fail' } });
    await f.endLease(id);
    expect((await f.recovery.reapExpiredLeases()).recovered).toEqual([
      { id, status: 'failed', attempts: 1, errorCode: 'outcome_unknown' },
    ]);
    await f.change(id, 'due_at = now()');
    expect(await f.claim()).toEqual([]);
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'lost', decision: 'fail', decision_reason: 'outcome_unknown' },
    ]);
  });

  it('worker dies after the answer, before the commit: as with the call in flight, and the answer is nowhere', async () => {
    const worker = await f.processBehindProxy('dying-worker');
    const claim = await f.acceptAndClaim();
    const fault = worker.proxy.breakNext('requests-finish', 'cut-request');
    await expect(worker.finisher.finish(success(claim))).rejects.toMatchObject(UNAVAILABLE);
    await fault.happened;
    expect(await f.count('results')).toBe(0);

    await f.endLease(claim.id);
    await f.recovery.reapExpiredLeases();
    const [again] = await f.claim(1, randomUUID());
    expect(again).toMatchObject({ id: claim.id, attempt: 2, callNumber: 1 });
    await f.finisher.finish(success(again!, '{"from":"the second"}'));
    const outcome = await f.reader.get(f.tenant, claim.id);
    expect(outcome?.answer?.body.toString()).toBe('{"from":"the second"}');
    expect((await f.attemptRows(claim.id)).map(({ outcome }) => outcome)).toEqual([
      'lost',
      'succeeded',
    ]);
  });

  it('worker is paused past its lease and comes back: its commit is fenced off, whatever the new owner has done', async () => {
    const paused = await f.acceptAndClaim();
    await f.endLease(paused.id);
    await f.recovery.reapExpiredLeases();
    expect(await f.finisher.finish(success(paused))).toEqual({ kind: 'fenced' });

    const owner = await f.claimOne(paused.id, randomUUID());
    const running = await f.row(paused.id);
    expect(await f.finisher.finish(success(paused))).toEqual({ kind: 'fenced' });
    expect(await f.recovery.release([{ ...paused, called: true }])).toEqual([]);
    expect(await f.row(paused.id)).toEqual(running);

    await f.finisher.finish(failure(owner));
    const ended = await f.row(paused.id);
    expect(await f.finisher.finish(success(paused))).toEqual({ kind: 'fenced' });
    expect(await f.row(paused.id)).toEqual(ended);
  });

  it('worker is paused past its lease and comes back: in one group with the new owner only the owner commits', async () => {
    const paused = await f.acceptAndClaim();
    await f.endLease(paused.id);
    await f.recovery.reapExpiredLeases();
    const owner = await f.claimOne(paused.id);
    expect(
      await Promise.all([
        f.finisher.finish(success(paused, '{"from":"the paused"}')),
        f.finisher.finish(success(owner, '{"from":"the owner"}')),
      ]),
    ).toMatchObject([{ kind: 'fenced' }, { kind: 'committed', status: 'completed' }]);
    const outcome = await f.reader.get(f.tenant, paused.id);
    expect(outcome?.answer?.body.toString()).toBe('{"from":"the owner"}');
    expect((await f.attemptRows(paused.id)).map(({ outcome }) => outcome)).toEqual([
      'lost',
      'succeeded',
    ]);
  });

  it('worker dies after the commit, before the delayed job or the signal: the row is due when it is due', async () => {
    const worker = await f.processBehindProxy('dying-worker');
    const claim = await f.acceptAndClaim();
    const fault = worker.proxy.breakNext('requests-finish', 'cut-answer');
    await expect(worker.finisher.finish(retryIn(claim, 60_000))).rejects.toMatchObject(UNAVAILABLE);
    await fault.happened;

    expect(await f.claim()).toEqual([]);
    await f.change(claim.id, `due_at = due_at - interval '60 s'`);
    expect(await f.claim()).toMatchObject([{ id: claim.id, attempt: 2, callNumber: 2 }]);
  });
});

describe('the database', () => {
  it('PostgreSQL unreachable: accepting fails as unavailable, and nothing was accepted', async () => {
    const api = await f.processBehindProxy('cut-off');
    await api.cutOff();
    await expect(api.acceptor.accept(f.newRequest())).rejects.toMatchObject(UNAVAILABLE);
    api.proxy.allow();
    expect(await f.count('requests')).toBe(0);
    expect(await api.acceptor.accept(f.newRequest())).toMatchObject({ kind: 'accepted' });
  });

  it('PostgreSQL unreachable: a finish is committed by sending it again, as long as its fence stands', async () => {
    const worker = await f.processBehindProxy('cut-off');
    const claim = await f.acceptAndClaim();
    void worker.proxy.refuse();
    await expect(worker.finisher.finish(success(claim))).rejects.toMatchObject(UNAVAILABLE);
    worker.proxy.allow();
    expect(await worker.finisher.finish(success(claim))).toMatchObject({ kind: 'committed' });
  });

  it('a claim commits but its answer is lost: the next beat lists it, and it is put back at once, uncounted', async () => {
    const id = await f.accept({ policy: { onLost: 'fail' } });
    const worker = await f.processBehindProxy('unlucky-worker');
    const fault = worker.proxy.breakNext('requests-claim', 'cut-answer');
    await expect(claimDue(worker.pool, f.workerId, 10, LEASE_MS)).rejects.toMatchObject(
      UNAVAILABLE,
    );
    await fault.happened;

    const owned = await f.recovery.renewLeases(f.workerId, LEASE_MS);
    expect(owned).toMatchObject([{ id, attempt: 1 }]);
    expect(await f.recovery.release(owned.map((row) => ({ ...row, called: false })))).toMatchObject(
      [{ id, status: 'retrying', errorCode: null }],
    );
    expect(await f.row(id)).toMatchObject({ retries_used: 0, losses: 0 });
    expect(await f.attemptRows(id)).toMatchObject([{ outcome: 'released' }]);
    expect(await f.claim()).toMatchObject([{ id, attempt: 2, callNumber: 1, retriesUsed: 0 }]);
  });
});

describe('SIGTERM', () => {
  it('SIGTERM: what is put back is due at once and uncounted, and its late answer is fenced off', async () => {
    const claim = await f.acceptAndClaim();
    const released = await f.recovery.release([{ ...claim, called: true }]);
    expect(released).toMatchObject([{ id: claim.id, status: 'retrying', errorCode: null }]);
    expect(await f.row(claim.id)).toMatchObject({ retries_used: 0, losses: 0, lease_owner: null });
    expect(await f.finisher.finish(success(claim))).toEqual({ kind: 'fenced' });
    expect(await f.claim()).toMatchObject([{ id: claim.id, attempt: 2, callNumber: 1 }]);
  });

  it('SIGTERM: what was called and must not be called twice fails as outcome_unknown', async () => {
    const claim = await f.acceptAndClaim({ policy: { onLost: 'fail' } });
    expect(await f.recovery.release([{ ...claim, called: true }])).toMatchObject([
      { status: 'failed', errorCode: 'outcome_unknown' },
    ]);
  });
});

describe('two workers on one request, clock skew, poison payload, oversize payload', () => {
  it('two workers on one request: each is claimed once, however many claim at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => f.accept()));
    const workers = Array.from({ length: 6 }, (_, n) => f.process(`worker-${n}`));
    const claims = await Promise.all(
      workers.flatMap((worker) => [
        f.claim(7, randomUUID(), worker.pool),
        f.claim(7, randomUUID(), worker.pool),
      ]),
    );
    const rest = await f.claim(100);
    const claimed = [...claims.flat(), ...rest].map(({ id }) => id);
    expect(claimed.sort()).toEqual(ids.sort());
    expect(await f.count('attempts')).toBe(60);
  });

  it.each([-1, 1])(
    'clock skew: a process whose clock is %i day off accepts, claims, renews and finishes by the database’s',
    async (days) => {
      const id = requestUuid();
      const skewed = Date.now() + days * 86_400_000;
      const { now } = Date;
      Date.now = () => skewed;
      try {
        await f.accept({ id });
        const [claim] = await f.claim();
        expect(claim?.id).toBe(id);
        expect(claim?.msUntilDeadline).toBeGreaterThan(3_500_000);
        expect(claim?.claimLagMs).toBeLessThan(60_000);
        await f.recovery.renewLeases(f.workerId, LEASE_MS);
        expect((await f.recovery.reapExpiredLeases()).recovered).toEqual([]);
        expect((await f.recovery.expireOverdue()).recovered).toEqual([]);
        expect(await f.finisher.finish(retryIn(claim!, 60_000))).toMatchObject({
          status: 'retrying',
        });
      } finally {
        Date.now = now;
      }
      const [row] = await f.sql<{ created: boolean; due: boolean }>(
        `SELECT created_at BETWEEN now() - interval '1 min' AND now() AS created,
                due_at BETWEEN now() AND now() + interval '1 min' AS due FROM requests`,
      );
      expect(row).toEqual({ created: true, due: true });
    },
  );

  it('poison payload: a request that five workers died of is failed: worker_lost, and claimed no more', async () => {
    const id = await f.accept();
    for (let loss = 1; loss <= 5; loss += 1) {
      await f.claimOne(id, randomUUID());
      await f.endLease(id);
      await f.recovery.reapExpiredLeases();
      expect((await f.row(id)).losses).toBe(loss);
      expect((await f.row(id)).status).toBe(loss < 5 ? 'retrying' : 'failed');
    }
    expect(await f.row(id)).toMatchObject({ error_code: 'worker_lost', error_http_status: null });
    expect((await f.attemptRows(id)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('lost'));
    await f.change(id, 'due_at = now()');
    expect(await f.claim()).toEqual([]);
  });

  it('oversize payload: a process that holds more bytes than it should says so before it takes them', async () => {
    const api = await f.processBehindProxy('full-api');
    const stall = api.proxy.breakNext('requests-accept', 'stall-answer');
    const first = api.acceptor.accept(f.newRequest({ body: Buffer.alloc(2048) }));
    await stall.happened;
    expect(api.acceptor.isFull(1024)).toBe(false);
    expect(api.acceptor.isFull(1024 * 1024 * 1024)).toBe(true);
    stall.release();
    acceptedId(await first);
    // A body alone is accepted, whatever its size: the limit on one body is separate.
    expect(api.acceptor.isFull(1024 * 1024 * 1024)).toBe(false);
  });
});
