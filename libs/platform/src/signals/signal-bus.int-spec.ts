import { jest } from '@jest/globals';

import { createPool, type Pool } from '../database/index.js';
import {
  createTestDatabase,
  describeWithRedis,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '../testing/index.js';
import { eventually } from '../testing/eventually.js';
import { createSignalBus } from './open-signal-bus.js';
import type { SignalBus } from './signal-bus.js';

jest.setTimeout(120_000);

const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `rr_${String(n).padStart(32, '0')}`);

/** Guarantees of both kinds of bus; `open` makes a bus, `cut` breaks all connections. */
function promises(open: () => Promise<SignalBus>, cut: () => Promise<unknown>): void {
  const buses: SignalBus[] = [];
  const make = async (): Promise<SignalBus> => {
    const bus = await open();
    buses.push(bus);
    return bus;
  };
  afterEach(() => Promise.all(buses.splice(0).map((bus) => bus.stop())));

  it('brings every signal to every process, with its ids', async () => {
    const [one, other] = [await make(), await make()];
    const heard: string[] = [];
    for (const bus of [one, other]) {
      bus.subscribe('finished', (list) => heard.push(`finished ${list.join()}`));
      bus.subscribe('canceled', (list) => heard.push(`canceled ${list.join()}`));
    }
    await eventually('both are connected', () => one.connected && other.connected);
    await eventually('they hear', () => {
      one.publish('finished', ['a', 'b']);
      return heard.length >= 2;
    });
    one.publish('canceled', ['c']);
    await eventually(
      'both heard',
      () => heard.filter((line) => line === 'canceled c').length === 2,
    );
    expect(new Set(heard)).toEqual(new Set(['finished a,b', 'canceled c']));
  });

  it('joins what is published in one turn, and loses none of a thousand ids', async () => {
    const [one, other] = [await make(), await make()];
    const heard = new Set<string>();
    let arrivals = 0;
    other.subscribe('finished', (list) => {
      arrivals += 1;
      list.forEach((id) => heard.add(id));
    });
    await eventually('it is subscribed', () => {
      one.publish('finished', ['ready']);
      return heard.size > 0;
    });
    const before = arrivals;
    ids(1_000).forEach((id) => one.publish('finished', [id]));
    await eventually('all arrived', () => heard.size === 1_001);
    expect(arrivals - before).toBeLessThanOrEqual(10);
  });

  it('comes back after its connections were cut, and notifies once for what it missed', async () => {
    const bus = await make();
    let notifications = 0;
    bus.subscribe('due', () => {
      notifications += 1;
    });
    await eventually('it is connected', () => bus.connected);
    await cut();
    bus.publish('due');
    const before = notifications;
    await eventually('it is notified', () => notifications > before);
    let heard = false;
    bus.subscribe('finished', () => {
      heard = true;
    });
    await eventually('it is subscribed', () => {
      bus.publish('finished', ['a']);
      return heard;
    });
  });
}

let database: TestDatabase;
let pool: Pool;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
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
  process.off('unhandledRejection', onUnhandled);
});
afterEach(() => expect(unhandled).toEqual([]));

const opened = async (redisUrl: string | undefined, connectionString: string, on: Pool) => {
  const bus = createSignalBus({
    redis: redisUrl === undefined ? undefined : { url: redisUrl },
    pool: on,
    connectionString,
    applicationName: 'test-bus',
  });
  await bus.start();
  return bus;
};

describe('signals over PostgreSQL', () => {
  promises(
    () => opened(undefined, database.connectionString, pool),
    () =>
      pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-bus'",
      ),
  );

  it('starts, publishes and stops where there is no database', async () => {
    const nowhere = 'postgresql://nobody@127.0.0.1:1/none';
    const none = createPool({ connectionString: nowhere, max: 1, applicationName: 'test' });
    const bus = await opened(undefined, nowhere, none);
    expect(bus.connected).toBe(false);
    expect(() => bus.publish('finished', ids(500))).not.toThrow();
    await bus.stop();
    expect(() => bus.publish('due')).not.toThrow();
    await none.end();
  });
});

describeWithRedis('signals over Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.close());

  promises(
    () => opened(redis.url, database.connectionString, pool),
    () => redis.restart(),
  );

  it('starts, publishes and stops while Redis is away, and comes to life with it', async () => {
    await redis.stop();
    const [bus, stopped] = await Promise.all([
      opened(redis.url, database.connectionString, pool),
      opened(redis.url, database.connectionString, pool),
    ]);
    expect(() => stopped.publish('finished', ids(500))).not.toThrow();
    const from = performance.now();
    await stopped.stop();
    expect(performance.now() - from).toBeLessThan(1_000);
    let heard = false;
    bus.subscribe('finished', () => {
      heard = true;
    });
    await redis.restart();
    await eventually('it is subscribed', () => {
      bus.publish('finished', ['a']);
      return heard;
    });
    await bus.stop();
  });
});
