import { randomUUID } from 'node:crypto';

import { LEASE_MS, RequestsFixture } from '../testing/requests-fixture.js';
import { claimDue } from './claim.js';
import { cancelRequest } from './control.js';

let f: RequestsFixture;
beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(() => f.close());

/** Starts a claim that has locked its row, and commits only when the test lets it. */
async function claimHeldUp(id: string): Promise<{ goOn: () => Promise<void> }> {
  const worker = f.process('claiming');
  const release = await f.holdUp('attempts', id);
  const claiming = claimDue(worker.pool, randomUUID(), 1, LEASE_MS);
  await f.blocked('claiming');
  return {
    async goOn() {
      await release();
      expect(await claiming).toHaveLength(1);
    },
  };
}

describe('a statement that waits for a claim to commit', () => {
  it('ends the attempt that the claim began too, when it cancels', async () => {
    const id = await f.accept();
    const claim = await claimHeldUp(id);
    const other = f.process('canceling');
    const canceling = cancelRequest(other.pool, f.tenant, id);
    await f.blocked('canceling');
    await claim.goOn();

    expect(await canceling).toBe(true);
    expect(await f.row(id)).toMatchObject({ status: 'canceled', attempts: 1 });
    expect(await f.attemptRows(id)).toMatchObject([{ outcome: 'canceled' }]);
  });

  it('leaves no attempt running, when it finds the deadline passed', async () => {
    const id = await f.accept({ policy: { deadlineMs: 1_500 } });
    const claim = await claimHeldUp(id);
    // The claim began before the deadline and commits after it.
    await f.sql(
      'SELECT pg_sleep(extract(epoch FROM deadline_at - now()) + 0.01) FROM requests WHERE id = $1',
      [id],
    );
    const other = f.process('expiring');
    const expiring = other.recovery.expireIfOverdue([id]);
    await f.blocked('expiring');
    await claim.goOn();

    await expiring;
    await f.recovery.expireIfOverdue([id]);
    expect(await f.row(id)).toMatchObject({ status: 'failed', error_code: 'deadline_exceeded' });
    expect(await f.attemptRows(id)).toMatchObject([{ outcome: 'failed' }]);
  });
});
