import {
  describeWithProgram,
  startTestPgbouncer,
  TEST_POSTGRES_URL,
  type TestPgbouncer,
} from '@reqrun/platform/testing';

import { chatBody, errorOf } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { eventually } from './harness/eventually.js';

describeWithProgram('pgbouncer', 'behind PgBouncer in transaction mode', () => {
  let pooler: TestPgbouncer;
  let cluster: Cluster;

  beforeAll(async () => {
    // Fewer connections than the processes open, so that sessions really change hands.
    pooler = await startTestPgbouncer(process.env[TEST_POSTGRES_URL] ?? '', 3);
    cluster = await Cluster.start({
      redis: false,
      links: false,
      databaseUrl: (direct) => pooler.through(direct),
      direct: true,
      env: { REQRUN_DATABASE_POOLER: 'transaction' },
    });
  }, 240_000);

  afterAll(async () => {
    await cluster.stop();
    await pooler.close();
  }, 240_000);

  it('many calls at once are accepted, retried by the timers, and answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        cluster.client.wait(n % 2 === 0 ? 'sim/ok' : 'sim/503:retry-after-ms=300,ok'),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const { rows } = await cluster.pool.query<{ sessions: number }>(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE datname = current_database() AND application_name IN ('reqrun-api', 'reqrun-worker')
         AND query NOT LIKE 'LISTEN%' AND query NOT LIKE 'SELECT 1%'`,
    );
    expect(rows[0]?.sessions).toBeLessThanOrEqual(3);
  });

  it('keys join, records are read, requests are canceled, and people sign in', async () => {
    const { client } = cluster;
    const headers = { 'idempotency-key': 'pooled' };
    const [one, two] = [
      await client.chat(chatBody('sim/slow:400', { wait: true }), headers),
      await client.chat(chatBody('sim/slow:400', { wait: true }), headers),
    ];
    expect(two.body).toEqual(one.body);
    const id = await client.submit('sim/slow:60000');
    expect((await client.get(`/v1/requests/${id}`)).status).toBe(200);
    expect((await client.cancel(id)).status).toBe(200);
    const owner = await cluster.owner();
    expect(owner).toBeDefined();
  });

  it('is 503 while it is away, and works as soon as it is back', async () => {
    await pooler.kill();
    const refused = await cluster.client.wait('sim/ok');
    expect([refused.status, errorOf(refused).code]).toEqual([503, 'database_unavailable']);
    await pooler.restart();
    const answer = await eventually(
      () => cluster.client.wait('sim/ok'),
      ({ status }) => status !== 503,
    );
    expect(answer.status).toBe(200);
  });
});
