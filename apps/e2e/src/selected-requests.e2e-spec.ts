import { randomUUID } from 'node:crypto';

import { type Answer, type Client, errorOf, jsonOf } from './harness/client.js';
import { useCluster } from './harness/transports.js';

interface Outcomes {
  data: { id: string; outcome: string }[];
}

const UNKNOWN = `rr_${'0'.repeat(32)}`;

describe('requests that a person has selected', () => {
  const cluster = useCluster({ redis: false });
  let member: Client;
  let base = '';
  beforeAll(async () => {
    member = cluster().clientFor(await cluster().projects.adminToken('member'));
    base = `/admin/projects/${cluster().project.id}`;
  });

  const order = (what: 'cancel' | 'retry', body: object, path = base): Promise<Answer> =>
    member.call('POST', `${path}/requests/${what}`, body);
  const outcomes = (answer: Answer): string[] => {
    expect(answer.status).toBe(200);
    return jsonOf<Outcomes>(answer).data.map(({ outcome }) => outcome);
  };
  const ended = async (model: string): Promise<string> =>
    String((await cluster().client.wait(model)).headers['x-request-id']);
  const audited = async (action: string): Promise<{ count: number; ids: string[] }[]> => {
    const { rows } = await cluster().pool.query<{ details: { count: number; ids: string[] } }>(
      'SELECT details FROM audit_log WHERE project_id = $1 AND action = $2 ORDER BY id',
      [cluster().project.id, action],
    );
    return rows.map(({ details }) => details);
  };

  it('are canceled if they have not ended, each for itself, with one audit entry', async () => {
    const waiting = await cluster().client.submit('sim/429:retry-after=60,ok');
    const running = await cluster().client.submit('sim/hang');
    const completed = await ended('sim/ok');
    await cluster().client.until(waiting, 'retrying');
    await cluster().client.until(running, 'processing');
    const ids = [waiting, completed, UNKNOWN, running];
    const answer = await order('cancel', { ids });

    expect(jsonOf<Outcomes>(answer).data.map(({ id }) => id)).toEqual(ids);
    expect(outcomes(answer)).toEqual(['canceled', 'already_ended', 'not_found', 'canceled']);
    for (const id of [waiting, running]) {
      expect(await cluster().client.record(id)).toMatchObject({ status: 'canceled' });
    }
    expect(await cluster().client.record(completed)).toMatchObject({ status: 'completed' });
    expect(await audited('requests.canceled')).toEqual([{ count: 2, ids: [waiting, running] }]);

    expect(outcomes(await order('cancel', { ids: [waiting] }))).toEqual(['already_ended']);
    expect(await audited('requests.canceled')).toHaveLength(1);
  });

  it('run again if they have failed or were canceled and have content, each for itself', async () => {
    const failed = await ended('sim/400,ok');
    const canceled = await cluster().client.submit('sim/429:retry-after=60,ok');
    await cluster().client.until(canceled, 'retrying');
    await cluster().client.cancel(canceled);
    const completed = await ended('sim/ok');
    const empty = await ended('sim/400,400,ok');
    await cluster().pool.query(
      `WITH gone AS (DELETE FROM payloads WHERE request_id = $1::uuid)
       UPDATE requests SET content_deleted_at = now() WHERE id = $1::uuid`,
      [empty.slice(3)],
    );
    const ids = [failed, completed, canceled, empty, UNKNOWN];

    expect(outcomes(await order('retry', { ids }))).toEqual([
      'retried',
      'not_retryable',
      'retried',
      'result_expired',
      'not_found',
    ]);
    for (const id of [failed, canceled]) {
      expect(await cluster().client.untilEnded(id)).toMatchObject({
        status: 'completed',
        attempts: 2,
      });
    }
    expect(await audited('requests.retried')).toEqual([{ count: 2, ids: [failed, canceled] }]);
  });

  it('are found in their own project alone', async () => {
    const other = await cluster().addProject();
    const id = await ended('sim/400');
    const path = `/admin/projects/${other.id}`;
    expect(outcomes(await order('retry', { ids: [id] }, path))).toEqual(['not_found']);
    expect(outcomes(await order('cancel', { ids: [id] }, path))).toEqual(['not_found']);
    expect((await order('retry', { ids: [id] }, `/admin/projects/${randomUUID()}`)).status).toBe(
      404,
    );
    expect(await cluster().client.record(id)).toMatchObject({ status: 'failed', attempts: 1 });
  });

  it('go to a provider that has changed since only if an owner who is signed in agrees', async () => {
    const project = await cluster().addProject();
    const client = cluster().clientFor(project.keys.live);
    const id = String((await client.wait('sim/400,ok')).headers['x-request-id']);
    await cluster().pool.query(
      'UPDATE provider_credentials SET origin_changed_at = now() WHERE project_id = $1',
      [project.id],
    );
    const path = `/admin/projects/${project.id}`;
    expect(outcomes(await order('retry', { ids: [id] }, path))).toEqual(['provider_changed']);
    const asked = { ids: [id], accept_provider_change: true };
    const refused = await order('retry', asked, path);
    expect([refused.status, errorOf(refused).param]).toEqual([403, 'accept_provider_change']);

    const owner = await cluster().owner();
    expect(outcomes(await owner.post(`${path}/requests/retry`, asked))).toEqual(['retried']);
    expect(await client.untilEnded(id)).toMatchObject({ status: 'completed' });
  });

  it.each([
    [{}],
    [{ ids: [] }],
    [{ ids: UNKNOWN }],
    [{ ids: ['rr_1'] }],
    [{ ids: [UNKNOWN, UNKNOWN] }],
    [{ ids: Array.from({ length: 101 }, (_, n) => `rr_${String(n).padStart(32, '0')}`) }],
  ])('have to be named properly: %j is refused', async (body) => {
    for (const what of ['cancel', 'retry'] as const) {
      const answer = await order(what, body);
      expect([answer.status, errorOf(answer).param]).toEqual([400, 'ids']);
    }
  });
});
