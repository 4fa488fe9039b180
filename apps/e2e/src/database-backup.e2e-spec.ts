import { randomBytes } from 'node:crypto';

import { createPool } from '@reqrun/platform/database';
import { makeRunFolder, postgresIn, takeBaseBackup } from '@reqrun/platform/testing';

import { chatBody } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { eventually } from './harness/eventually.js';
import { OwnPostgres } from './harness/own-postgres.js';

const KEYED = { idempotency_key: 'kept' };
const ENDED = ['completed', 'failed', 'canceled'];

describe('a backup of the database that was taken under load', () => {
  it('has every request that was accepted before it: what was open runs again, what had ended stays', async () => {
    const masterKey = randomBytes(32);
    const [home, copy] = [await makeRunFolder('backup'), await makeRunFolder('restore')];
    const server = await OwnPostgres.start(postgresIn(home));
    const cluster = await Cluster.start({
      redis: false,
      apis: 1,
      workers: 2,
      database: server,
      masterKey,
    });
    const { client } = cluster;
    const key = cluster.project.keys.test;

    const completed = await client.submit('sim/ok');
    const failed = await client.submit('sim/400');
    const canceled = await client.submit('sim/hang');
    await client.cancel(canceled);
    const ended = await Promise.all(
      [completed, failed, canceled].map((id) => client.untilEnded(id)),
    );
    const open = await Promise.all([
      client.submit('sim/slow:10000'),
      client.submit('sim/429:retry-after=3600,ok'),
      client.submit('sim/slow:10000', KEYED),
    ]);
    await eventually(
      () => client.record(open[1]),
      ({ status }) => status === 'retrying',
    );

    // Calls go on while the files are copied.
    const enough = new AbortController();
    const load = (async () => {
      const ids: string[] = [];
      while (!enough.signal.aborted) {
        ids.push(await client.submit('sim/ok'));
      }
      return ids;
    })();
    const pool = createPool({
      connectionString: server.adminUrl,
      max: 1,
      applicationName: 'backup',
    });
    const superuser = await pool.connect();
    await takeBaseBackup(server.folder, postgresIn(copy), superuser);
    superuser.release();
    await pool.end();
    enough.abort();
    const during = await load;
    expect(during.length).toBeGreaterThan(0);
    await cluster.stop();

    const restored = await OwnPostgres.start(postgresIn(copy));
    const again = await Cluster.start({
      ...{ redis: false, apis: 1, workers: 2, database: restored, masterKey },
    });
    const after = again.clientFor(key);
    for (const before of ended) {
      expect(await after.record(before.id)).toEqual(before);
    }
    await after.cancel(open[1]);
    for (const id of open) {
      const { status } = await after.untilEnded(id);
      expect([id, ENDED.includes(status)]).toEqual([id, true]);
    }
    expect((await after.record(open[0])).status).toBe('completed');
    // An idempotency key holds over the restore.
    const replay = await after.chat(chatBody('sim/slow:10000', KEYED));
    expect([replay.status, replay.headers['x-request-id']]).toEqual([200, open[2]]);
    // Those of the load are there up to some point, and none is there by halves.
    const found = await Promise.all(during.map((id) => after.get(`/v1/requests/${id}`)));
    const statuses = found.map(({ status }) => status);
    expect(statuses.slice().sort()).toEqual(statuses);
    for (const { body } of found.filter(({ status }) => status === 200)) {
      const { id } = JSON.parse(body.toString()) as { id: string };
      expect(await after.untilEnded(id)).toMatchObject({ status: 'completed' });
    }
    expect(await after.untilEnded(await after.submit('sim/ok'))).toMatchObject({
      status: 'completed',
    });
    await again.stop();
  }, 300_000);
});
