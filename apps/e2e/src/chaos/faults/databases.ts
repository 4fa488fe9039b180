import { setTimeout as delay } from 'node:timers/promises';

import type { FaultyProxy } from '../system/proxy.js';
import type { ChaosRedis } from '../system/chaos-redis.js';
import { SHORT_LEASE_MS } from '../system/system.js';
import type { Arena, Fault, Victim } from './fault.js';

const UNREACHABLE_MS = 10_000;

/** Breaks some connections in one way for a time, then heals them. */
async function broken(
  proxies: readonly FaultyProxy[],
  how: (proxy: FaultyProxy) => void,
  forMs: number,
): Promise<void> {
  proxies.forEach(how);
  await delay(forMs);
  proxies.forEach((proxy) => proxy.heal());
}

const refuse = (proxy: FaultyProxy): void => proxy.refuse();
const stall = (proxy: FaultyProxy): void => proxy.stall();

async function postgres(work: Promise<unknown>): Promise<Victim[]> {
  await work;
  return ['postgres'];
}

/** PostgreSQL restarts, crashes, and cannot be reached. */
export const POSTGRES_FAULTS: readonly Fault[] = [
  {
    kind: 'PostgreSQL: fast restart',
    estimateMs: 2_000,
    run: ({ system, random }) => postgres(system.postgres.restart(random.integer(0, 1_500))),
  },
  {
    kind: 'PostgreSQL: immediate stop, crash recovery',
    estimateMs: 2_000,
    run: ({ system, random }) =>
      postgres(system.postgres.crash('SIGQUIT', random.integer(0, 1_500))),
  },
  {
    kind: 'PostgreSQL: kill -9, crash recovery',
    estimateMs: 3_000,
    run: ({ system, random }) =>
      postgres(system.postgres.crash('SIGKILL', random.integer(0, 1_500))),
  },
  {
    kind: 'PostgreSQL: all connections terminated',
    estimateMs: 300,
    run: ({ system }) =>
      postgres(
        system.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        ),
      ),
  },
  {
    kind: 'PostgreSQL: 10 s unreachable',
    estimateMs: UNREACHABLE_MS,
    run: ({ system: { proxies } }) =>
      postgres(broken([proxies.apiPostgres, proxies.workerPostgres], refuse, UNREACHABLE_MS)),
  },
  {
    kind: 'PostgreSQL: 10 s silent for the workers',
    estimateMs: UNREACHABLE_MS,
    run: ({ system: { proxies } }) =>
      postgres(broken([proxies.workerPostgres], stall, UNREACHABLE_MS)),
  },
  {
    kind: 'PostgreSQL: frozen for longer than a lease',
    estimateMs: SHORT_LEASE_MS + 1_500,
    run: ({ system }) => postgres(system.postgres.freeze(SHORT_LEASE_MS + 1_500)),
  },
  {
    kind: 'PostgreSQL: connections of the APIs cut',
    estimateMs: 500,
    run: async ({ system: { proxies } }: Arena): Promise<Victim[]> => {
      proxies.apiPostgres.cut();
      await delay(250);
      proxies.apiPostgres.cut();
      return ['postgres'];
    },
  },
  {
    kind: 'PostgreSQL: connections of the workers cut',
    estimateMs: 500,
    run: async ({ system: { proxies } }: Arena): Promise<Victim[]> => {
      proxies.workerPostgres.cut();
      await delay(250);
      proxies.workerPostgres.cut();
      return ['postgres'];
    },
  },
  {
    kind: 'PostgreSQL: 150 ms away',
    estimateMs: 3_000,
    run: ({ system: { proxies } }) =>
      postgres(
        broken([proxies.apiPostgres, proxies.workerPostgres], (proxy) => proxy.slow(150), 3_000),
      ),
  },
];

function onRedis(
  kind: string,
  estimateMs: number,
  work: (redis: ChaosRedis, proxy: FaultyProxy, arena: Arena) => Promise<unknown>,
): Fault {
  return {
    kind: `Redis: ${kind}`,
    redis: true,
    estimateMs,
    run: async (arena: Arena): Promise<Victim[]> => {
      const { redis, proxies } = arena.system;
      if (redis !== null && proxies.redis !== null) {
        await work(redis, proxies.redis, arena);
      }
      return ['redis'];
    },
  };
}

/** Redis loses its data, restarts, is full, and cannot be reached. */
export const REDIS_FAULTS: readonly Fault[] = [
  onRedis('FLUSHALL', 100, (redis) => redis.flush()),
  onRedis('restart without its data', 700, (redis) => redis.restart('lost')),
  onRedis('restart with its data', 700, (redis) => redis.restart('kept')),
  onRedis('10 s unreachable', UNREACHABLE_MS, (_redis, proxy) =>
    broken([proxy], refuse, UNREACHABLE_MS),
  ),
  onRedis('10 s silent', UNREACHABLE_MS, (_redis, proxy) => broken([proxy], stall, UNREACHABLE_MS)),
  onRedis('frozen', 4_000, async (redis) => {
    redis.freeze();
    await delay(4_000);
    redis.thaw();
  }),
  onRedis('out of memory', 4_000, async (redis) => {
    await redis.limitMemory(true);
    await delay(4_000);
    await redis.limitMemory(false);
  }),
];
