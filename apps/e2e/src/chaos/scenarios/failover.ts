import { setTimeout as delay } from 'node:timers/promises';

import { CHECKS } from '../checks/all.js';
import { type Evidence, readDatabase } from '../checks/evidence.js';
import { readLogs } from '../checks/logs.js';
import type { FaultRecord } from '../faults/fault.js';
import { Ledger } from '../ledger.js';
import { Caller } from '../load/caller.js';
import { Load } from '../load/load.js';
import { mutantSettings, prepareMutant } from '../mutants/apply.js';
import type { Options } from '../options.js';
import { Random } from '../random.js';
import { type Report, say, type Verdict } from '../report.js';
import { SHORT_TIMES, System } from '../system/system.js';

/** Requests that begin around each failover, over this time in ms. */
const REQUESTS_PER_KILL = 40;
const LOAD_MS = 5_000;
/** Time until somebody notices that the primary is dead, in ms. */
const UNNOTICED_MS = [0, 3_000] as const;
/** Time until the former primary becomes a standby, in ms. */
const FORMER_MS = 1_500;
/** Time after the last failover in which every request must end, in ms. */
const DRAIN_LIMIT_MS = 60_000;

/** Checks of the chaos runs that apply where nothing is sampled and no process is killed. */
const APPLICABLE = CHECKS.filter(({ name }) => !/^(5|7|8) /.test(name));

/**
 * Kills the primary of a synchronous pair under load and promotes its standby, again and again. Nothing that
 * was accepted may be lost, no call made twice, and every refusal must be a 503 with a time to retry.
 *
 * @param options number of kills, whether there is a Redis, and the seed
 */
export async function failover(options: Options): Promise<Report> {
  const began = Date.now();
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 2, workers: 2, canary: 'no canary' },
    standby: true,
    settings: { ...SHORT_TIMES, ...mutantSettings(options.mutant) },
  });
  const random = new Random(options.seed);
  const ledger = new Ledger();
  const caller = new Caller(system.apis, system.project.keys.test, ledger);
  try {
    await prepareMutant(options.mutant, system.pool);
    const stage = { caller, ledger, canary: 'no canary', stranger: system.stranger, storm: false };
    const load = new Load(stage, random.fork(1), options.kills * REQUESTS_PER_KILL);
    const faults: FaultRecord[] = [];
    const gaps: number[] = [];
    for (let n = 1; n <= options.kills; n += 1) {
      const own = random.fork(100 + n);
      const loading = load.release(REQUESTS_PER_KILL, LOAD_MS);
      await delay(own.integer(200, 2_000));
      const startedAt = Date.now();
      const former = own.integer(0, 1) === 0 ? 'away' : 'primary';
      gaps.push(await system.pair.failOver(own.integer(...UNNOTICED_MS), former, FORMER_MS));
      faults.push({
        n,
        kind: `primary killed, former one ${former}`,
        victims: ['postgres'],
        startedAt,
        endedAt: Date.now(),
      });
      await loading;
      say(`  ${n} of ${options.kills}: ${load.started} requests, ${load.active} under way`);
    }
    const drainedAfterMs = await drain(system, load);
    caller.close();
    const evidence: Evidence = {
      ...{ ledger, faults, outages: [], samples: [], drainedAfterMs },
      footprints: { before: [], after: [] },
      ...(await readDatabase(system)),
      logs: await readLogs(system, ledger),
      workers: system.workerNames(),
      ownEnds: system.services.flatMap(({ ownEnds }) => ownEnds),
      leaks: [],
    };
    return {
      title: `Failover: ${options.kills} primaries killed, seed ${options.seed}, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts: [
        ...APPLICABLE.map(({ name, run }) => ({ name, violations: run(evidence) })),
        onlyUnavailable(ledger),
      ],
      figures: {
        requests: evidence.requests.size,
        'provider calls': [...evidence.calls.values()].flat().length,
        'refusals (503)': refusals(ledger).length,
        'longest without a primary (ms)': Math.round(Math.max(0, ...gaps)),
        'drained after (ms)': drainedAfterMs ?? 'never',
        'took (s)': Math.round((Date.now() - began) / 1000),
      },
      details: { options, faults },
    };
  } finally {
    caller.close();
    await system.stop();
  }
}

/** Calls that were answered by ReqRun's own 5xx, not by a provider's. */
function refusals(ledger: Ledger): { tag: string; status: number; code: string | null }[] {
  return ledger.calls.flatMap(({ tag, end }) =>
    end?.kind === 'answer' && end.told.id === null && end.told.status >= 500
      ? [{ tag, status: end.told.status, code: end.told.errorCode }]
      : [],
  );
}

function onlyUnavailable(ledger: Ledger): Verdict {
  const all = refusals(ledger);
  return {
    name: 'every refusal is a 503',
    violations: all
      .filter(({ status }) => status !== 503)
      .map(({ tag, status, code }) => `${tag}: ${status} ${code ?? ''}`),
    note: `${all.length} refusals`,
  };
}

async function drain({ pool }: System, load: Load): Promise<number | null> {
  const from = Date.now();
  while (Date.now() - from < DRAIN_LIMIT_MS) {
    const open = await pool
      .query(
        `SELECT 1 FROM requests WHERE status NOT IN ('completed', 'failed', 'canceled') LIMIT 1`,
      )
      .catch(() => null);
    if (open?.rows.length === 0 && load.active === 0) {
      return Date.now() - from;
    }
    await delay(100);
  }
  return null;
}
