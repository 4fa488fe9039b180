import { randomUUID } from 'node:crypto';

import { LEASE_MS, RequestsFixture } from '../testing/index.js';
import { CLAIM_BESIDE } from '../sql/transitions/index.js';
import { type Claim, claimDue, type Lane } from './claim.js';

/** Claims that exclude some lanes. */
let f: RequestsFixture;
let full: Lane;

beforeEach(async () => {
  f = await RequestsFixture.open();
  full = { projectId: f.projectId, mode: 'live' };
});
afterEach(() => f.close());

const beside = (limit: number, except: readonly Lane[] = [full]): Promise<Claim[]> =>
  claimDue(f.pool, f.workerId, limit, LEASE_MS, except);

/** Adds projects, each with the given number of due requests. */
async function projectsWith(...counts: readonly number[]): Promise<string[]> {
  const projects = await Promise.all(counts.map(() => f.addProject(randomUUID())));
  for (const [index, projectId] of projects.entries()) {
    for (let n = 0; n < counts[index]!; n += 1) {
      await f.accept({ projectId });
    }
  }
  return projects;
}

const countOf = (claims: readonly Claim[], projectId: string): number =>
  claims.filter((claim) => claim.projectId === projectId).length;

describe('a claim beside lanes that are full', () => {
  it('takes what is due of all others, of the same project in the other mode too, and nothing else', async () => {
    await f.accept();
    const test = await f.accept({ mode: 'test' });
    const [other] = await projectsWith(1);
    const early = await f.accept({ projectId: other! });
    await f.change(early, `due_at = now() + interval '1 h'`);
    const overdue = await f.accept({ projectId: other! });
    await f.passDeadline(overdue);
    const claims = await beside(10);
    expect(claims).toHaveLength(2);
    expect(claims.map(({ id }) => id)).toContain(test);
    expect(await f.row(test)).toMatchObject({ status: 'processing', attempts: 1 });
    expect(await beside(10)).toEqual([]);
    expect(await beside(10, [])).toHaveLength(1);
  });

  it('gives each lane a part, oldest first, wherever it begins', async () => {
    await projectsWith(3);
    for (let round = 0; round < 8; round += 1) {
      const [a, b, c] = await projectsWith(5, 5, 1);
      const claims = await beside(
        6,
        (
          await f.sql<{ id: string }>('SELECT id FROM projects WHERE id <> ALL($1)', [[a, b, c]])
        ).map(({ id }) => ({ projectId: id, mode: 'live' })),
      );
      expect([a, b, c].map((project) => countOf(claims, project!))).toEqual([2, 2, 1]);
      const [{ late } = { late: -1 }] = await f.sql<{ late: number }>(
        `SELECT count(*)::int AS late FROM requests w JOIN requests p USING (project_id)
         WHERE w.status = 'queued' AND p.status = 'processing' AND w.due_at < p.due_at`,
      );
      expect(late).toBe(0);
    }
  });

  it('never takes more than it may, however many lanes there are', async () => {
    const projects = await projectsWith(...Array.from({ length: 20 }, () => 1));
    const first = await beside(7);
    expect(first).toHaveLength(7);
    const others = [...(await beside(7)), ...(await beside(7))];
    expect([...first, ...others].map(({ projectId }) => projectId).sort()).toEqual(projects.sort());
  });

  it('reads nothing of what waits in them', async () => {
    await f.accept();
    await f.sql(
      `INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model,
         retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
         deadline_at, created_at, updated_at)
       SELECT gen_random_uuid(), project_id, api_key_id, mode, endpoint, status, model, requested_model,
         retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at,
         deadline_at, created_at, updated_at FROM requests, generate_series(1, 20000)`,
    );
    await f.sql('VACUUM ANALYZE requests');
    await projectsWith(3);
    const { rows } = await f.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${CLAIM_BESIDE}`,
      [f.workerId, 10, LEASE_MS, 1024, [full.projectId], [full.mode], randomUUID()],
    );
    const plan = rows[0]!['QUERY PLAN'][0].Plan;
    expect(readBy(plan)).toBeLessThan(50);
    expect(await beside(10)).toEqual([]);
    expect(await f.sql(`SELECT FROM requests WHERE status = 'processing'`)).toHaveLength(3);
  });
});

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
function readBy(node: PlanNode): number {
  const dropped =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  const own =
    node['Relation Name'] === 'requests'
      ? (node['Actual Rows'] + dropped) * node['Actual Loops']
      : 0;
  return (node.Plans ?? []).reduce((sum, inner) => sum + readBy(inner), own);
}
