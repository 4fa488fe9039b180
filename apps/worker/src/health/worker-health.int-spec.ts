import { createPool, type Pool } from '@reqrun/platform/database';
import { oldestDueAgeMs } from '@reqrun/requests';
import { RequestsFixture } from '@reqrun/requests/testing';

import { WorkerHealth } from './worker-health.js';

/** Name of the due-work query on the wire. */
const LOOK = 'requests-oldest-due';

describe('whether a worker is alive', () => {
  let f: RequestsFixture;
  /** A pool of one connection, so that queries are answered in order. */
  let pool: Pool;
  beforeEach(async () => {
    f = await RequestsFixture.open();
    pool = createPool({
      connectionString: f.connectionString,
      max: 1,
      applicationName: 'worker-health',
    });
    const id = await f.accept();
    await f.change(id, `due_at = now() - interval '1 minute'`);
  });
  afterEach(async () => {
    await pool.end();
    await f.close();
  });

  const ready = { connected: true };
  const idle = { count: 0 };
  /** Health of a worker that has claimed nothing since 1970, unless given otherwise. */
  const healthOn = (its: Pool, freeSlots = 1, lastClaimAt = 0): WorkerHealth =>
    new WorkerHealth(its, { freeSlots, lastClaimAt }, idle, ready);
  const judged = async (health: WorkerHealth): Promise<boolean> => {
    expect(health.live()).toBe(true);
    await oldestDueAgeMs(pool);
    return health.live();
  };

  it('is no while due work lies about that it could claim and does not', async () => {
    expect(await judged(healthOn(pool))).toBe(false);
  });

  it('is yes where it claims, or has no slot free', async () => {
    expect(await judged(healthOn(pool, 1, Date.now()))).toBe(true);
    expect(await judged(healthOn(pool, 0))).toBe(true);
  });

  it('is said at once while the database is silent, and is yes', async () => {
    const { pool: behind, proxy } = await f.processBehindProxy('worker');
    const health = healthOn(behind);
    const look = proxy.breakNext(LOOK, 'stall-answer');
    expect(health.live()).toBe(true);
    await look.happened;
    expect(health.live()).toBe(true);
    look.release();
  });
});
