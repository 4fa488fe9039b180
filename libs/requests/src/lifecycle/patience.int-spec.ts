import { countWaitingOut } from '../metrics/record-counts.js';
import { retryIn, success, RequestsFixture } from '../testing/index.js';

const PATIENT = { untilDeadline: true } as const;

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

/** Fails an attempt with a status of the provider; null for no answer. */
async function failWith(id: string, httpStatus: number | null): Promise<void> {
  const end = retryIn(await f.claimOne(id), 60_000);
  await f.finisher.finish({ ...end, httpStatus });
}

describe('a request that is tried until its deadline', () => {
  it('knows at each claim how many of its failures time does not mend', async () => {
    const id = await f.accept({ policy: PATIENT });
    for (const status of [null, 503, 200, 429, 408, 409, 425, 400, 599]) {
      await failWith(id, status);
    }
    expect(await f.claimOne(id)).toMatchObject({ retriesUsed: 9, boundedFailures: 2 });
  });

  it('begins to count anew in each round', async () => {
    const id = await f.accept({ policy: PATIENT });
    await failWith(id, 200);
    await f.change(id, 'round = 2, retries_used = 0');
    await failWith(id, 503);
    expect(await f.claimOne(id)).toMatchObject({ retriesUsed: 1, boundedFailures: 0 });
  });

  it('says since when it fails, until it ends', async () => {
    const id = await f.accept({ policy: PATIENT });
    const record = () => f.reader.getRecord(f.tenant, id);
    expect((await record())?.record).toMatchObject({
      retry_until_deadline: true,
      failing_since: null,
    });
    await failWith(id, 503);
    const [first] = await f.sql<{ ended_at: Date }>('SELECT ended_at FROM attempts');
    await failWith(id, 503);
    expect((await record())?.record).toMatchObject({
      status: 'retrying',
      failing_since: first?.ended_at.toISOString(),
    });
    await f.finisher.finish(success(await f.claimOne(id)));
    expect((await record())?.record).toMatchObject({ status: 'completed', failing_since: null });
  });

  it('is told apart from one that its count ends', async () => {
    const [patient, counted] = [await f.accept({ policy: PATIENT }), await f.accept()];
    expect(await countWaitingOut(f.pool)).toBe(0);
    await failWith(patient, 503);
    await failWith(counted, 503);
    expect(await countWaitingOut(f.pool)).toBe(1);
    expect((await f.reader.getRecord(f.tenant, counted))?.record).toMatchObject({
      retry_until_deadline: false,
    });
  });
});

describe('a policy', () => {
  it('is claimed as the document that was accepted', async () => {
    const request = f.newRequest({ policy: { ...PATIENT, idleTimeoutMs: 7_000, onCodes: [] } });
    await f.acceptor.accept(request);
    expect((await f.claimOne(request.id)).policy).toEqual(request.policy);
  });

  it('of a row that the version before wrote is made of its columns', async () => {
    const request = f.newRequest({ policy: { count: 2, onCodes: [429, 500], onLost: 'fail' } });
    await f.acceptor.accept(request);
    await f.change(request.id, 'policy = NULL');
    const { policy } = await f.claimOne(request.id);
    expect(policy).toEqual({ ...request.policy, untilDeadline: undefined });
    expect((await f.reader.getRecord(f.tenant, request.id))?.record.retry_until_deadline).toBe(
      false,
    );
  });
});
