import { randomUUID } from 'node:crypto';

import type { RequestStatus } from '@reqrun/contracts';
import { decideAfterLoss } from '@reqrun/retry-policy';

import {
  type AttemptRow,
  failure,
  LEASE_MS,
  type RequestRow,
  RequestsFixture,
  fallbackTo,
  retryIn,
  success,
} from '../testing/index.js';
import type { Claim } from './claim.js';
import { cancelRequest, retryRequest } from './control.js';

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

/** A request in a state, with its latest claim, or a made-up one if it has none. */
interface Subject {
  id: string;
  claim: Claim;
}

/** Brings a request into a state by ordinary transitions. */
async function inState(status: RequestStatus): Promise<Subject> {
  if (status === 'queued') {
    const claim = await f.acceptAndClaim();
    await f.sql('DELETE FROM attempts');
    await f.change(
      claim.id,
      `status = 'queued', attempts = 0, fence = 0, call_number = 0, lease_owner = NULL,
       lease_expires_at = NULL, started_at = NULL, due_at = now()`,
    );
    return { id: claim.id, claim };
  }
  const claim = await f.acceptAndClaim();
  if (status === 'canceled') {
    await cancelRequest(f.pool, f.tenant, claim.id);
  } else if (status !== 'processing') {
    const end = { completed: success, failed: failure, retrying: (c: Claim) => retryIn(c, 60_000) };
    await f.finisher.finish(end[status](claim));
  }
  return { id: claim.id, claim };
}

/** Asymmetric matchers are typed as any. */
const aDate = expect.any(Date) as Date;
const aRow = (row: Partial<AttemptRow>) => expect.objectContaining(row) as AttemptRow;

type Change = Partial<Record<keyof RequestRow, unknown>>;

interface Transition {
  /** Prepares the request for the transition, as far as its state allows. */
  ripen?: (subject: Subject) => Promise<void>;
  run: (subject: Subject) => Promise<unknown>;
  /** Resulting status, by the statuses that the transition applies to. */
  on: Partial<Record<RequestStatus, RequestStatus>>;
  /** Changes of the row. */
  row: (before: RequestRow) => Change;
  /** Changes of the attempt that was running. */
  attempt?: Partial<AttemptRow>;
  /** Whether an attempt is added. */
  addsAttempt?: boolean;
}

const OPEN = ['queued', 'retrying', 'processing'] as const;
const allOpenTo = (to: RequestStatus) => Object.fromEntries(OPEN.map((from) => [from, to]));

const FREE = { lease_owner: null, lease_expires_at: null };
/** Facts about the call of an attempt that has ended. */
const CALLED = { provider: 'openai' };
const ended = (error: string | null): Change => ({
  completed_at: aDate,
  error_code: error,
});

const TRANSITIONS: Record<string, Transition> = {
  claim: {
    ripen: ({ id }) => f.change(id, 'due_at = now()'),
    run: () => f.claim(),
    on: { queued: 'processing', retrying: 'processing' },
    row: (before) => ({
      attempts: before.attempts + 1,
      call_number: before.attempts + 1,
      lease_owner: f.workerId,
      lease_expires_at: aDate,
      started_at: aDate,
    }),
    addsAttempt: true,
  },
  'finish: completed': {
    run: ({ claim }) => f.finisher.finish(success(claim)),
    on: { processing: 'completed' },
    row: () => ({ ...FREE, ...ended(null), ...CALLED, usage: { total_tokens: 3 } }),
    attempt: { outcome: 'succeeded', decision: 'succeed', http_status: 200, delay_ms: null },
  },
  'finish: failed': {
    run: ({ claim }) => f.finisher.finish(failure(claim)),
    on: { processing: 'failed' },
    row: () => ({
      ...FREE,
      ...ended('unsupported_value'),
      ...CALLED,
      error_http_status: 400,
      last_error_code: 'unsupported_value',
    }),
    attempt: {
      outcome: 'failed',
      decision: 'fail',
      error_code: 'unsupported_value',
      delay_ms: null,
    },
  },
  'finish: retrying': {
    run: ({ claim }) => f.finisher.finish(retryIn(claim, 1_000)),
    on: { processing: 'retrying' },
    row: (before) => ({
      ...FREE,
      ...CALLED,
      due_at: aDate,
      retries_used: before.retries_used + 1,
      last_error_code: 'openai_http_500',
    }),
    attempt: { outcome: 'failed', decision: 'retry', delay_ms: 1_000 },
  },
  'finish: fallback': {
    run: ({ claim }) => f.finisher.finish(fallbackTo(claim, 'another', 1)),
    on: { processing: 'retrying' },
    row: () => ({
      ...FREE,
      due_at: aDate,
      retries_used: 0,
      plan_at: 1,
      model: 'another',
      last_error_code: 'openai_http_503',
    }),
    attempt: { outcome: 'failed', decision: 'fallback', delay_ms: 0 },
  },
  'finish: after the deadline': {
    ripen: ({ id }) => f.passDeadline(id),
    run: ({ claim }) => f.finisher.finish(success(claim)),
    on: { processing: 'failed' },
    row: () => ({ ...FREE, ...ended('deadline_exceeded'), ...CALLED }),
    attempt: { outcome: 'succeeded', decision: 'fail', decision_reason: 'deadline_exceeded' },
  },
  release: {
    run: ({ claim }) => f.recovery.release([{ ...claim, called: true }]),
    on: { processing: 'retrying' },
    row: () => ({ ...FREE, due_at: aDate, repeats_call: true }),
    attempt: { outcome: 'released', decision: 'retry', delay_ms: 0 },
  },
  'reap: the lease ended': {
    ripen: ({ id }) => f.change(id, `lease_expires_at = lease_expires_at - interval '1 day'`),
    run: () => f.recovery.reapExpiredLeases(),
    on: { processing: 'retrying' },
    row: () => ({
      ...FREE,
      due_at: aDate,
      repeats_call: true,
      losses: 1,
      last_error_code: 'worker_lost',
    }),
    attempt: { outcome: 'lost', decision: 'retry', error_code: 'worker_lost' },
  },
  'reap: the lease stands': {
    run: () => f.recovery.reapExpiredLeases(),
    on: {},
    row: () => ({}),
  },
  'expire: past the deadline': {
    ripen: ({ id }) => f.passDeadline(id),
    run: () => f.recovery.expireOverdue(),
    on: allOpenTo('failed'),
    row: () => ({ ...FREE, ...ended('deadline_exceeded') }),
    attempt: { outcome: 'failed', decision: 'fail', error_code: 'deadline_exceeded' },
  },
  'expire: before the deadline': {
    ripen: ({ id }) => f.change(id, 'due_at = now()'),
    run: () => f.recovery.expireOverdue(),
    on: {},
    row: () => ({}),
  },
  'expire if overdue: past the deadline': {
    ripen: ({ id }) => f.change(id, `deadline_at = now()`),
    run: ({ id }) => f.recovery.expireIfOverdue([id]),
    on: allOpenTo('failed'),
    row: () => ({ ...FREE, ...ended('deadline_exceeded') }),
    attempt: { outcome: 'failed', decision: 'fail', error_code: 'deadline_exceeded' },
  },
  'expire if overdue: before the deadline': {
    run: ({ id }) => f.recovery.expireIfOverdue([id]),
    on: {},
    row: () => ({}),
  },
  cancel: {
    run: ({ id }) => cancelRequest(f.pool, f.tenant, id),
    on: allOpenTo('canceled'),
    row: () => ({ ...FREE, ...ended('canceled') }),
    attempt: { outcome: 'canceled', decision: 'cancel', error_code: 'canceled' },
  },
  retry: {
    run: ({ id }) => retryRequest(f.pool, f.tenant, id),
    on: { failed: 'queued', canceled: 'queued' },
    row: (before) => ({
      round: before.round + 1,
      due_at: aDate,
      deadline_at: aDate,
      completed_at: null,
      error_code: null,
      error_http_status: null,
    }),
  },
};

const STATES: RequestStatus[] = [
  'queued',
  'processing',
  'retrying',
  'completed',
  'failed',
  'canceled',
];

const PAIRS = Object.entries(TRANSITIONS).flatMap(([name, transition]) =>
  STATES.map((from) => ({ name, transition, from, to: transition.on[from] ?? 'unchanged' })),
);

describe('every transition on every state', () => {
  it.each(PAIRS)('$from: $name → $to', async ({ transition, from, to }) => {
    const subject = await inState(from);
    await transition.ripen?.(subject);
    const [before, attempts] = [await f.row(subject.id), await f.attemptRows(subject.id)];
    expect(before.status).toBe(from);
    await transition.run(subject);
    const [after, attemptsAfter] = [await f.row(subject.id), await f.attemptRows(subject.id)];

    if (to === 'unchanged') {
      expect(after).toEqual(before);
      expect(attemptsAfter).toEqual(attempts);
      return;
    }
    expect(after).toEqual({
      ...before,
      ...transition.row(before),
      status: to,
      fence: before.fence + 1,
      updated_at: aDate,
    });
    const running = attempts.at(-1)?.outcome === 'running';
    const expected = attempts.map((attempt, n) =>
      running && n === attempts.length - 1
        ? aRow({ ...transition.attempt, ended_at: aDate })
        : attempt,
    );
    if (transition.addsAttempt) {
      expected.push(aRow({ number: after.attempts, outcome: 'running', ended_at: null }));
    }
    expect(attemptsAfter).toEqual(expected);
  });

  it.each(STATES)(
    '%s: a heartbeat renews the lease of what is processing, and nothing else',
    async (from) => {
      const { id, claim } = await inState(from);
      const before = await f.row(id);
      const owned = await f.recovery.renewLeases(f.workerId, LEASE_MS * 2);
      const after = await f.row(id);
      expect(owned).toEqual(from === 'processing' ? [{ id, fence: claim.fence, attempt: 1 }] : []);
      expect(after).toEqual({
        ...before,
        lease_expires_at: from === 'processing' ? aDate : null,
      });
      expect(await f.recovery.renewLeases(randomUUID(), LEASE_MS)).toEqual([]);
      expect((await f.row(id)).lease_expires_at).toEqual(after.lease_expires_at);
    },
  );
});

describe('a new round', () => {
  it('has fresh counts and a new deadline; the result is gone; attempts go on counting', async () => {
    const first = await f.acceptAndClaim();
    await f.finisher.finish(retryIn(first, 0));
    const lost = await f.claimOne(first.id);
    await f.endLease(lost.id);
    await f.recovery.reapExpiredLeases();
    await f.finisher.finish(failure(await f.claimOne(first.id)));
    expect(await f.count('results')).toBe(1);
    await f.change(first.id, `deadline_at = now() - interval '1 day'`);

    expect(await retryRequest(f.pool, f.tenant, first.id)).toBe(true);
    expect(await f.row(first.id)).toMatchObject({
      status: 'queued',
      round: 2,
      retries_used: 0,
      losses: 0,
      attempts: 3,
      repeats_call: false,
      completed_at: null,
      error_code: null,
    });
    const [{ left }] = (await f.sql<{ left: number }>(
      'SELECT extract(epoch FROM deadline_at - now())::int AS left FROM requests',
    )) as [{ left: number }];
    expect(left).toBeGreaterThan(3_500);
    expect(await f.count('results')).toBe(0);
    expect((await f.reader.get(f.tenant, first.id))?.answer).toBeNull();

    const claim = await f.claimOne(first.id);
    expect(claim).toMatchObject({ attempt: 4, callNumber: 4, round: 2, retriesUsed: 0 });
    await f.finisher.finish(success(claim));
    expect((await f.attemptRows(first.id)).map(({ number, round }) => [number, round])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 2],
    ]);
  });

  it('is opened once, however many ask for it', async () => {
    const { id } = await inState('failed');
    const asked = await Promise.all(
      Array.from({ length: 10 }, () => retryRequest(f.pool, f.tenant, id)),
    );
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect((await f.row(id)).round).toBe(2);
  });

  it('keeps out an answer of the round before', async () => {
    const { id, claim } = await inState('canceled');
    await retryRequest(f.pool, f.tenant, id);
    const again = await f.claimOne(id);
    expect(await f.finisher.finish(success(claim))).toEqual({ kind: 'fenced' });
    expect(await f.row(id)).toMatchObject({ status: 'processing', fence: again.fence });
  });

  it('is not opened when the payload is gone', async () => {
    const { id } = await inState('failed');
    const before = await f.row(id);
    await f.sql('DELETE FROM payloads');
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(false);
    expect(await f.row(id)).toEqual(before);
  });

  it('is not opened when retention is just deleting the payload', async () => {
    const { id } = await inState('failed');
    const retention = await f.pool.connect();
    await retention.query('BEGIN');
    await retention.query('UPDATE requests SET content_deleted_at = now() WHERE id = $1', [id]);
    await retention.query('DELETE FROM payloads WHERE request_id = $1', [id]);
    const asking = f.process('asking');
    const asked = retryRequest(asking.pool, f.tenant, id);
    await f.blocked('asking');
    await retention.query('COMMIT');
    retention.release();
    expect(await asked).toBe(false);
    expect((await f.row(id)).status).toBe('failed');
  });
});

describe('two transitions at once', () => {
  it.each(['finish first', 'cancel first'])(
    'finish and cancel (%s): one of them wins',
    async (order) => {
      const claim = await f.acceptAndClaim();
      const run = [
        () => f.finisher.finish(success(claim)),
        () => cancelRequest(f.pool, f.tenant, claim.id),
      ] as const;
      const [finished, canceled] =
        order === 'finish first'
          ? await Promise.all([run[0](), run[1]()])
          : (await Promise.all([run[1](), run[0]()])).reverse();
      const { status } = await f.row(claim.id);
      if (canceled === true) {
        expect([status, finished]).toEqual(['canceled', { kind: 'fenced' }]);
        expect(await f.count('results')).toBe(0);
      } else {
        expect([status, finished]).toMatchObject(['completed', { kind: 'committed' }]);
      }
    },
  );

  it('a finish that waits for a cancel finds itself fenced off', async () => {
    const claim = await f.acceptAndClaim();
    const other = await f.pool.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE requests SET status = 'canceled', fence = fence + 1 WHERE id = $1`, [
      claim.id,
    ]);
    const worker = f.process('finishing');
    const finishing = worker.finisher.finish(success(claim));
    await f.blocked('finishing');
    await other.query('COMMIT');
    other.release();
    expect(await finishing).toEqual({ kind: 'fenced' });
    expect(await f.count('results')).toBe(0);
  });

  it('a finish that waits for a heartbeat commits', async () => {
    const claim = await f.acceptAndClaim();
    const other = await f.pool.connect();
    await other.query('BEGIN');
    await other.query('UPDATE requests SET lease_expires_at = now() WHERE id = $1', [claim.id]);
    const worker = f.process('finishing-2');
    const finishing = worker.finisher.finish(success(claim));
    await f.blocked('finishing-2');
    await other.query('COMMIT');
    other.release();
    expect(await finishing).toMatchObject({ kind: 'committed', status: 'completed' });
  });
});

describe('the deadline', () => {
  it('a claim never takes what is overdue', async () => {
    const id = await f.accept();
    await f.passDeadline(id);
    expect(await f.claim()).toEqual([]);
  });

  it('a wait never goes beyond it, however late the attempt was committed', async () => {
    const claim = await f.acceptAndClaim();
    // The delay was within the deadline at the decision, but not at the commit.
    await f.change(claim.id, `deadline_at = now() + interval '30 s'`);
    await f.finisher.finish(retryIn(claim, 60_000));
    const row = await f.row(claim.id);
    expect(row.due_at).toEqual(row.deadline_at);
  });

  it('a wait of weeks is kept in full', async () => {
    const days = 86_400_000;
    const claim = await f.acceptAndClaim({ policy: { deadlineMs: 30 * days } });
    await f.finisher.finish(retryIn(claim, 29 * days));
    const [row] = await f.sql<{ days: number }>(
      'SELECT (extract(epoch FROM due_at - updated_at) / 86400)::int AS days FROM requests',
    );
    expect(row).toEqual({ days: 29 });
  });

  it('in batches ends all that is overdue, waiting and running', async () => {
    const ids = await Promise.all(Array.from({ length: 450 }, () => f.accept()));
    await f.claim(225);
    await f.sql(`UPDATE requests SET deadline_at = now() - interval '1 s'`);
    const expired: string[] = [];
    for (let more = true; more;) {
      const { recovered, mayHaveMore } = await f.recovery.expireOverdue();
      expired.push(...recovered.map(({ id }) => id));
      more = mayHaveMore;
    }
    expect(expired.sort()).toEqual(ids.sort());
  });
});

describe('the number of a call', () => {
  it('is the attempt’s own, but that of the lost one after a loss or a release', async () => {
    const numbers: number[] = [];
    const next = async (id: string): Promise<Claim> => {
      const claim = await f.claimOne(id);
      numbers.push(claim.callNumber);
      return claim;
    };
    const id = await f.accept();
    await f.finisher.finish(retryIn(await next(id), 0));
    await f.finisher.finish(retryIn(await next(id), 0));
    await next(id);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    await f.recovery.release([{ ...(await next(id)), called: true }]);
    await f.finisher.finish(retryIn(await next(id), 0));
    await f.finisher.finish(failure(await next(id)));
    await retryRequest(f.pool, f.tenant, id);
    await next(id);
    expect(numbers).toEqual([1, 2, 3, 3, 3, 6, 7]);
    expect((await f.attemptRows(id)).map(({ call_number }) => call_number)).toEqual(numbers);
  });
});

describe('after a loss', () => {
  const CASES = (['retry', 'fail'] as const).flatMap((onLost) =>
    [0, 1, 2, 3, 4, 5, 6].flatMap((losses) =>
      [-60_000, 0, 60_000].map((msUntilDeadline) => ({ onLost, losses, msUntilDeadline })),
    ),
  );

  it('the database decides as decideAfterLoss does, in every case', async () => {
    const ids: string[] = [];
    for (const { onLost, losses, msUntilDeadline } of CASES) {
      const { id } = await f.acceptAndClaim({ policy: { onLost } });
      await f.change(
        id,
        `losses = ${losses}, deadline_at = now() + ${msUntilDeadline} * interval '1 ms',
         lease_expires_at = now() - interval '1 s'`,
      );
      ids.push(id);
    }
    const { recovered } = await f.recovery.reapExpiredLeases();
    const byId = new Map(recovered.map((row) => [row.id, row]));
    expect(ids.map((id) => byId.get(id)?.errorCode)).toEqual(
      CASES.map(({ onLost, losses, msUntilDeadline }) => {
        const step = decideAfterLoss({ onLost }, { losses: losses + 1, msUntilDeadline });
        return step.action === 'retry' ? null : step.reason;
      }),
    );
  });

  it('is taken back once, in batches, by however many workers', async () => {
    await Promise.all(Array.from({ length: 450 }, () => f.accept()));
    await f.claim(1000);
    await f.sql(`UPDATE requests SET lease_expires_at = now() - interval '1 s'`);
    const reap = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let more = true; more;) {
        const { recovered, mayHaveMore } = await f.recovery.reapExpiredLeases();
        ids.push(...recovered.map(({ id }) => id));
        more = mayHaveMore;
      }
      return ids;
    };
    const reaped = (await Promise.all([reap(), reap(), reap(), reap()])).flat();
    const rest = await reap();
    const ids = [...reaped, ...rest];
    expect(new Set(ids).size).toBe(450);
    expect(ids).toHaveLength(450);
    const [row] = await f.sql<{ max: number }>('SELECT max(losses)::int AS max FROM requests');
    expect(row?.max).toBe(1);
  });
});

describe('a release', () => {
  it.each([
    ['retry', true, null],
    ['retry', false, null],
    ['fail', true, 'outcome_unknown'],
    ['fail', false, null],
  ] as const)('on_lost %s, called %s: %s', async (onLost, called, errorCode) => {
    const claim = await f.acceptAndClaim({ policy: { onLost } });
    expect(await f.recovery.release([{ ...claim, called }])).toEqual([
      { id: claim.id, status: errorCode === null ? 'retrying' : 'failed', attempts: 1, errorCode },
    ]);
    expect(await f.row(claim.id)).toMatchObject({
      retries_used: 0,
      losses: 0,
      error_code: errorCode,
      completed_at: errorCode === null ? null : aDate,
    });
  });

  it('past the deadline fails as deadline_exceeded', async () => {
    const claim = await f.acceptAndClaim();
    await f.passDeadline(claim.id);
    expect(await f.recovery.release([{ ...claim, called: false }])).toMatchObject([
      { status: 'failed', errorCode: 'deadline_exceeded' },
    ]);
  });
});
