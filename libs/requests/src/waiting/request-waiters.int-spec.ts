import { setMaxListeners } from 'node:events';

import type { Signal, SignalBus } from '@reqrun/platform/signals';

import { cancelRequest } from '../lifecycle/control.js';
import { failure, RequestsFixture, retryIn, success } from '../testing/index.js';
import { RequestWaiters } from './request-waiters.js';

const NEVER_MS = 1_000_000_000;
const OFTEN_MS = 5;
const LONG_MS = 60_000;

let f: RequestsFixture;
let stop: AbortController;

/** A bus within the process whose signals a test can withhold. */
class LocalBus implements SignalBus {
  readonly connected = true;
  private handlers: ((ids: readonly string[]) => void)[] = [];

  publish(_signal: Signal, ids: readonly string[] = []): void {
    this.handlers.forEach((handler) => handler(ids));
  }
  subscribe(_signal: Signal, handler: (ids: readonly string[]) => void): void {
    this.handlers.push(handler);
  }
  start(): Promise<void> {
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
  stop = new AbortController();
  setMaxListeners(0, stop.signal);
});
afterEach(() => {
  stop.abort();
});

function waitersThatLookEvery(pollMs: number): { bus: LocalBus; waiters: RequestWaiters } {
  const bus = new LocalBus();
  return { bus, waiters: new RequestWaiters(f.pool, f.answers, f.recovery, bus, pollMs) };
}

describe('who waits', () => {
  it('is woken by a signal, with the answer', async () => {
    const { bus, waiters } = waitersThatLookEvery(250);
    const claim = await f.acceptAndClaim();
    const waiting = waiters.wait(claim.id, LONG_MS, stop.signal);
    await f.finisher.finish(success(claim, '{"a":1}'));
    bus.publish('finished', [claim.id]);
    const outcome = await waiting;
    expect(outcome?.record.status).toBe('completed');
    expect(outcome?.answer?.body.toString()).toBe('{"a":1}');
    expect(waiters.count).toBe(0);
  });

  it('is told by the look when the signal was lost', async () => {
    const { waiters } = waitersThatLookEvery(OFTEN_MS);
    const claim = await f.acceptAndClaim();
    const waiting = waiters.wait(claim.id, LONG_MS, stop.signal);
    await f.finisher.finish(failure(claim));
    expect((await waiting)?.record).toMatchObject({ status: 'failed', attempts: 1 });
  });

  it('is told of a request that had ended before the wait began', async () => {
    const { waiters } = waitersThatLookEvery(OFTEN_MS);
    const id = await f.accept();
    await cancelRequest(f.pool, f.tenant, id);
    expect((await waiters.wait(id, LONG_MS, stop.signal))?.record.status).toBe('canceled');
  });

  it('is not woken by a signal about a request that goes on', async () => {
    const { bus, waiters } = waitersThatLookEvery(250);
    const claim = await f.acceptAndClaim();
    const waiting = waiters.wait(claim.id, LONG_MS, stop.signal);
    await f.finisher.finish(retryIn(claim, 0));
    bus.publish('finished', [claim.id]);
    await f.finisher.finish(success(await f.claimOne(claim.id)));
    bus.publish('finished', [claim.id]);
    expect((await waiting)?.record).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('is not bothered by signals about others', async () => {
    const { bus, waiters } = waitersThatLookEvery(250);
    const [mine, other] = [await f.acceptAndClaim(), await f.acceptAndClaim()];
    const waiting = waiters.wait(mine.id, LONG_MS, stop.signal);
    await f.finisher.finish(success(other));
    bus.publish('finished', [other.id]);
    expect(waiters.count).toBe(1);
    await f.finisher.finish(success(mine));
    bus.publish('finished', [mine.id]);
    expect((await waiting)?.record.id).toContain(mine.id.replaceAll('-', ''));
  });

  it('with many others on one request gets the same answer from one look', async () => {
    const { bus, waiters } = waitersThatLookEvery(250);
    const claim = await f.acceptAndClaim();
    const waiting = Array.from({ length: 200 }, () => waiters.wait(claim.id, LONG_MS, stop.signal));
    expect(waiters.count).toBe(200);
    await f.finisher.finish(success(claim));
    bus.publish('finished', [claim.id]);
    const outcomes = await Promise.all(waiting);
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]?.record.status).toBe('completed');
    expect(waiters.count).toBe(0);
  });

  it('on many requests is told of each', async () => {
    const { waiters } = waitersThatLookEvery(OFTEN_MS);
    await Promise.all(Array.from({ length: 300 }, () => f.accept()));
    const claims = await f.claim(300);
    const waiting = claims.map(({ id }) => waiters.wait(id, LONG_MS, stop.signal));
    await Promise.all(claims.map((claim) => f.finisher.finish(success(claim, claim.id))));
    const answers = (await Promise.all(waiting)).map((outcome) => outcome?.answer?.body.toString());
    expect(answers).toEqual(claims.map(({ id }) => id));
  });

  it('for a request past its deadline ends it, with no worker alive', async () => {
    const { waiters } = waitersThatLookEvery(OFTEN_MS);
    const id = await f.accept();
    await f.passDeadline(id);
    expect((await waiters.wait(id, LONG_MS, stop.signal))?.record).toMatchObject({
      status: 'failed',
      error: { code: 'deadline_exceeded' },
    });
  });

  it('goes on waiting while the database is away, and is told when it is back', async () => {
    const api = await f.processBehindProxy('waiting-api');
    const waiters = new RequestWaiters(
      api.pool,
      api.answers,
      api.recovery,
      new LocalBus(),
      OFTEN_MS,
    );
    const claim = await f.acceptAndClaim();
    const waiting = waiters.wait(claim.id, LONG_MS, stop.signal);
    await api.proxy.refuse();
    await f.finisher.finish(success(claim));
    api.proxy.allow();
    expect((await waiting)?.record.status).toBe('completed');
  });
});

describe('a wait ends early', () => {
  it('when its limit is up, and the request runs on', async () => {
    const { waiters } = waitersThatLookEvery(250);
    const id = await f.accept();
    expect(await waiters.wait(id, 1, stop.signal)).toBeNull();
    expect(waiters.count).toBe(0);
    expect((await f.row(id)).status).toBe('queued');
  });

  it('when the client goes away, and others on the request wait on', async () => {
    const { bus, waiters } = waitersThatLookEvery(250);
    const claim = await f.acceptAndClaim();
    const leaving = new AbortController();
    const gone = waiters.wait(claim.id, NEVER_MS, leaving.signal);
    const staying = waiters.wait(claim.id, LONG_MS, stop.signal);
    leaving.abort();
    expect(await gone).toBeNull();
    expect(waiters.count).toBe(1);
    await f.finisher.finish(success(claim));
    bus.publish('finished', [claim.id]);
    expect((await staying)?.record.status).toBe('completed');
  });

  it('at once when the client is gone already or no time is given', async () => {
    const { waiters } = waitersThatLookEvery(250);
    const id = await f.accept();
    expect(await waiters.wait(id, LONG_MS, AbortSignal.abort())).toBeNull();
    expect(await waiters.wait(id, 0, stop.signal)).toBeNull();
    expect(waiters.count).toBe(0);
  });
});
