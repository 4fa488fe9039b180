import { rm } from 'node:fs/promises';

import { ensureDatabase, onDatabase } from '../migrations/index.js';
import { eventually } from '../testing/eventually.js';
import { makeRunFolder, ReplicatedPostgres } from '../testing/index.js';
import { CommitProbe } from './commit-probe.js';
import { toDatabaseError } from './errors.js';
import { NotificationListener } from './notification-listener.js';
import { createPool, type Pool } from './pool.js';
import { NoPrimaryError, PrimaryLocator, primaryUrl } from './primary.js';
import { createPrisma } from './prisma.js';
import { inTransaction } from './transaction.js';

let folders: [string, string];
let pair: ReplicatedPostgres;

beforeAll(async () => {
  folders = [await makeRunFolder('pair-1'), await makeRunFolder('pair-2')];
  pair = await ReplicatedPostgres.start({ folders });
  const pool = open();
  await pool.query('CREATE TABLE notes (id int)');
  await pool.end();
});
afterAll(async () => {
  await pair.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

const open = (url = pair.url(), max = 4): Pool =>
  createPool({ connectionString: url, max, applicationName: 'test' });
const portOf = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query<{ port: number }>('SELECT inet_server_port() AS port');
  return rows[0]?.port ?? 0;
};
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => toDatabaseError(error),
  );

describe('of a primary and a standby', () => {
  it('pools, Prisma, listeners and migrations use the primary, whichever is named first', async () => {
    const [standby, primary] = [pair.standbyUrl(), pair.primaryUrl()].map((url) => new URL(url));
    const both = `postgresql://${primary?.username}:${primary?.password}@${standby?.host},${primary?.host}/postgres`;
    const pool = open(both);
    expect(await portOf(pool)).toBe(pair.primaryPort);
    const prisma = createPrisma(pool);
    expect(await prisma.$queryRaw`SELECT inet_server_port() AS port`).toEqual([
      { port: pair.primaryPort },
    ]);
    const listener = new NotificationListener({
      connectionString: both,
      applicationName: 'test',
      channels: ['a'],
      onNotification: () => undefined,
    });
    // A standby takes no LISTEN.
    await listener.start();
    expect(listener.connected).toBe(true);
    await listener.stop();
    expect(new URL(await primaryUrl(both)).port).toBe(String(pair.primaryPort));
    expect(await ensureDatabase(onDatabase(both, 'made'))).toBe(true);
    await prisma.$disconnect();
    await pool.end();
  });

  it('the standby alone is not used: that is a database that is unavailable', async () => {
    const pool = open(`${pair.standbyUrl()}?target_session_attrs=read-write`);
    expect(await failureOf(pool.query('SELECT 1'))).toMatchObject({
      kind: 'unavailable',
      sqlState: '57P03',
    });
    await pool.end();
  });
});

describe('a server that can only be read', () => {
  it('loses all connections of the pool at the first refusal, and none of them refuses again', async () => {
    const pool = open(pair.primaryUrl());
    const name = 'default_transaction_read_only';
    const inUse = await Promise.all([1, 2, 3].map(() => pool.connect()));
    for (const client of inUse) {
      await client.query(`SET ${name} = on`);
      client.release();
    }
    const refused = await failureOf(
      inTransaction(pool, (on) => on.query('INSERT INTO notes VALUES (1)')),
    );
    expect(refused).toMatchObject({ kind: 'unavailable', sqlState: '25006', isRolledBack: true });
    await inTransaction(pool, (on) => on.query('INSERT INTO notes VALUES (2)'));
    const { rows } = await pool.query(
      `SELECT count(*)::int AS left FROM pg_stat_activity
       WHERE application_name = 'test' AND pid <> pg_backend_pid() AND state <> 'idle'`,
    );
    expect(rows).toEqual([{ left: 0 }]);
    await pool.end();
  });

  it('is found out by a transaction of Prisma too', async () => {
    const pool = open(pair.primaryUrl(), 1);
    await pool.query('SET default_transaction_read_only = on');
    const prisma = createPrisma(pool);
    const write = () => prisma.$transaction([prisma.$executeRaw`INSERT INTO notes VALUES (3)`]);
    expect(await failureOf(write())).toMatchObject({ kind: 'unavailable' });
    await write();
    await prisma.$disconnect();
    await pool.end();
  });
});

describe('without the synchronous standby', () => {
  it('the probe finds that nothing can be committed, with one connection however often it is asked', async () => {
    const pool = open();
    const probe = new CommitProbe(pool);
    expect(await probe.canCommit()).toBe(true);
    await pair.killStandby();
    expect(await Promise.all([probe.canCommit(), probe.canCommit()])).toEqual([false, false]);
    expect(pool.totalCount).toBe(1);
    await pair.addStandby();
    await eventually('it can commit', () => probe.canCommit());
    await pool.end();
  });

  it('a commit whose wait for the standby is canceled is in doubt, though the server calls it done', async () => {
    const pool = open();
    await pool.query('SELECT 1');
    await pair.killStandby();
    const observer = open(pair.primaryUrl());
    const waiting = failureOf(
      inTransaction(pool, (on) => on.query('INSERT INTO notes VALUES (20)')),
    );
    await eventually('the commit waits', async () => {
      const { rows } = await observer.query<{ canceled: boolean }>(
        "SELECT pg_cancel_backend(pid) AS canceled FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
      );
      return rows.length > 0;
    });
    expect(await waiting).toMatchObject({
      kind: 'unavailable',
      sqlState: '40003',
      isRolledBack: false,
    });
    await pair.addStandby();
    await observer.end();
    await pool.end();
  });

  it('a statement that is given up is canceled at the server', async () => {
    const pool = open();
    const query = { text: 'SELECT pg_sleep(60)', query_timeout: 200 };
    expect(await failureOf(pool.query(query))).toMatchObject({ kind: 'unavailable' });
    const observer = open();
    await eventually('the server has stopped', async () => {
      const { rowCount } = await observer.query(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
      );
      return rowCount === 0;
    });
    await observer.end();
    await pool.end();
  });
});

describe('when the primary dies and the standby is promoted', () => {
  it('a pool and a listener move over by themselves, and nothing that was confirmed is lost', async () => {
    const pool = open();
    await pool.query('INSERT INTO notes VALUES (10)');
    let connections = 0;
    const listener = new NotificationListener({
      connectionString: pair.url(),
      applicationName: 'test',
      channels: ['a'],
      onNotification: () => undefined,
      onConnected: () => {
        connections += 1;
      },
    });
    await listener.start();
    await pair.killPrimary();
    expect(await failureOf(pool.query('SELECT 1'))).toMatchObject({ kind: 'unavailable' });
    await pair.promote();
    await eventually('the pool has moved', () =>
      pool.query('INSERT INTO notes VALUES (11)').then(
        () => true,
        () => false,
      ),
    );
    expect(await portOf(pool)).toBe(pair.primaryPort);
    const { rows } = await pool.query('SELECT id FROM notes WHERE id IN (10, 11) ORDER BY id');
    expect(rows).toEqual([{ id: 10 }, { id: 11 }]);
    await eventually('the listener has moved', () => connections === 2);
    await listener.stop();
    await pool.end();
  });

  it('the former primary that comes back as one is not used by whoever saw the new one, nor by a new process', async () => {
    const locator = new PrimaryLocator(pair.url());
    await locator.locate();
    await pair.startFormerPrimary();
    expect(await locator.locate()).toMatchObject({ port: pair.primaryPort });
    expect(await new PrimaryLocator(pair.url()).locate()).toMatchObject({ port: pair.primaryPort });
    await pair.addStandby();
  });

  it('who has seen the new one does not go back while that is away', async () => {
    const locator = new PrimaryLocator(pair.url());
    await locator.locate();
    await pair.killPrimary();
    await pair.promote();
    await eventually('it sees the new one', () =>
      locator.locateUrl().then(
        () => true,
        () => false,
      ),
    );
    await pair.startFormerPrimary();
    await pair.killPrimary();
    locator.forget();
    await expect(locator.locate()).rejects.toBeInstanceOf(NoPrimaryError);
  });
});
