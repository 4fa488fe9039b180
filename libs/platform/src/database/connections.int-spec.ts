import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { eventually } from '../testing/eventually.js';
import { toDatabaseError } from './errors.js';
import { NotificationListener } from './notification-listener.js';
import { createPool, type Pool } from './pool.js';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 2,
    applicationName: 'test',
  });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a pool', () => {
  it('does not wait for ever when all its connections are busy', async () => {
    const held = [await pool.connect(), await pool.connect()];
    const failed = await pool.query('SELECT 1').catch((error: unknown) => error);
    expect(toDatabaseError(failed)).toMatchObject({ kind: 'unavailable' });
    held.forEach((client) => client.release());
    expect((await pool.query('SELECT 1')).rowCount).toBe(1);
  });

  it('tells of a connection that broke while idle, and replaces it', async () => {
    const told = new Promise<void>((resolve) => {
      const watched = createPool({
        connectionString: database.connectionString,
        max: 1,
        applicationName: 'watched',
        onError: () => resolve(),
      });
      void (async () => {
        const { rows } = await watched.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
        await told;
        await watched.query('SELECT 1');
        await watched.end();
      })();
    });
    await told;
  });
});

describe('a borrowed connection', () => {
  it('may break while nobody listens to it', async () => {
    const client = await pool.connect();
    client.removeAllListeners('error');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    client.release(true);
  });
});

describe('a listener', () => {
  it('listens again by itself after its connection was cut, and tells that it missed something', async () => {
    const heard: string[] = [];
    let connections = 0;
    const listener = new NotificationListener({
      connectionString: database.connectionString,
      applicationName: 'test-listener',
      channels: ['Some "channel"'],
      onNotification: (channel, payload) => heard.push(`${channel}: ${payload}`),
      onConnected: () => {
        connections += 1;
      },
    });
    await listener.start();
    expect([listener.connected, connections]).toEqual([true, 1]);
    await pool.query("SELECT pg_notify('Some \"channel\"', 'one')");
    await eventually('it heard', () => heard.length === 1);
    await pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-listener'",
    );
    await eventually('it is back', () => connections === 2);
    await pool.query("SELECT pg_notify('Some \"channel\"', 'two')");
    await eventually('it heard again', () => heard.length === 2);
    expect(heard).toEqual(['Some "channel": one', 'Some "channel": two']);
    await listener.stop();
    expect(listener.connected).toBe(false);
  });

  it('starts and stops where there is no database', async () => {
    const listener = new NotificationListener({
      connectionString: 'postgresql://nobody@127.0.0.1:1/none',
      applicationName: 'test',
      channels: ['a'],
      onNotification: () => undefined,
    });
    await listener.start();
    expect(listener.connected).toBe(false);
    await listener.stop();
  });

  it('that is stopped while it connects leaves no connection behind', async () => {
    const listener = new NotificationListener({
      connectionString: database.connectionString,
      applicationName: 'test-stopped',
      channels: ['a'],
      onNotification: () => undefined,
    });
    const started = listener.start();
    await listener.stop();
    await started;
    expect(listener.connected).toBe(false);
    await eventually('no connection is left', async () => {
      const { rowCount } = await pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'test-stopped'",
      );
      return rowCount === 0;
    });
  });
});
