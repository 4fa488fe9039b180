import { PeopleFixture } from '../testing/people-fixture.js';

let at: PeopleFixture;

beforeEach(async () => {
  at = await PeopleFixture.open();
});
afterEach(() => at.close());

const ADDRESS = '192.0.2.1';

/** Makes attempts that fail, one after the other; a wait that it meets is over at once. */
async function fail(count: number, account: string, network = ADDRESS): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await at.owner.query(`UPDATE sign_in_throttles SET blocked_until = now() - interval '1 s'`);
    await at.throttle.begin(account, network);
  }
}

const refusal = (account: string, network = ADDRESS): Promise<number | null> =>
  at.throttle.begin(account, network).then(
    () => null,
    (error: unknown) =>
      (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds,
  );

describe('slowing down', () => {
  it('begins behind five failures of an account, and grows to a minute', async () => {
    await fail(5, 'ada');
    // The sixth is let through still, and brings the first wait.
    expect(await refusal('ada')).toBeNull();
    const { rows } = await at.owner.query(
      `SELECT extract(epoch FROM max(blocked_until - last_failure_at))::int AS seconds
       FROM sign_in_throttles`,
    );
    expect(rows).toEqual([{ seconds: 2 }]);
    await fail(10, 'ada');
    const wait = await refusal('ada', '192.0.2.9');
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(60);
  });

  it('does not touch another account, until the address has used up its own', async () => {
    await fail(12, 'ada');
    expect(await refusal('ada')).not.toBeNull();
    expect(await refusal('eve')).toBeNull();
    for (let n = 0; n < 20; n += 1) {
      await fail(1, `account ${n}`);
    }
    expect(await refusal('somebody')).not.toBeNull();
    expect(await refusal('somebody', '192.0.2.2')).toBeNull();
  });

  it('counts a thousand attempts of one moment one by one', async () => {
    await fail(12, 'ada');
    await at.owner.query(`UPDATE sign_in_throttles SET blocked_until = now() - interval '1 s'`);
    const all = await Promise.all(Array.from({ length: 30 }, () => refusal('ada')));
    expect(all.filter((wait) => wait === null)).toHaveLength(1);
  });

  it('forgets an account’s failures when it gets in, and keeps those of the address', async () => {
    await fail(4, 'ada');
    await (await at.throttle.begin('ada', ADDRESS)).succeed();
    const { rows } = await at.owner.query('SELECT failures FROM sign_in_throttles');
    expect(rows).toEqual([{ failures: 4 }]);
  });

  it('leaves no trace of an attempt that is taken back, and no wait that it brought', async () => {
    await fail(5, 'ada');
    await (await at.throttle.begin('ada', ADDRESS)).takeBack();
    await (await at.throttle.begin('ada', ADDRESS)).takeBack();
    expect(await refusal('ada')).toBeNull();
  });

  it('does not shorten a wait that a later failure brought, when an earlier one is taken back', async () => {
    await fail(4, 'ada');
    const early = await at.throttle.begin('ada', ADDRESS);
    await at.throttle.begin('ada', ADDRESS);
    await early.takeBack();
    const { rows } = await at.owner.query(
      'SELECT failures, blocked_until > last_failure_at AS blocked FROM sign_in_throttles',
    );
    expect(rows).toContainEqual({ failures: 5, blocked: true });
  });

  it('begins anew after an hour without a failure', async () => {
    await fail(9, 'ada');
    await at.owner.query(
      `UPDATE sign_in_throttles SET last_failure_at = now() - interval '61 minutes', blocked_until = now() - interval '1 s'`,
    );
    for (let n = 0; n < 5; n += 1) {
      expect(await refusal('ada')).toBeNull();
    }
  });

  it('keeps no name of an account and no address', async () => {
    await fail(1, 'ada@example.com');
    const { rows } = await at.owner.query('SELECT t::text AS row FROM sign_in_throttles t');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/ada|192\.0/);
  });
});
