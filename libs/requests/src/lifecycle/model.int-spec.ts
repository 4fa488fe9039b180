import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { failure, retryIn, success } from '../testing/attempt-ends.js';
import { RequestsFixture } from '../testing/requests-fixture.js';
import type { Claim } from './claim.js';
import { cancelRequest, retryRequest } from './control.js';
import type { AttemptResult } from './finish.js';
import { checkInvariants, History, type Model } from '../testing/model-invariants.js';

const RUNS = 300;
const TIME_LIMIT_MS = 60_000;
const WORKERS = [randomUUID(), randomUUID()];
const KEYS = ['first key', 'second key'];
const MAX_LOSSES = 5;

type End = 'success' | 'retry' | 'failure';
const endOf: Readonly<Record<End, (claim: Claim) => AttemptResult>> = {
  success,
  failure,
  retry: (claim) => retryIn(claim, 0),
};
const STATUS_AFTER: Readonly<Record<End, string>> = {
  success: 'completed',
  failure: 'failed',
  retry: 'retrying',
};
const OPEN = ['queued', 'processing', 'retrying'];

/** The real system that the model is compared with. */
interface Real {
  readonly fixture: RequestsFixture;
  readonly history: History;
}

/** A step: it changes the model and the database, and checks that both agree. */
class Step implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly text: string,
    private readonly act: (model: Model, real: Real) => Promise<void>,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await checkInvariants(model, real.fixture, real.history);
  }

  toString(): string {
    return this.text;
  }
}

/** Returns the n-th item of a list that may be empty, cyclically. */
const nth = <T>(items: readonly T[], n: number): T | undefined => items[n % items.length];

const accepting = (key: number | null, body: string, onLost: 'retry' | 'fail', clients: number) =>
  new Step(`accept(${key}, ${body}, ${onLost}, ${clients} clients)`, async (model, { fixture }) => {
    const idempotencyKey = key === null ? null : (KEYS[key] ?? null);
    const known = model.requests.find((request) => request.key === idempotencyKey);
    const answers = await Promise.all(
      Array.from({ length: key === null ? 1 : clients }, () =>
        fixture.acceptor.accept(
          fixture.newRequest({
            idempotencyKey,
            fingerprint: idempotencyKey === null ? null : Buffer.from(body),
            policy: { onLost },
          }),
        ),
      ),
    );
    const first = answers.find(({ kind }) => kind === 'accepted');
    if (idempotencyKey !== null && known !== undefined) {
      const kind = known.body === body ? 'joined' : 'conflict';
      expect(answers.map((answer) => answer.kind)).toEqual(answers.map(() => kind));
      return;
    }
    expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    const id = first?.kind === 'accepted' ? first.request.id : '';
    const ids = answers.map((answer) => ('request' in answer ? answer.request.id : answer.kind));
    expect(ids).toEqual(answers.map(() => id));
    model.requests.push({ id, key: idempotencyKey, body, onLost, status: 'queued', losses: 0 });
  });

/** All workers claim at once: due requests are shared out, none of them twice. */
const claiming = (limit: number) =>
  new Step(`claim(${limit} each)`, async (model, { fixture }) => {
    const due = model.requests.filter(({ status }) => status === 'queued' || status === 'retrying');
    const claims = (
      await Promise.all(WORKERS.map((worker) => fixture.claim(limit, worker)))
    ).flatMap((list, n) => list.map((claim) => ({ claim, worker: WORKERS[n] ?? '' })));
    const ids = claims.map(({ claim }) => claim.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { claim, worker } of claims) {
      const request = due.find(({ id }) => id === claim.id);
      expect(request).toBeDefined();
      if (request !== undefined) {
        request.status = 'processing';
        model.claims.push({ claim, worker, live: true, ended: null });
      }
    }
  });

/** Any claim that was ever made is finished, also one that was lost long ago, also twice. */
const finishing = (n: number, end: End, times: number) =>
  new Step(`finish(${n}, ${end}, ${times} times)`, async (model, { fixture }) => {
    const held = nth(model.claims, n);
    if (held === undefined) {
      return;
    }
    const outcomes = await Promise.all(
      Array.from({ length: times }, () => fixture.finisher.finish(endOf[end](held.claim))),
    );
    const wins = held.live || held.ended === end;
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      outcomes.map(() => (wins ? 'committed' : 'fenced')),
    );
    if (held.live) {
      held.live = false;
      held.ended = end;
      model.of(held.claim.id).status = STATUS_AFTER[end];
    }
  });

/** The lease of a running request expires, and the reaper takes it back. */
const reaping = (n: number) =>
  new Step(`reap(${n})`, async (model, { fixture }) => {
    const held = nth(model.live, n);
    if (held !== undefined) {
      await fixture.endLease(held.claim.id);
    }
    const { recovered } = await fixture.recovery.reapExpiredLeases();
    expect(recovered.map(({ id }) => id)).toEqual(held === undefined ? [] : [held.claim.id]);
    if (held !== undefined) {
      const request = model.of(held.claim.id);
      held.live = false;
      request.losses += 1;
      request.status =
        request.onLost === 'fail' || request.losses >= MAX_LOSSES ? 'failed' : 'retrying';
    }
  });

const releasing = (n: number, called: boolean) =>
  new Step(`release(${n}, ${called ? 'called' : 'not called'})`, async (model, { fixture }) => {
    const held = nth(model.claims, n);
    if (held === undefined) {
      return;
    }
    const { id, fence } = held.claim;
    const released = await fixture.recovery.release([{ id, fence, called }]);
    expect(released).toHaveLength(held.live ? 1 : 0);
    if (held.live) {
      const request = model.of(id);
      held.live = false;
      request.status = called && request.onLost === 'fail' ? 'failed' : 'retrying';
    }
  });

const renewing = (n: number) =>
  new Step(`renew(worker ${n})`, async (model, { fixture }) => {
    const worker = WORKERS[n] ?? '';
    const owned = await fixture.recovery.renewLeases(worker, 60_000);
    const expected = model.live.filter((held) => held.worker === worker);
    expect(owned.map(({ id, fence }) => `${id} ${fence}`).sort()).toEqual(
      expected.map(({ claim }) => `${claim.id} ${claim.fence}`).sort(),
    );
  });

const controlling = (what: 'cancel' | 'retry', n: number) =>
  new Step(`${what}(${n})`, async (model, { fixture }) => {
    const request = nth(model.requests, n);
    if (request === undefined) {
      return;
    }
    const run = what === 'cancel' ? cancelRequest : retryRequest;
    const done = await run(fixture.pool, fixture.tenant, request.id);
    const open = OPEN.includes(request.status);
    expect(done).toBe(what === 'cancel' ? open : !open && request.status !== 'completed');
    if (done) {
      model.lose(request.id);
      request.status = what === 'cancel' ? 'canceled' : 'queued';
      request.losses = what === 'cancel' ? request.losses : 0;
    }
  });

const passingDeadline = (n: number) =>
  new Step(`deadline(${n})`, async (model, { fixture }) => {
    const request = nth(
      model.requests.filter(({ status }) => OPEN.includes(status)),
      n,
    );
    if (request === undefined) {
      return;
    }
    await fixture.passDeadline(request.id);
    const { recovered } = await fixture.recovery.expireOverdue();
    expect(recovered.map(({ id }) => id)).toEqual([request.id]);
    model.lose(request.id);
    request.status = 'failed';
  });

/** The owner's answer, a cancel and a reaper at the same time: exactly one of them ends the attempt. */
const racing = (n: number, end: End) =>
  new Step(`race(${n}, ${end})`, async (model, { fixture }) => {
    const held = nth(model.live, n);
    if (held === undefined) {
      return;
    }
    const { id } = held.claim;
    await fixture.endLease(id);
    const [finish, canceled, reaped] = await Promise.all([
      fixture.finisher.finish(endOf[end](held.claim)),
      cancelRequest(fixture.pool, fixture.tenant, id),
      fixture.recovery.reapExpiredLeases(),
    ]);
    const request = model.of(id);
    const finished = finish.kind === 'committed';
    const lost = reaped.recovered.length > 0;
    expect(finished && lost).toBe(false);
    held.live = false;
    held.ended = finished ? end : null;
    request.losses += lost ? 1 : 0;
    // A cancel may also find a request that the others have left open.
    const left = finished ? STATUS_AFTER[end] : request.onLost === 'fail' ? 'failed' : 'retrying';
    request.status = canceled ? 'canceled' : lost && request.losses >= MAX_LOSSES ? 'failed' : left;
    expect(finished || lost || canceled).toBe(true);
  });

const end = fc.constantFrom<End>('success', 'retry', 'failure');
const place = fc.nat(11);
const steps: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  fc
    .tuple(
      fc.option(fc.nat(KEYS.length - 1)),
      fc.constantFrom('a', 'a', 'b'),
      fc.constantFrom<'retry' | 'fail'>('retry', 'retry', 'fail'),
      fc.integer({ min: 1, max: 4 }),
    )
    .map((args) => accepting(...args)),
  fc.constantFrom(1, 2, 100).map(claiming),
  fc.tuple(place, end, fc.constantFrom(1, 1, 2)).map((args) => finishing(...args)),
  fc.tuple(place, end).map((args) => racing(...args)),
  place.map(reaping),
  fc.tuple(place, fc.boolean()).map((args) => releasing(...args)),
  fc.nat(1).map(renewing),
  fc
    .tuple(fc.constantFrom<'cancel' | 'retry'>('cancel', 'retry'), place)
    .map((args) => controlling(...args)),
  place.map(passingDeadline),
];

describe('the life of requests, by random steps of several processes', () => {
  let fixture: RequestsFixture;
  beforeAll(async () => {
    fixture = await RequestsFixture.open();
  });
  afterAll(() => fixture.close());

  it(
    'has one owner, one end per round, attempts without gaps, and lets no late write through',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(steps, { maxCommands: 30 }), async (commands) => {
          await fixture.clear();
          await fc.asyncModelRun(
            () => ({ model: newModel(), real: { fixture, history: new History() } }),
            commands,
          );
        }),
        { numRuns: RUNS },
      );
    },
    TIME_LIMIT_MS,
  );
});

function newModel(): Model {
  return {
    requests: [],
    claims: [],
    get live() {
      return this.claims.filter(({ live }) => live);
    },
    of(id) {
      const request = this.requests.find((one) => one.id === id);
      if (request === undefined) {
        throw new Error('The model does not know this request.');
      }
      return request;
    },
    lose(id) {
      for (const held of this.claims) {
        held.live &&= held.claim.id !== id;
      }
    },
  };
}
