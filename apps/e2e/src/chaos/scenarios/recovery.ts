import { setTimeout as delay } from 'node:timers/promises';

import { mutantSettings, prepareMutant } from '../mutants/apply.js';
import type { Options } from '../options.js';
import { type Report, say, type Verdict } from '../report.js';
import { settled, submit } from '../load/handles.js';
import { System } from '../system/system.js';

/** Number of requests that each fault hits. */
const REQUESTS = 20;
/** Number of repetitions of each fault. */
const ROUNDS = 8;
const UNREACHABLE_MS = 10_000;

/** A fault, with the time after which the requests it hit must continue. */
interface Recovery {
  readonly name: string;
  readonly limitMs: number;
  readonly medianMs?: number;
  readonly redis?: true;
  /** @returns time that each request had to wait, in ms */
  readonly measure: (system: System) => Promise<number[]>;
}

const RECOVERIES: readonly Recovery[] = [
  {
    name: 'kill -9 of a worker, until its requests run again',
    limitMs: 12_000,
    medianMs: 10_000,
    measure: afterKill,
  },
  onRedis('Redis flushed', async ({ redis }) => redis?.flush()),
  onRedis(
    'Redis stopped',
    async ({ redis }) => redis?.stop(),
    async ({ redis }) => redis?.restart('lost'),
  ),
  onRedis(
    'Redis silent',
    ({ proxies }) => proxies.redis?.stall(),
    ({ proxies }) => proxies.redis?.heal(),
  ),
  onPostgres('PostgreSQL back after a restart', ({ postgres }) => postgres.restart(3_000)),
  onPostgres('PostgreSQL back after a crash', ({ postgres }) => postgres.crash('SIGQUIT', 3_000)),
  onPostgres('PostgreSQL back after 10 s unreachable', async ({ proxies }) => {
    proxies.apiPostgres.refuse();
    proxies.workerPostgres.refuse();
    await delay(UNREACHABLE_MS);
    proxies.apiPostgres.heal();
    proxies.workerPostgres.heal();
  }),
  onPostgres('PostgreSQL back after 10 s silent', async ({ proxies }) => {
    proxies.apiPostgres.stall();
    proxies.workerPostgres.stall();
    await delay(UNREACHABLE_MS);
    // Both sides give up connections that were silent for so long.
    proxies.apiPostgres.cut();
    proxies.workerPostgres.cut();
    proxies.apiPostgres.heal();
    proxies.workerPostgres.heal();
  }),
];

/**
 * Measures how soon requests continue after a fault, with the shipped settings.
 *
 * @param options whether there is a Redis
 */
export async function recovery(options: Options): Promise<Report> {
  const began = Date.now();
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 2, workers: 3, canary: 'no canary' },
    settings: mutantSettings(options.mutant),
  });
  try {
    await prepareMutant(options.mutant, system.pool);
    const verdicts: Verdict[] = [];
    for (const one of applicable(options)) {
      const waits: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        waits.push(...(await one.measure(system)));
        await settled(system);
      }
      verdicts.push(judge(one, waits));
      say(`  ${one.name}: ${verdicts.at(-1)?.note ?? ''}`);
    }
    return {
      title: `Recovery with the shipped settings, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts,
      figures: { 'took (s)': Math.round((Date.now() - began) / 1000) },
      details: { options },
    };
  } finally {
    await system.stop();
  }
}

function applicable({ redis, only }: Options): readonly Recovery[] {
  return RECOVERIES.filter(
    (one) => (redis || one.redis !== true) && only?.test(one.name) !== false,
  );
}

function judge({ name, limitMs, medianMs }: Recovery, waits: readonly number[]): Verdict {
  const sorted = [...waits].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? Infinity;
  const longest = sorted.at(-1) ?? Infinity;
  return {
    name,
    violations: [
      ...(longest > limitMs ? [`the longest took ${Math.round(longest)} ms, over ${limitMs}`] : []),
      ...(medianMs !== undefined && median > medianMs
        ? [`the median took ${Math.round(median)} ms, over ${medianMs}`]
        : []),
    ],
    note: `median ${Math.round(median)} ms, longest ${Math.round(longest)} ms (${sorted.length} requests)`,
  };
}

/** Measures from the kill to the start of the attempt that follows the lost one. */
async function afterKill(system: System): Promise<number[]> {
  const ids = await submit(system, 'sim/slow:12000,ok', REQUESTS);
  // A random time between two renewals of a lease, which are 3 s apart.
  await delay(4_000 + Math.random() * 3_000);
  const { rows: owners } = await system.pool.query<{ owner: string }>(
    `SELECT lease_owner AS owner FROM requests WHERE id = ANY($1::uuid[])
     GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
    [ids],
  );
  const victim = system.workers.find(({ workerIds }) => workerIds.includes(owners[0]?.owner ?? ''));
  if (victim === undefined) {
    throw new Error('Nobody runs these requests.');
  }
  const killedAt = Date.now();
  await victim.restart('SIGKILL');
  await settled(system);
  const { rows } = await system.pool.query<{ ms: number }>(
    `SELECT extract(epoch FROM next.started_at)::float8 * 1000 - $2::float8 AS ms
     FROM attempts lost JOIN attempts next ON next.request_id = lost.request_id AND next.number = lost.number + 1
     WHERE lost.outcome = 'lost' AND lost.request_id = ANY($1::uuid[])`,
    [ids, killedAt],
  );
  return rows.map(({ ms }) => ms);
}

/** Covers requests that wait for a retry while Redis loses data, and requests that arrive meanwhile. */
function onRedis(
  name: string,
  harm: (system: System) => unknown,
  heal: (system: System) => unknown = () => undefined,
): Recovery {
  return {
    name: `${name}, until due retries and new work go on`,
    limitMs: 2_000,
    redis: true,
    measure: async (system) => {
      const waiting = await submit(system, 'sim/503:retry-after-ms=1500,ok', REQUESTS);
      await delay(500);
      await harm(system);
      const fresh = await submit(system, 'sim/503:retry-after-ms=300,ok', REQUESTS);
      await settled(system);
      await heal(system);
      return lateness(system, [...waiting, ...fresh], 0);
    },
  };
}

/** Measures requests that were due before, from the time at which PostgreSQL answers again. */
function onPostgres(name: string, outage: (system: System) => Promise<void>): Recovery {
  return {
    name: `${name}, until due work goes on`,
    limitMs: 5_000,
    measure: async (system) => {
      const ids = await submit(system, 'sim/503:retry-after-ms=1000,ok', REQUESTS);
      await delay(500);
      await outage(system);
      const backAt = Date.now();
      await settled(system);
      return lateness(system, ids, backAt);
    },
  };
}

/** Returns the delays of attempts after they were due, or after a given time if that was later. */
async function lateness(system: System, ids: readonly string[], from: number): Promise<number[]> {
  const { rows } = await system.pool.query<{ ms: number }>(
    `SELECT extract(epoch FROM a.started_at)::float8 * 1000 - greatest($2::float8,
              extract(epoch FROM coalesce(p.ended_at + p.delay_ms * interval '1 ms', r.created_at))::float8 * 1000) AS ms
     FROM attempts a JOIN requests r ON r.id = a.request_id
     LEFT JOIN attempts p ON p.request_id = a.request_id AND p.number = a.number - 1
     WHERE a.request_id = ANY($1::uuid[])
       AND a.started_at >= to_timestamp($2::float8 / 1000)`,
    [ids, from],
  );
  return rows.map(({ ms }) => ms);
}
