import { failure, LEASE_MS, RequestsFixture, retryIn, success } from '../testing/index.js';
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

interface Entry {
  request_id: string;
  project_id: string;
  mode: string;
  round: number;
  status: string;
}

const entries = (): Promise<Entry[]> =>
  f.sql<Entry>(
    'SELECT request_id, project_id, mode, round, status FROM request_outbox ORDER BY id',
  );

/** A running request whose end is to be delivered. */
async function announcedClaim(): Promise<Claim> {
  const { policy } = f.newRequest();
  return f.acceptAndClaim({ policy: { ...policy, outbox: true } });
}

const PAST = `deadline_at = now() - interval '1 s'`;

describe('the end of a request whose policy asks for it is in the outbox, by the statement that ends it', () => {
  it.each<[string, string, (claim: Claim) => Promise<unknown>]>([
    ['completed', 'completed', (claim) => f.finisher.finish(success(claim))],
    ['failed', 'failed', (claim) => f.finisher.finish(failure(claim))],
    ['canceled', 'canceled', (claim) => cancelRequest(f.pool, f.tenant, claim.id)],
    [
      'past its deadline at the end of its attempt',
      'failed',
      async (claim) => {
        await f.change(claim.id, PAST);
        await f.finisher.finish(success(claim));
      },
    ],
    [
      'past its deadline while it waits or runs',
      'failed',
      async (claim) => {
        await f.change(claim.id, PAST);
        await f.recovery.expireOverdue();
      },
    ],
    [
      'past its deadline when somebody looks',
      'failed',
      async (claim) => {
        await f.change(claim.id, PAST);
        await f.recovery.expireIfOverdue([claim.id]);
      },
    ],
    [
      'given back although it must not be called twice',
      'failed',
      async (claim) => {
        await f.change(claim.id, `on_lost = 'fail'`);
        await f.recovery.release([{ id: claim.id, fence: claim.fence, called: true }]);
      },
    ],
    [
      'lost with its worker although it must not be called twice',
      'failed',
      async (claim) => {
        await f.change(
          claim.id,
          `on_lost = 'fail', lease_expires_at = now() - interval '${LEASE_MS} ms'`,
        );
        await f.recovery.reapExpiredLeases();
      },
    ],
  ])('%s', async (_name, status, end) => {
    const claim = await announcedClaim();
    await end(claim);
    const { id, projectId, mode } = claim;
    expect(await entries()).toEqual([
      { request_id: id, project_id: projectId, mode, round: 1, status },
    ]);
  });

  it('once for each round', async () => {
    const claim = await announcedClaim();
    await f.finisher.finish(failure(claim));
    await retryRequest(f.pool, f.tenant, claim.id);
    await cancelRequest(f.pool, f.tenant, claim.id);
    expect((await entries()).map(({ round, status }) => [round, status])).toEqual([
      [1, 'failed'],
      [2, 'canceled'],
    ]);
  });

  it('not while it goes on', async () => {
    const claim = await announcedClaim();
    await f.finisher.finish(retryIn(claim, 60_000));
    expect(await entries()).toEqual([]);
  });

  it('not by a worker that has lost it', async () => {
    const claim = await announcedClaim();
    await f.finisher.finish(success(claim));
    await f.finisher.finish(failure({ ...claim, attempt: claim.attempt }));
    expect(await entries()).toHaveLength(1);
  });
});

it('the end of any other request is not in the outbox', async () => {
  const claim = await f.acceptAndClaim();
  await f.finisher.finish(success(claim));
  expect(await entries()).toEqual([]);
});
