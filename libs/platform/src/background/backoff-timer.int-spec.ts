import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';

import { onDatabase } from '../migrations/index.js';
import { eventually } from '../testing/eventually.js';
import {
  createTestDatabase,
  describeWithRedis,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '../testing/index.js';
import { BackoffTimer } from './backoff-timer.js';

jest.setTimeout(120_000);

const REQUEST = 'rr_0192f0c1a7d27b3c8d4e5f60718293a4';
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/none';
const DELAY_MS = 150;

const timers: BackoffTimer[] = [];
const printed = (['log', 'info', 'warn', 'error'] as const).map((level) =>
  jest.spyOn(console, level).mockImplementation(() => undefined),
);

/** A timer that counts how often it fired and failed. */
function makeTimer(redisUrl: string | undefined, connectionString: string) {
  const seen = { due: 0, errors: 0 };
  const timer = new BackoffTimer(
    {
      redis: redisUrl === undefined ? undefined : { url: redisUrl },
      connectionString,
      applicationName: 'test',
      onError: () => {
        seen.errors += 1;
      },
    },
    () => {
      seen.due += 1;
    },
  );
  timers.push(timer);
  return { timer, seen };
}

async function took(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

afterEach(async () => {
  await Promise.all(timers.splice(0).map((timer) => timer.stop()));
  // Whatever happened: the log holds JSON lines, so nobody may print past it.
  for (const spy of printed) {
    expect(spy).not.toHaveBeenCalled();
  }
});

describe('a backoff timer before it is started and after it is stopped', () => {
  it('forgets what is set, and never fails', async () => {
    const { timer, seen } = makeTimer(undefined, NOWHERE);
    timer.set(REQUEST, 0);
    await timer.stop();
    timer.set(REQUEST, 0);
    expect(seen).toEqual({ due: 0, errors: 0 });
  });
});

describe('a backoff timer on PostgreSQL', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
  });
  afterEach(async () => {
    await Promise.all(timers.splice(0).map((timer) => timer.stop()));
    await client.end();
    await database.drop();
  });

  const jobs = async (): Promise<{ data: unknown; state: string }[]> =>
    (await client.query<{ data: unknown; state: string }>('SELECT data, state FROM bullmq.job'))
      .rows;
  const tableExists = async (): Promise<boolean> =>
    (await client.query("SELECT 1 WHERE to_regclass('bullmq.job') IS NOT NULL")).rowCount === 1;

  it('fires in another process when the one that set it is gone, not before it is due, and leaves nothing', async () => {
    const setter = makeTimer(undefined, database.connectionString);
    setter.timer.start();
    await eventually('the tables are there', tableExists);
    const from = Date.now();
    setter.timer.set(REQUEST, 1_000);
    await eventually('the job is stored', async () => (await jobs()).length === 1);
    expect(await jobs()).toEqual([{ data: { id: REQUEST }, state: 'delayed' }]);
    await setter.timer.stop();

    const other = makeTimer(undefined, database.connectionString);
    other.timer.start();
    await eventually('it fired', () => other.seen.due === 1);
    expect(Date.now() - from).toBeGreaterThanOrEqual(1_000);
    expect(setter.seen.due).toBe(0);
    await eventually('the job is gone', async () => (await jobs()).length === 0);
  });

  it('makes its tables once when several processes start at the same time', async () => {
    const all = [1, 2, 3].map(() => makeTimer(undefined, database.connectionString));
    all.forEach(({ timer }) => timer.start());
    all.forEach(({ timer }) => timer.set(REQUEST, 0));
    await eventually(
      'all three fired',
      () => all.reduce((sum, { seen }) => sum + seen.due, 0) === 3,
    );
    expect(all.map(({ seen }) => seen.errors)).toEqual([0, 0, 0]);
  });

  it('keeps few of the events that BullMQ writes: nobody reads them', async () => {
    makeTimer(undefined, database.connectionString).timer.start();
    await eventually('the limit is set', async () => {
      const { rows } = (await tableExists())
        ? await client.query("SELECT value FROM bullmq.meta WHERE field = 'opts.maxLenEvents'")
        : { rows: [] };
      return (rows as { value: string }[])[0]?.value === '100';
    });
  });

  it('goes on after its connections were cut', async () => {
    const { timer, seen } = makeTimer(undefined, database.connectionString);
    timer.start();
    timer.set(REQUEST, 0);
    await eventually('it fired', () => seen.due === 1);
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await eventually('it fires again', () => {
      timer.set(REQUEST, 0);
      return seen.due > 1;
    });
  });

  it('opens no connection but those of our pool, which can be cut at any moment', async () => {
    const opened = jest.spyOn(pg, 'Client');
    const { timer, seen } = makeTimer(undefined, database.connectionString);
    timer.start();
    timer.set(REQUEST, 0);
    await eventually('it fired', () => seen.due === 1);
    // BullMQ LISTENs by now: it learns of jobs by that alone.
    timer.set(REQUEST, 0);
    await eventually('it fired again', () => seen.due === 2);
    expect(opened).not.toHaveBeenCalled();
    opened.mockRestore();
  });

  it('comes to life when the database was away at its start', async () => {
    const connections = async (allowed: boolean): Promise<void> => {
      const server = new pg.Client({
        connectionString: onDatabase(database.connectionString, 'postgres'),
      });
      await server.connect();
      await server.query(`ALTER DATABASE "${database.name}" ALLOW_CONNECTIONS ${allowed}`);
      await server.end();
    };
    await connections(false);
    const { timer, seen } = makeTimer(undefined, database.connectionString);
    timer.start();
    timer.set(REQUEST, 0);
    await eventually('it failed', () => seen.errors > 0);
    await connections(true);
    await eventually('it fires', () => {
      timer.set(REQUEST, 0);
      return seen.due > 0;
    });
  });

  it('sets at once and stops within a second while the database is away', async () => {
    const { timer, seen } = makeTimer(undefined, NOWHERE);
    timer.start();
    expect(await took(() => timer.set(REQUEST, DELAY_MS))).toBeLessThan(100);
    await eventually('it failed', () => seen.errors > 0);
    expect(await took(() => timer.stop())).toBeLessThan(1_500);
  });
});

describeWithRedis('a backoff timer on Redis', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await startTestRedis();
  });
  afterEach(async () => {
    await Promise.all(timers.splice(0).map((timer) => timer.stop()));
    await redis.close();
  });

  const withRedis = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(redis.url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  const delayed = (): Promise<number> =>
    withRedis((client) => client.zcard('{reqrun}:backoff:delayed'));

  it('fires in another process when the one that set it is gone, not before it is due', async () => {
    const setter = makeTimer(redis.url, NOWHERE);
    setter.timer.start();
    const from = Date.now();
    await eventually('it is set', async () => {
      setter.timer.set(REQUEST, 1_000);
      return (await delayed()) > 0;
    });
    await setter.timer.stop();

    const other = makeTimer(redis.url, NOWHERE);
    other.timer.start();
    await eventually('it fired', () => other.seen.due > 0);
    expect(Date.now() - from).toBeGreaterThanOrEqual(1_000);
    expect(setter.seen.due).toBe(0);
  });

  it('holds the id and nothing else, in one hash slot, and leaves no job behind', async () => {
    const { timer, seen } = makeTimer(redis.url, NOWHERE);
    timer.start();
    await eventually('it is set', async () => {
      timer.set(REQUEST, 1_000);
      return (await delayed()) > 0;
    });
    const job = await withRedis((client) => client.hget('{reqrun}:backoff:1', 'data'));
    expect(JSON.parse(job ?? '')).toEqual({ id: REQUEST });
    await eventually('it fired', () => seen.due > 0);
    await eventually('the jobs are gone', async () => {
      const keys = await withRedis((client) => client.keys('*'));
      expect(keys.filter((key) => !key.startsWith('{reqrun}:backoff:'))).toEqual([]);
      return keys.every((key) => /:(meta|id|events|stalled-check)$/.test(key));
    });
    const meta = await withRedis((client) =>
      client.hget('{reqrun}:backoff:meta', 'opts.maxLenEvents'),
    );
    expect(meta).toBe('100');
  });

  it('sets at once and stops within a second while Redis is away', async () => {
    await redis.stop();
    const { timer, seen } = makeTimer(redis.url, NOWHERE);
    timer.start();
    expect(await took(() => timer.set(REQUEST, DELAY_MS))).toBeLessThan(100);
    await eventually('it failed', () => seen.errors > 0);
    expect(await took(() => timer.stop())).toBeLessThan(1_500);
  });

  it('sets at once and stops within a second while Redis hangs', async () => {
    const { timer, seen } = makeTimer(redis.url, NOWHERE);
    timer.start();
    await eventually('it fires', () => {
      timer.set(REQUEST, 0);
      return seen.due > 0;
    });
    redis.freeze();
    expect(await took(() => timer.set(REQUEST, DELAY_MS))).toBeLessThan(100);
    expect(await took(() => timer.stop())).toBeLessThan(1_500);
    redis.thaw();
  });

  it.each(['restart', 'flush'] as const)('fires again after a %s of Redis', async (accident) => {
    const { timer, seen } = makeTimer(redis.url, NOWHERE);
    timer.start();
    await eventually('it fires', () => {
      timer.set(REQUEST, 0);
      return seen.due > 0;
    });
    await redis[accident]();
    const before = seen.due;
    await eventually('it fires again', () => {
      timer.set(REQUEST, 0);
      return seen.due > before;
    });
  });

  it('comes to life when Redis was away at its start', async () => {
    await redis.stop();
    const { timer, seen } = makeTimer(redis.url, NOWHERE);
    timer.start();
    await eventually('it failed', () => seen.errors > 0);
    await redis.restart();
    await eventually('it fires', () => {
      timer.set(REQUEST, 0);
      return seen.due > 0;
    });
  });
});
