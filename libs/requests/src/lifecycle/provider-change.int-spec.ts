import { randomUUID } from 'node:crypto';

import { BulkRetries, retryPortion } from '../maintenance/bulk-retry.js';
import { failure, RequestsFixture } from '../testing/index.js';
import { retryForUsers, retryRequest, type Tenant } from './control.js';

let f: RequestsFixture;
let bulk: BulkRetries;

beforeAll(async () => {
  f = await RequestsFixture.open();
  bulk = new BulkRetries(f.pool);
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at)
     VALUES ($1, $2, 'https://one.example/v1', now())`,
    [randomUUID(), f.projectId],
  );
});
beforeEach(async () => {
  await f.clear();
  await f.sql('DELETE FROM bulk_retries');
  await f.sql('UPDATE provider_credentials SET origin_changed_at = NULL');
});
afterAll(async () => {
  await f.close();
});

/** Moves the project's provider to another server, from now on. */
const moveProvider = () => f.sql('UPDATE provider_credentials SET origin_changed_at = now()');

async function failedRequest(mode: 'live' | 'test' = 'live'): Promise<string> {
  const claim = await f.acceptAndClaim({ mode });
  await f.finisher.finish(failure(claim));
  return claim.id;
}

async function statuses(): Promise<Record<string, string>> {
  const rows = await f.sql<{ id: string; status: string }>('SELECT id, status FROM requests');
  return Object.fromEntries(rows.map(({ id, status }) => [id, status]));
}

async function work(id: string): Promise<void> {
  while ((await retryPortion(f.pool, id)) !== null) {
    // Each call is one portion.
  }
}

describe('a request whose project has another provider than when it was accepted', () => {
  it('is not run again for people until somebody agrees', async () => {
    const id = await failedRequest();
    await moveProvider();
    const before = await f.row(id);
    expect(await retryForUsers(f.pool, f.tenant, id, false)).toBe('provider_changed');
    expect(await f.row(id)).toEqual(before);
    expect(await retryForUsers(f.pool, f.tenant, id, true)).toBe('opened');
    expect(await f.row(id)).toMatchObject({ status: 'queued', round: 2 });
    expect(await retryForUsers(f.pool, f.tenant, id, false)).toBe('refused');
  });

  it('is run again for its application, which could send the same anew', async () => {
    const id = await failedRequest();
    await moveProvider();
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
  });

  it('is run again when it was accepted after the change, or goes to the simulator', async () => {
    const tested = await failedRequest('test');
    await moveProvider();
    const later = await failedRequest();
    const tenant: Tenant = { projectId: f.projectId, mode: 'test' };
    expect(await retryForUsers(f.pool, tenant, tested, false)).toBe('opened');
    expect(await retryForUsers(f.pool, f.tenant, later, false)).toBe('opened');
  });

  it('is skipped by a bulk retry that nobody has agreed to', async () => {
    const [early, tested] = [await failedRequest(), await failedRequest('test')];
    expect(await bulk.goElsewhere(f.projectId, {})).toBe(false);
    await moveProvider();
    const late = await failedRequest();
    expect(await bulk.goElsewhere(f.projectId, {})).toBe(true);
    expect(await bulk.goElsewhere(f.projectId, { mode: 'test' })).toBe(false);
    expect(await bulk.goElsewhere(f.projectId, { model: 'another' })).toBe(false);
    const { id } = await bulk.order(f.projectId, {}, 3);
    await work(id);
    expect(await bulk.find(f.projectId, id)).toMatchObject({ retried: 2, skipped: 1 });
    expect(await statuses()).toEqual({ [early]: 'failed', [tested]: 'queued', [late]: 'queued' });
  });

  it('is run again by a bulk retry that was agreed to, for the provider of that time alone', async () => {
    const first = await failedRequest();
    await moveProvider();
    const agreed = await bulk.order(f.projectId, {}, 1, true);
    await work(agreed.id);
    expect(await statuses()).toEqual({ [first]: 'queued' });

    await f.clear();
    const second = await failedRequest();
    await moveProvider();
    const { id } = await bulk.order(f.projectId, {}, 1, true);
    await moveProvider();
    await work(id);
    expect(await statuses()).toEqual({ [second]: 'failed' });
  });
});
