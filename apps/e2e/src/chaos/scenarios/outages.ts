import { setTimeout as delay } from 'node:timers/promises';

import { mutantSettings, prepareMutant } from '../mutants/apply.js';
import { settled, submit } from '../load/handles.js';
import type { Options } from '../options.js';
import { type Report, say, type Verdict } from '../report.js';
import { System } from '../system/system.js';

/** Requests in progress when an outage begins: half may be sent again, half must not. */
const REQUESTS = 40;
/** Repetitions of each outage, each at another time between two heartbeats. */
const ROUNDS = 3;
/** Duration of an outage, in ms: longer than a lease of the shipped settings, which is 10 s. */
const OUTAGE_MS = 13_500;
/** A call that is longer than the outage, so that workers and calls outlive it. */
const CALL = 'sim/slow:22000,ok';

/** A way in which the database prevents the renewal of all leases. */
interface Outage {
  readonly name: string;
  readonly happen: (system: System) => Promise<void>;
}

const OUTAGES: readonly Outage[] = [
  { name: 'PostgreSQL frozen', happen: ({ postgres }) => postgres.freeze(OUTAGE_MS) },
  { name: 'table locked', happen: lockTable },
  {
    name: 'PostgreSQL unreachable',
    happen: async ({ proxies: { apiPostgres, workerPostgres } }) => {
      [apiPostgres, workerPostgres].forEach((proxy) => proxy.refuse());
      await delay(OUTAGE_MS);
      [apiPostgres, workerPostgres].forEach((proxy) => proxy.heal());
    },
  },
  {
    name: 'PostgreSQL silent',
    happen: async ({ proxies: { apiPostgres, workerPostgres } }) => {
      [apiPostgres, workerPostgres].forEach((proxy) => proxy.stall());
      await delay(OUTAGE_MS);
      [apiPostgres, workerPostgres].forEach((proxy) => proxy.heal());
    },
  },
];

/**
 * Runs outages of the database that are longer than a lease, while workers and calls keep running. No
 * request may be lost, and no call made twice. Uses the shipped settings.
 *
 * @param options whether there is a Redis
 */
export async function outages(options: Options): Promise<Report> {
  const began = Date.now();
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 1, workers: 3, canary: 'no canary' },
    settings: mutantSettings(options.mutant),
  });
  try {
    await prepareMutant(options.mutant, system.pool);
    const verdicts: Verdict[] = [];
    for (const outage of OUTAGES.filter(({ name }) => options.only?.test(name) !== false)) {
      verdicts.push(await judge(system, outage));
      say(`  ${outage.name}: ${verdicts.at(-1)?.note ?? ''}`);
    }
    return {
      title: `Outages longer than a lease, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts,
      figures: { 'took (s)': Math.round((Date.now() - began) / 1000) },
      details: { options },
    };
  } finally {
    await system.stop();
  }
}

async function judge(system: System, { name, happen }: Outage): Promise<Verdict> {
  const counts = { lost: 0, unfinished: 0, requests: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const ids = [
      ...(await submit(system, CALL, REQUESTS / 2, { on_lost: 'retry' })),
      ...(await submit(system, CALL, REQUESTS / 2, { on_lost: 'fail' })),
    ];
    // A random time between two heartbeats, which are 3 s apart.
    await delay(4_000 + Math.random() * 3_000);
    await happen(system);
    await settled(system);
    const { rows } = await system.pool.query<{ lost: number; unfinished: number }>(
      `SELECT count(*) FILTER (WHERE status <> 'completed')::int AS unfinished,
              count(*) FILTER (WHERE attempts > 1 OR losses > 0)::int AS lost
       FROM requests WHERE id = ANY($1::uuid[])`,
      [ids],
    );
    counts.lost += rows[0]?.lost ?? 0;
    counts.unfinished += rows[0]?.unfinished ?? 0;
    counts.requests += ids.length;
  }
  return {
    name,
    violations: [
      ...(counts.lost > 0 ? [`${counts.lost} requests were taken from live workers`] : []),
      ...(counts.unfinished > 0 ? [`${counts.unfinished} requests did not complete`] : []),
    ],
    note: `${counts.lost} of ${counts.requests} taken from live workers`,
  };
}

/** Blocks all writes but no reads, as a badly written migration does. */
async function lockTable({ pool }: System): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await client.query('LOCK TABLE requests IN EXCLUSIVE MODE');
    await delay(OUTAGE_MS);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}
