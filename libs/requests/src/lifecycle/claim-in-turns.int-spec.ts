import { randomUUID } from 'node:crypto';

import { CLAIM_AT_PLACES, FIND_PLACES } from '../sql/transitions/index.js';
import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import { type Claim, claimAtPlaces, findPlaces, type Place } from './claim.js';

/** Looks for the places where requests wait, and claims at places. */
let f: RequestsFixture;

beforeEach(async () => {
  f = await RequestsFixture.open();
});
afterEach(() => f.close());

const look = async (): Promise<Place[]> => (await findPlaces(f.pool, null)).places;

/** Claims a share of each of the places. */
const claimAt = (places: readonly Place[], share: number, limit = 1_000): Promise<Claim[]> =>
  claimAtPlaces(
    ...([f.pool, f.workerId, limit, LEASE_MS] as const),
    places.map((place) => ({ place, share })),
  );

/** Multiplies what waits: a backlog that no test could accept one by one. */
async function multiply(by: number, apiKey = 'api_key_id'): Promise<void> {
  await f.sql(
    `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
       retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
       deadline_at, created_at, updated_at)
     SELECT gen_random_uuid(), project_id, ${apiKey}, mode, endpoint, status, model, requested_model,
       retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
       deadline_at, created_at, updated_at FROM requests, generate_series(1, $1)`,
    [by],
  );
  await f.sql('VACUUM ANALYZE requests');
}

describe('a look for places', () => {
  it('finds each project, mode, key, model and provider with something due, and nothing else', async () => {
    const other = await f.addProject(randomUUID());
    const plan = [{ name: 'a/m', model: 'gpt-4o-mini', provider: 'a', providerId: randomUUID() }];
    await f.accept();
    await f.accept();
    await f.accept({ mode: 'test' });
    await f.accept({ apiKeyId: randomUUID() });
    await f.accept({ model: 'another' });
    await f.accept({ policy: { plan } });
    await f.accept({ projectId: other });
    const later = await f.accept({ projectId: other, model: 'later' });
    await f.change(later, `due_at = now() + interval '1 h'`);
    await f.claimOne(await f.accept({ model: 'taken' }));
    const places = await look();
    expect(places).toHaveLength(6);
    expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(6);
    const claims = await claimAt(places, 1);
    expect(claims).toHaveLength(6);
    expect(new Set(claims.map(({ policy }) => policy.plan?.[0]?.provider))).toContain('a');
  });

  it('goes on where the one before has ended, and comes to all', async () => {
    for (let n = 0; n < 40; n += 1) {
      await f.accept({ projectId: await f.addProject(randomUUID()) });
    }
    await multiply(39, 'gen_random_uuid()');
    const first = await findPlaces(f.pool, null);
    const second = await findPlaces(f.pool, first.reached);
    const projects = [...first.places, ...second.places].map(({ projectId }) => projectId);
    expect(new Set(projects).size).toBe(40);
  });

  it('finds every key of a project some day, however many it has', async () => {
    await f.accept();
    await multiply(200, 'gen_random_uuid()');
    const seen = new Set<string>();
    for (let rounds = 0; seen.size < 201 && rounds < 2_000; rounds += 1) {
      (await look()).forEach(({ key }) => seen.add(key));
    }
    expect(seen.size).toBe(201);
  });

  it('reads one row of each, however many wait there', async () => {
    await f.accept();
    await multiply(20_000);
    for (let n = 0; n < 3; n += 1) {
      await f.accept({ projectId: await f.addProject(randomUUID()) });
    }
    const values = ['00000000-0000-0000-0000-000000000000', '7', 1_024];
    expect(await readBy(FIND_PLACES, values)).toBeLessThan(10);
  });
});

describe('a claim at places', () => {
  it('takes the share of each, oldest first, and the limit of all', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(await f.accept());
      await f.accept({ apiKeyId: randomUUID() });
    }
    const places = await look();
    expect(places).toHaveLength(6);
    const own = places.filter(({ key }) => places.filter((one) => one.key === key).length === 1);
    const claims = await claimAt(own, 2);
    expect(claims).toHaveLength(7);
    expect(claims.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.slice(0, 2)));
    expect(await claimAt(places, 9, 2)).toHaveLength(2);
    expect(await f.row(ids[0]!)).toMatchObject({ status: 'processing', attempts: 1 });
  });

  it('leaves alone what is past its deadline, and what another claim has locked', async () => {
    const overdue = await f.accept();
    await f.passDeadline(overdue);
    await f.accept();
    const places = await look();
    const client = await f.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM requests FOR UPDATE');
      expect(await claimAt(places, 5)).toEqual([]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect(await claimAt(places, 5)).toHaveLength(1);
  });

  it('reads nothing of what waits at other places, and no more than it takes', async () => {
    await f.accept();
    await multiply(20_000);
    for (let n = 0; n < 3; n += 1) {
      await f.accept({ projectId: await f.addProject(randomUUID()) });
    }
    const others = (await look()).filter(({ projectId }) => projectId !== f.projectId);
    const values = [
      ...[f.workerId, 9, LEASE_MS, 16_777_216, others.map(({ projectId }) => projectId)],
      ...[others.map(({ mode }) => mode), others.map(({ key }) => key)],
      ...[others.map(({ model }) => model), others.map(() => 3)],
    ];
    expect(await readBy(CLAIM_AT_PLACES, values)).toBeLessThan(20);
    expect(await f.sql(`SELECT FROM requests WHERE status = 'processing'`)).toHaveLength(3);
  });
});

/** Number of rows of `requests` that a statement reads. */
async function readBy(text: string, values: unknown[]): Promise<number> {
  const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
  const { rows } = await f.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain, values);
  return rowsOf(rows[0]!['QUERY PLAN'][0].Plan);
}

/** A step of a plan, as EXPLAIN shows it. */
interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Number of rows of `requests` that a plan has read. */
function rowsOf(node: PlanNode): number {
  const dropped =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own =
    node['Relation Name'] === 'requests'
      ? (node['Actual Rows'] + dropped) * node['Actual Loops']
      : 0;
  return (node.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), own);
}
