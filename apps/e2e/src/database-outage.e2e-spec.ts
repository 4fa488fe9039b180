import { startTcpProxy, TEST_POSTGRES_URL, type TcpProxy } from '@reqrun/platform/testing';

import { type Answer, chatBody, type Client, errorOf, jsonOf } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { eventually } from './harness/eventually.js';
import { openStream } from './harness/stream-client.js';
import { describeTransports } from './harness/transports.js';

describeTransports('without its PostgreSQL', ({ redis }) => {
  let proxy: TcpProxy;
  let cluster: Cluster;
  let client: Client;

  beforeAll(async () => {
    proxy = await startTcpProxy(process.env[TEST_POSTGRES_URL] ?? '');
    cluster = await Cluster.start({
      redis,
      // These tests break statements of requests that are claimed from the table.
      links: false,
      databaseUrl: (direct) => proxy.through(direct),
      env: { REQRUN_KEY_CACHE_MS: '1', REQRUN_LEASE_MS: '10000' },
    });
    client = cluster.client;
  }, 240_000);

  afterAll(async () => {
    await cluster.stop();
    await proxy.close();
  }, 240_000);

  afterEach(async () => {
    proxy.allow();
    await eventually(
      () => client.get('/health/ready'),
      ({ status }) => status === 200,
    );
  });

  const terminateAll = async (): Promise<void> => {
    await cluster.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> 'reqrun-e2e'`,
    );
  };

  const expectNotAccepted = (answer: Answer): void => {
    expect(answer.status).toBe(503);
    expect(Object.keys(errorOf(answer))).toEqual(['message', 'type', 'param', 'code']);
    // A submission may have been committed when the connection broke.
    expect(['database_unavailable', 'acceptance_unknown']).toContain(errorOf(answer).code);
    expect(answer.headers['x-should-retry']).toBe('true');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  };

  it('a client that leaves meanwhile, and wanted its stream canceled then, has it canceled afterwards', async () => {
    const stream = await openStream(cluster.baseUrl, cluster.project.keys.test, {
      path: '/v1/chat/completions',
      body: chatBody('sim/tokens:2000:20', { stream: true, cancel_on_disconnect: true }),
    });
    await stream.has(3);
    void proxy.refuse();
    stream.leave();
    await eventually(
      async () => (await cluster.api.counts()).sum('reqrun_stream_readers'),
      (readers) => readers === 0,
    );
    proxy.allow();
    expect(await client.untilEnded(String(stream.headers['x-request-id']))).toMatchObject({
      status: 'canceled',
      attempts: 1,
    });
  });

  it('every call is 503 with retry-after, whatever its key: never 401', async () => {
    const id = await client.submit('sim/ok');
    const fresh = await cluster.addProject();
    void proxy.refuse();
    expectNotAccepted(await client.wait('sim/ok'));
    expectNotAccepted(await cluster.clientFor(fresh.keys.test).wait('sim/ok'));
    const unknown = fresh.keys.test.replace(/^(reqrun_test_)(.)(.)/, '$1$3$2');
    expect((await cluster.clientFor(unknown).wait('sim/ok')).status).not.toBe(202);
    for (const path of ['/v1/requests', `/v1/requests/${id}`, `/v1/chat/completions/${id}`]) {
      expectNotAccepted(await client.get(path));
    }
    expectNotAccepted(await client.cancel(id));
    expect((await client.get('/health/ready')).status).toBe(503);
    expect((await client.get('/health/live')).status).toBe(200);
    expect((await client.get('/metrics')).status).toBe(200);
  });

  it('every call is 503 while it may only be read, and is taken soon after it may be written', async () => {
    const { rows } = await cluster.pool.query<{ name: string }>(
      'SELECT current_database() AS name',
    );
    const name = rows[0]?.name ?? '';
    await cluster.pool.query(`ALTER DATABASE "${name}" SET default_transaction_read_only = on`);
    try {
      await terminateAll();
      const refused = await eventually(
        () => client.wait('sim/ok'),
        (answer) => answer.status === 503 && errorOf(answer).code === 'database_unavailable',
      );
      expectNotAccepted(refused);
    } finally {
      // Connections that the services opened meanwhile stay read-only: they throw them away.
      await cluster.pool.query(
        `BEGIN READ WRITE; ALTER DATABASE "${name}" RESET default_transaction_read_only; COMMIT`,
      );
    }
    const answer = await eventually(
      () => client.wait('sim/ok'),
      ({ status }) => status !== 503,
    );
    expect(answer.status).toBe(200);
  });

  it('every call is 503 storage_full while its disk is full, and readiness says so', async () => {
    await cluster.pool.query(`
      CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER no_room BEFORE INSERT ON requests EXECUTE FUNCTION no_room()`);
    try {
      const refused = await client.wait('sim/ok');
      expect(refused.status).toBe(503);
      expect(errorOf(refused).code).toBe('storage_full');
      expect(refused.headers['x-should-retry']).toBe('true');
      const ready = await client.get('/health/ready');
      expect(ready.status).toBe(503);
      expect(jsonOf(ready)).toMatchObject({ status: 'unavailable', database: 'storage_full' });
    } finally {
      await cluster.pool.query('DROP TRIGGER no_room ON requests; DROP FUNCTION no_room()');
    }
    expect((await client.wait('sim/ok')).status).toBe(200);
    expect((await client.get('/health/ready')).status).toBe(200);
  });

  it('the same call is taken when it is back', async () => {
    void proxy.refuse();
    expectNotAccepted(await client.wait('sim/ok'));
    proxy.allow();
    const answer = await eventually(
      () => client.wait('sim/ok'),
      ({ status }) => status !== 503,
    );
    expect(answer.status).toBe(200);
  });

  it('a worker holds its answer until it is back, and calls no second time; who waits gets it', async () => {
    const waiting = client.wait('sim/slow:700');
    const [call] = await eventually(
      () => cluster.simulator.calls(),
      (calls) => calls.some(({ ended_at }) => ended_at === null),
    ).then((calls) => calls.filter(({ ended_at }) => ended_at === null));
    const id = call!.request_id!;
    void proxy.refuse();
    await cluster.simulator.untilQuiet(id);
    proxy.allow();
    const answer = await waiting;
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'x-request-id': id, 'x-reqrun-attempts': '1' });
    expect(await cluster.simulator.calls(id)).toHaveLength(1);
  });

  it('a worker that loses the answer to its commit neither calls again nor changes the record', async () => {
    const lost = proxy.breakNext('requests-finish', 'cut-answer');
    const answer = await client.wait('sim/ok');
    await lost.happened;
    expect(answer.status).toBe(200);
    const id = String(answer.headers['x-request-id']);
    expect(await cluster.simulator.calls(id)).toHaveLength(1);
    expect(await client.attempts(id)).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('an acceptance whose answer is lost is one request, not two and not none', async () => {
    const lost = proxy.breakNext('requests-accept', 'cut-answer');
    const answer = await client.wait('sim/ok', { metadata: { marker: 'lost-accept' } });
    await lost.happened;
    expect(answer.status).toBe(200);
    const { rows } = await cluster.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM requests WHERE metadata->>'marker' = 'lost-accept'`,
    );
    expect(rows[0]!.n).toBe(1);
  });

  it('a claim whose answer is lost is put back at once and uncounted', async () => {
    // The worker also polls every second, so the cut claim may have been a poll that took nothing. In that
    // case the call was an ordinary one, and the test repeats it.
    const { id, attempts } = await eventually(
      async () => {
        const lost = proxy.breakNext('requests-claim', 'cut-answer');
        const answer = await client.wait('sim/ok', { retry: { count: 0 } });
        await lost.happened;
        expect(answer.status).toBe(200);
        const asked = String(answer.headers['x-request-id']);
        return { id: asked, attempts: await client.attempts(asked) };
      },
      (asked) => asked.attempts.length > 1,
    );
    expect(await cluster.simulator.calls(id)).toHaveLength(1);
    expect(attempts).toMatchObject([{ outcome: 'released' }, { outcome: 'succeeded' }]);
  });

  it('no process dies of connections that are terminated again and again', async () => {
    const pids = [cluster.api.pid, cluster.worker.pid];
    const retried: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const sent = Array.from({ length: 3 }, () => client.chat(bodyOf(1)));
      await terminateAll();
      for (const answer of await Promise.all(sent)) {
        if (answer.status === 202) {
          retried.push(jsonOf<{ id: string }>(answer).id);
        }
      }
    }
    for (const id of retried) {
      expect(await client.untilEnded(id)).toMatchObject({ status: 'completed' });
    }
    expect([cluster.api.pid, cluster.worker.pid]).toEqual(pids);
  });

  it('all connections terminated under load: each call is accepted or told to come again', async () => {
    const sent = Array.from({ length: 40 }, (_, n) => client.chat(bodyOf(n)));
    await terminateAll();
    const answers = await Promise.all(sent);
    const accepted = answers.filter(({ status }) => status === 202);
    answers.filter(({ status }) => status !== 202).forEach(expectNotAccepted);
    for (const answer of accepted) {
      const { id } = jsonOf<{ id: string }>(answer);
      expect(await client.untilEnded(id)).toMatchObject({ status: 'completed' });
    }
    const again = await eventually(
      () => client.wait('sim/ok'),
      ({ status }) => status !== 503,
    );
    expect(again.status).toBe(200);
  });
});

const bodyOf = (n: number): object => ({
  model: n % 2 === 0 ? 'sim/slow:100' : 'sim/500:retry-after-ms=50,ok',
  messages: [{ role: 'user', content: `number ${n}` }],
});
