import { AdminClient } from './harness/admin-client.js';
import { errorOf, jsonOf } from './harness/client.js';
import { useCluster } from './harness/transports.js';

interface View {
  id: string;
  name: string;
  query: string;
  own: boolean;
  saved_by: string;
}

describe('saved views', () => {
  const cluster = useCluster({ redis: false });
  let ada: AdminClient;
  let grace: AdminClient;
  let path = '';
  beforeAll(async () => {
    const owner = await cluster().owner();
    ({ browser: ada } = await owner.invite('viewer', 'ada@views.example'));
    ({ browser: grace } = await owner.invite('viewer', 'grace@views.example'));
    path = `/admin/projects/${cluster().project.id}/views`;
  });

  const save = (who: AdminClient, name: string, query = 'status=failed'): Promise<View> =>
    who.expect<View>(201, 'POST', path, { name, query });
  const names = async (who: AdminClient, at = path): Promise<string[]> =>
    (await who.expect<{ data: View[] }>(200, 'GET', at)).data.map(({ name }) => name);
  const actions = async (id: string): Promise<string[]> => {
    const { rows } = await cluster().pool.query<{ action: string }>(
      'SELECT action FROM audit_log WHERE target_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ action }) => action);
  };

  it('are a person’s own, by name, in one project', async () => {
    await save(ada, 'timeouts');
    await save(ada, 'failures');
    await save(grace, 'hers');
    const other = await cluster().addProject();

    expect(await names(ada)).toEqual(['failures', 'timeouts']);
    expect(await names(grace)).toEqual(['hers']);
    expect(await names(ada, `/admin/projects/${other.id}/views`)).toEqual([]);
  });

  it('can be opened by everybody who has the link, and changed by nobody else', async () => {
    const query = 'status=failed&columns=status%2Cid&density=compact';
    const view = await save(ada, 'shared', query);
    expect(view).toMatchObject({ own: true, query });
    expect(await grace.expect<View>(200, 'GET', `${path}/${view.id}`)).toMatchObject({
      name: 'shared',
      query,
      own: false,
      saved_by: 'viewer',
    });
    for (const [method, body] of [
      ['PATCH', { name: 'mine' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await grace.call(method, `${path}/${view.id}`, body);
      expect([answer.status, errorOf(answer).param]).toEqual([404, 'view_id']);
    }
    const other = await cluster().addProject();
    expect((await ada.get(`/admin/projects/${other.id}/views/${view.id}`)).status).toBe(404);
    expect(await actions(view.id)).toEqual(['view.created']);
  });

  it('are renamed, changed and deleted by who has saved them, which the audit log tells', async () => {
    const view = await save(ada, 'old name');
    const at = `${path}/${view.id}`;
    expect(await ada.expect<View>(200, 'PATCH', at, { name: ' new name ' })).toMatchObject({
      name: 'new name',
      query: 'status=failed',
    });
    expect(await ada.expect<View>(200, 'PATCH', at, { query: '' })).toMatchObject({
      name: 'new name',
      query: '',
    });
    await ada.expect(204, 'DELETE', at);
    expect((await ada.call('DELETE', at)).status).toBe(404);
    expect(await actions(view.id)).toEqual([
      'view.created',
      'view.changed',
      'view.changed',
      'view.deleted',
    ]);
  });

  it('have one name each', async () => {
    const first = await save(grace, 'taken');
    const second = await save(grace, 'free');
    for (const answer of [
      await grace.post(path, { name: 'taken', query: '' }),
      await grace.call('PATCH', `${path}/${second.id}`, { name: 'taken' }),
    ]) {
      expect([answer.status, errorOf(answer).param]).toEqual([400, 'name']);
    }
    // Its own name is not taken by another.
    await grace.expect(200, 'PATCH', `${path}/${first.id}`, { name: 'taken' });
  });

  it('are at most 100 for a person and a project', async () => {
    const { browser } = await (await cluster().owner()).invite('viewer', 'many@views.example');
    for (let n = 0; n < 100; n += 1) {
      await save(browser, `view ${n}`);
    }
    const answer = await browser.post(path, { name: 'one more', query: '' });
    expect([answer.status, errorOf(answer).code]).toEqual([409, 'limit_reached']);
  });

  it.each([
    [{ query: '' }, 'name'],
    [{ name: ' ', query: '' }, 'name'],
    [{ name: 'x' }, 'query'],
    [{ name: 'x', query: 'a=b#c' }, 'query'],
    [{ name: 'x', query: 'a b' }, 'query'],
    [{ name: 'x', query: 'a'.repeat(2_001) }, 'query'],
  ])('have to be said properly: %j is refused', async (body, param) => {
    const answer = await ada.post(path, body);
    expect([answer.status, errorOf(answer).param]).toEqual([400, param]);
    expect(jsonOf(answer)).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it('go with who has saved them', async () => {
    const owner = await cluster().owner();
    const { browser, id } = await owner.invite('viewer', 'leaver@views.example');
    const view = await save(browser, 'short-lived');
    await owner.expect(204, 'DELETE', `/admin/people/${id}`);

    expect((await ada.get(`${path}/${view.id}`)).status).toBe(404);
  });
});
