import { RequestsFixture, success } from '../testing/index.js';
import { OutageWatch } from './outage-watch.js';

/** Leases that expire while they can't be renewed: owners come first, then the reaper. */
let f: RequestsFixture;

const MINUTE = 60_000;

beforeEach(async () => {
  f = await RequestsFixture.open();
});
afterEach(() => f.close());

/** A watch that has seen the database at these times, in ms before now. */
async function watchThatSaw(...msAgo: number[]): Promise<OutageWatch> {
  const watch = new OutageWatch({ gapMs: 10 * MINUTE, graceMs: 30 * MINUTE });
  const [row] = await f.sql<{ now: Date }>('SELECT now()');
  msAgo.forEach((ms) => watch.seen(new Date(row!.now.getTime() - ms)));
  return watch;
}

/** Times at which the database was seen without an outage, in ms before now. */
const CALM = [40, 30, 20, 10, 5].map((minutes) => minutes * MINUTE);

describe('an expired lease', () => {
  it('is taken back when the database was there all the time', async () => {
    const { id } = await f.acceptAndClaim();
    await f.endLease(id);
    const { recovered } = await f.recovery.reapExpiredLeases(await watchThatSaw(...CALM));
    expect(recovered).toMatchObject([{ id, status: 'retrying' }]);
  });

  it.each([
    ['by who has not seen the database yet', []],
    ['soon after the database was seen first', [20 * MINUTE, 15 * MINUTE, 5 * MINUTE]],
    [
      'by a statement that was sent before an outage and is run after it',
      [...CALM, 4 * MINUTE].map((ms) => ms + 11 * MINUTE),
    ],
    ['soon after an outage', [...CALM.map((ms) => ms + 20 * MINUTE), 5 * MINUTE]],
  ])('is left alone %s, and its owner renews it and finishes', async (_when, seen) => {
    const claim = await f.acceptAndClaim({ policy: { onLost: 'fail' } });
    await f.endLease(claim.id);
    const watch = await watchThatSaw(...seen);
    for (let round = 0; round < 3; round += 1) {
      expect(await f.recovery.reapExpiredLeases(watch)).toEqual({
        recovered: [],
        mayHaveMore: false,
      });
    }
    expect(await f.recovery.renewLeases(f.workerId, MINUTE)).toMatchObject([{ id: claim.id }]);
    expect((await f.recovery.reapExpiredLeases()).recovered).toEqual([]);
    expect(await f.finisher.finish(success(claim))).toMatchObject({ status: 'completed' });
  });
});

describe('renewing', () => {
  it('waits for no row that somebody else has locked', async () => {
    const locked = await f.acceptAndClaim();
    const free = await f.acceptAndClaim();
    await f.endLease(locked.id);
    await f.endLease(free.id);
    const client = await f.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM requests WHERE id = $1 FOR UPDATE', [locked.id]);
      const owned = await f.recovery.renewLeases(f.workerId, MINUTE);
      expect(owned.map(({ id }) => id).sort()).toEqual([locked.id, free.id].sort());
      expect((await f.recovery.reapExpiredLeases()).recovered).toEqual([]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    const [row] = await f.sql<{ renewed: boolean }>(
      'SELECT lease_expires_at > now() AS renewed FROM requests WHERE id = $1',
      [free.id],
    );
    expect(row).toEqual({ renewed: true });
  });
});
