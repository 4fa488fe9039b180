import { type Answer, chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { useCluster } from './harness/transports.js';

const HANGS = 'sim/hang';

describe('the bounds of a project', () => {
  const cluster = useCluster({
    redis: false,
    apis: 2,
    workers: 2,
    env: { REQRUN_MAX_OPEN_REQUESTS: '30' },
  });

  let provider: RecordingProvider | undefined;
  afterAll(() => provider?.close());

  /** Clients of a project, one for each API process. */
  const clientsOf = (key: string): Client[] =>
    cluster().apis.map((api) => cluster().clientFor(key, api));

  /** Answers of all API processes to as many calls, all at once. */
  const postAll = (key: string, each: number, more: object = {}): Promise<Answer[]> =>
    Promise.all(
      clientsOf(key).flatMap((client) =>
        Array.from({ length: each }, () => client.chat(chatBody(HANGS, more))),
      ),
    );

  const statuses = (answers: readonly Answer[]): Record<number, number> =>
    answers.reduce<Record<number, number>>(
      (sums, { status }) => ({ ...sums, [status]: (sums[status] ?? 0) + 1 }),
      {},
    );

  it('of calls at once makes requests wait, over two workers, and fails none', async () => {
    provider = await startRecordingProvider();
    const held: (() => void)[] = [];
    provider.beforeAnswer = () => new Promise<void>((resolve) => held.push(resolve));
    const { keys } = await cluster().addProject({
      settings: { maxConcurrentCalls: 2 },
      provider: { baseUrl: provider.baseUrl, apiKey: 'sk-upstream' },
    });
    // They read the bounds as they start, and then each second.
    await Promise.all(cluster().workers.map((worker) => worker.restart()));
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) => clientsOf(keys.live)[index % 2]!.submit('gpt-4o')),
    );
    for (let answered = 0; answered < ids.length; answered += 1) {
      await eventually(
        () => Promise.resolve(held.length),
        (calls) => calls > answered,
      );
      expect(held.length - answered).toBeLessThanOrEqual(2);
      held[answered]!();
    }
    const client = clientsOf(keys.live)[0]!;
    const records = await Promise.all(ids.map((id) => client.untilEnded(id)));
    expect(records.map(({ status, attempts }) => [status, attempts])).toEqual(
      ids.map(() => ['completed', 1]),
    );
  });

  it('of open requests holds over two API processes, says when to try again, and is its own', async () => {
    const { keys } = await cluster().addProject({ settings: { maxOpenRequests: 10 } });
    const answers = await postAll(keys.test, 30);
    expect(statuses(answers)).toEqual({ 202: 10, 429: 50 });
    const refused = answers.find(({ status }) => status === 429)!;
    expect(errorOf(refused)).toEqual({
      message:
        'This project has too many open requests. The request was not accepted. Try again later.',
      type: 'rate_limit_error',
      param: null,
      code: 'too_many_open',
    });
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });
    const other = await cluster().addProject();
    expect(statuses(await postAll(other.keys.test, 5))).toEqual({ 202: 10 });
  });

  it('that the installation sets holds where the project sets none', async () => {
    const { keys } = await cluster().addProject();
    expect(statuses(await postAll(keys.test, 25))).toEqual({ 202: 30, 429: 20 });
  });

  it('refuses no call that joins, and has room again when a request has ended', async () => {
    const { keys } = await cluster().addProject({ settings: { maxOpenRequests: 2 } });
    const [first, second] = clientsOf(keys.test);
    const named = await first!.submit(HANGS, { idempotency_key: 'named' });
    await second!.submit(HANGS);
    const joined = await second!.chat(chatBody(HANGS, { idempotency_key: 'named' }));
    expect(jsonOf<{ id: string }>(joined).id).toBe(named);
    expect((await second!.chat(chatBody(HANGS))).status).toBe(429);
    await first!.cancel(named);
    const again = await eventually(
      () => second!.chat(chatBody(HANGS)),
      ({ status }) => status === 202,
    );
    expect(again.status).toBe(202);
  });

  it('of waited calls and streams is the same one', async () => {
    const { keys } = await cluster().addProject({ settings: { maxOpenRequests: 1 } });
    const [first, second] = clientsOf(keys.test);
    await first!.submit(HANGS);
    expect((await second!.wait('sim/ok')).status).toBe(429);
    const stream = await second!.chat(chatBody('sim/ok', { stream: true }));
    expect(errorOf(stream).code).toBe('too_many_open');
  });

  it('is set by an owner in the admin API, shown, audited, and refused with the name of its field', async () => {
    const owner = await cluster().owner();
    const { id, keys } = await cluster().addProject();
    const path = `/admin/projects/${id}`;
    const set = await owner.call('PATCH', path, {
      settings: { max_open_requests: 1, max_concurrent_calls: 5 },
    });
    expect(jsonOf<{ settings: object }>(set).settings).toMatchObject({
      ...{ max_open_requests: 1, max_concurrent_calls: 5 },
    });
    const bad = await owner.call('PATCH', path, { settings: { max_open_requests: 0 } });
    expect(bad.status).toBe(400);
    expect(errorOf(bad).param).toBe('settings.max_open_requests');
    const [client] = clientsOf(keys.test);
    await client!.submit(HANGS);
    await eventually(
      () => client!.chat(chatBody(HANGS)),
      ({ status }) => status === 429,
    );
    const off = await owner.call('PATCH', path, { settings: { max_open_requests: null } });
    expect(jsonOf<{ settings: object }>(off).settings).toMatchObject({ max_open_requests: null });
    const { rows } = await cluster().pool.query<{ action: string; details: object }>(
      'SELECT action, details FROM audit_log WHERE project_id = $1 ORDER BY id',
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['project.updated', 'project.updated']);
    expect(JSON.stringify(rows[0]?.details)).toContain('maxOpenRequests');
  });
});
