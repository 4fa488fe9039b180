import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { CHECKS } from '../checks/all.js';
import { DRAIN_LIMIT_MS } from '../checks/ended.js';
import { type Evidence, readDatabase } from '../checks/evidence.js';
import { readLogs } from '../checks/logs.js';
import { callsThatCrossedWithTheEnd } from '../checks/refusals.js';
import { grownSince } from '../checks/residue.js';
import { countWays, usedWays } from '../checks/ways.js';
import type { FaultRecord } from '../faults/fault.js';
import { findLeaks } from '../leaks.js';
import { Ledger } from '../ledger.js';
import { Caller } from '../load/caller.js';
import { Load } from '../load/load.js';
import { mutantSettings, prepareMutant } from '../mutants/apply.js';
import type { Options } from '../options.js';
import { Random } from '../random.js';
import { type Report, say } from '../report.js';
import { scheduleFaults } from '../schedule.js';
import { SHORT_TIMES, System } from '../system/system.js';
import { type Footprint, type Sample, takeFootprints, takeSample } from '../watch.js';

const SAMPLE_EVERY_MS = 1_000;
/** Requests before the first fault, so that footprints before and after can be compared. */
const WARM_UP = 40;
/** Time between two faults, in ms. */
const REST_MS = [200, 1_500] as const;
/** Time at rest, in ms. Pools close idle connections after 30 s, so a connection open later is a leak. */
const QUIET_MS = 45_000;

/**
 * Runs mixed load and faults from a seeded schedule, then every check.
 *
 * @param options numbers of requests and faults, and the seed
 */
export async function chaos(options: Options): Promise<Report> {
  const canary = `CANARY-${randomBytes(8).toString('hex')}`;
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 2, workers: 3, canary },
    settings: { ...SHORT_TIMES, ...mutantSettings(options.mutant) },
  });
  try {
    await prepareMutant(options.mutant, system.pool);
    return await run(options, system, canary);
  } finally {
    await system.stop();
  }
}

async function run(options: Options, system: System, canary: string): Promise<Report> {
  const random = new Random(options.seed);
  const ledger = new Ledger();
  const caller = new Caller(system.apis, system.project.keys.test, ledger);
  const stage = { caller, ledger, canary, stranger: system.stranger, storm: false };
  const load = new Load(stage, random.fork(1), options.requests);
  const faults: FaultRecord[] = [];
  const samples: Sample[] = [];
  const began = Date.now();
  const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s`;

  const watching = new AbortController();
  const watched = watch(system, ledger, samples, watching.signal);
  await load.release(Math.min(WARM_UP, options.requests), 2_000);
  await load.settled();
  const before = await takeFootprints(system);

  const schedule = scheduleFaults(random.fork(2), options.faults, options, options.only);
  const share = Math.ceil((options.requests - load.started) / Math.max(1, schedule.length));
  for (const [index, fault] of schedule.entries()) {
    const own = random.fork(100 + index);
    const rest = own.integer(...REST_MS);
    const loading = load.release(share, fault.estimateMs + rest);
    await delay(rest);
    const startedAt = Date.now();
    const victims = await fault.run({ system, load, stage, caller, random: own, n: index + 1 });
    faults.push({ n: index + 1, kind: fault.kind, victims, startedAt, endedAt: Date.now() });
    await loading;
    say(
      `${seconds()}  ${String(index + 1).padStart(3)}/${schedule.length}  ${fault.kind} ` +
        `(${victims.join(', ')}), ${load.started} requests, ${load.active} under way`,
    );
  }
  await load.release(options.requests, 10_000);
  const drainedAfterMs = await drain(system, load);
  watching.abort();
  await watched;
  say(`${seconds()}  drained; checking`);
  caller.close();
  // A provider closes idle connections too, but later.
  system.proxies.provider.cut();

  const evidence: Evidence = {
    ...{ ledger, faults, outages: system.postgres.outages, samples, drainedAfterMs },
    footprints: { before, after: await footprintsAtRest(system, before) },
    ...(await readDatabase(system)),
    logs: await readLogs(system, ledger),
    workers: system.workerNames(),
    ownEnds: system.services.flatMap(({ ownEnds }) => ownEnds),
    leaks: await findLeaks(system, [canary, ...Object.values(system.project.keys)]),
  };
  return report(options, evidence, errorLines(system), Date.now() - began);
}

/** Returns the footprints after the processes have released their resources. */
async function footprintsAtRest(
  system: System,
  before: readonly Footprint[],
): Promise<readonly Footprint[]> {
  for (const deadline = Date.now() + QUIET_MS; ;) {
    const after = await takeFootprints(system);
    if (grownSince(before, after).length === 0 || Date.now() > deadline) {
      return after;
    }
    await delay(1_000);
  }
}

/** Returns the errors in the logs of the product's processes. */
function errorLines(system: System): string[] {
  return system.services.flatMap(({ name, errors }) => errors.map((line) => `${name}: ${line}`));
}

/** Waits until no request is open. */
async function drain(system: System, load: Load): Promise<number | null> {
  const from = Date.now();
  while (Date.now() - from < DRAIN_LIMIT_MS) {
    const { rows } = await system.pool.query(
      `SELECT 1 FROM requests WHERE status NOT IN ('completed', 'failed', 'canceled') LIMIT 1`,
    );
    if (rows.length === 0 && load.active === 0) {
      return Date.now() - from;
    }
    await delay(100);
  }
  return null;
}

async function watch(
  system: System,
  ledger: Ledger,
  samples: Sample[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const sample = await takeSample(system.pool, ledger);
    if (sample !== null) {
      samples.push(sample);
    }
    await delay(SAMPLE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function report(
  options: Options,
  evidence: Evidence,
  errors: readonly string[],
  tookMs: number,
): Report {
  const attempts = [...evidence.attempts.values()].flat();
  const tally = <T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const item of items) {
      counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
    }
    return counts;
  };
  const ways = countWays(evidence);
  const calls = [...evidence.calls.values()].flat().length;
  const text = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return {
    title:
      `Chaos: ${evidence.requests.size} requests, ${evidence.faults.length} faults, seed ${options.seed}, ` +
      (options.redis ? 'with Redis' : 'without Redis') +
      (options.links ? '' : ', without links') +
      (options.mutant === null ? '' : `, WITHOUT ${options.mutant}`),
    verdicts: [
      ...CHECKS.map(({ name, run: check }) => ({ name, violations: check(evidence) })),
      usedWays(ways, { queued: true, direct: options.links }),
    ],
    figures: {
      requests: text(tally([...evidence.requests.values()], ({ status }) => status)),
      'started directly': ways.direct,
      attempts: text(tally(attempts, ({ outcome }) => outcome)),
      'hits of the cache': [...evidence.requests.values()].filter(
        ({ cached_from }) => cached_from !== null,
      ).length,
      'calls of a fallback': attempts.filter(({ decision }) => decision === 'fallback').length,
      'streams read': text(tally(evidence.ledger.streams, ({ end }) => end)),
      'streams resumed': evidence.ledger.streams.filter(({ after }) => after !== null).length,
      'provider calls': calls,
      'client calls': text(tally(evidence.ledger.calls, ({ end }) => end?.kind ?? 'open')),
      'calls that crossed with the end of a server': callsThatCrossedWithTheEnd(evidence),
      'error lines': errors.length,
      'looks at the books': evidence.samples.length,
      'drained after (ms)': evidence.drainedAfterMs ?? 'never',
      'took (s)': Math.round(tookMs / 1000),
    },
    details: {
      options: { ...options, only: options.only?.source ?? null },
      faults: evidence.faults,
      errors: errors.slice(0, 100),
      ownEnds: evidence.ownEnds,
      faultKinds: tally(evidence.faults, ({ kind }) => kind),
      footprints: evidence.footprints satisfies { before: readonly Footprint[] },
    },
  };
}
