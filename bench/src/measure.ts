import { runDriver } from './children.js';
import type { DriverJob, DriverResult } from './driver-job.js';
import { watchOtherLoad } from './other-load.js';
import type { Usage } from './processes.js';
import { ratio } from './statistics.js';

/** A row of the table: the median of several runs. */
export interface Measurement {
  work: string;
  perSecond: number;
  /** Ratio to the direct calls of the same turns; null without direct calls. */
  ofDirect: number | null;
  p50: number;
  p95: number;
  p99: number;
  /** CPU time per request of the product's processes and PostgreSQL's, in ms. */
  cpuMsPerRequest: number | null;
  /** Proportional memory of the same processes after the run, in MiB. */
  memoryMiB: number | null;
  commitsPerRequest: number | null;
  /** Number of answers without a 2xx status, over all runs. */
  errors: number;
  /** Rates of the slowest and the fastest run. A wide range means that the machine was disturbed. */
  range: [number, number];
  /** Largest share of the machine that other work took during a run, from 0 to 1. */
  otherLoad: number;
}

/** A program that is measured while it works. */
export interface Watched {
  /** Returns the CPU time and memory that its processes and the database's have used so far. */
  usage(): Usage;
  /** Returns the number of transactions that its database has committed so far. */
  commits?(): Promise<number>;
}

/** A load to be measured. */
export interface Load {
  work: string;
  job: DriverJob;
  /** The program under load, if its processes are measured. */
  product?: Watched;
  /** Resolves after a load when all accepted requests have ended. */
  settle?: () => Promise<void>;
}

/** A load and the number of its runs. */
export interface MeasureOptions extends Load {
  runs: number;
}

/** Seconds of load after which V8 has compiled the code that the load needs. */
const WARM_AFTER_S = 10;
/** Seconds after which the driver, a new process in each run, has reached its full speed. */
const RAMP_S = 1;

interface Run extends DriverResult {
  cpuMs: number;
  memoryMiB: number;
  commits: number | null;
  otherLoad: number;
}

/**
 * Runs a load several times after a warm-up and takes the median run.
 *
 * @param options the load and the number of its runs
 */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  await warmUp(options);
  const results: Run[] = [];
  for (let n = 0; n < options.runs; n += 1) {
    results.push(await runOnce(options));
  }
  return summarize(options, results, null);
}

/**
 * Warms up a product that was just started: puts load on it until it has reached its full speed.
 *
 * @param job the load
 */
export async function warm(job: Omit<DriverJob, 'seconds'>): Promise<void> {
  await runDriver({ ...job, seconds: WARM_AFTER_S });
}

/**
 * Runs several loads in turns, after a warm-up of each, so that a disturbance of the machine affects all
 * of them.
 *
 * @param loads the loads; the first is the reference for the others
 * @param runs number of runs of each load
 * @returns the measurements, in the order of the loads
 */
export async function measureInTurns(loads: readonly Load[], runs: number): Promise<Measurement[]> {
  for (const load of loads) {
    await warmUp(load);
  }
  const results = loads.map((): Run[] => []);
  for (let n = 0; n < runs; n += 1) {
    for (const [index, load] of loads.entries()) {
      results[index]?.push(await runOnce(load));
    }
  }
  return loads.map((load, index) =>
    summarize(load, results[index] ?? [], index === 0 ? null : (results[0] ?? [])),
  );
}

async function warmUp({ job, settle }: Load): Promise<void> {
  await runDriver({ ...job, seconds: Math.min(2, job.seconds) });
  await settle?.();
}

async function runOnce({ job, product, settle }: Load): Promise<Run> {
  let before = lookAt(product);
  // With a number of calls, all calls of a run count.
  const rampSeconds = job.calls === undefined ? RAMP_S : 0;
  const result = await runDriver({ ...job, rampSeconds }, () => {
    before = lookAt(product);
  });
  await settle?.();
  const { usage, commits, watch } = await before;
  const { busy, stolen } = watch();
  const after = product?.usage();
  const committed = await product?.commits?.();
  return {
    ...result,
    cpuMs: (after?.cpuMs ?? 0) - (usage?.cpuMs ?? 0),
    memoryMiB: after?.memoryMiB ?? 0,
    commits: committed === undefined ? null : committed - (commits ?? 0),
    otherLoad: busy + stolen,
  };
}

/** Reads the usage so far. */
async function lookAt(product: Watched | undefined): Promise<{
  usage: Usage | undefined;
  commits: number | undefined;
  watch: ReturnType<typeof watchOtherLoad>;
}> {
  const usage = product?.usage();
  const watch = watchOtherLoad();
  return { usage, watch, commits: await product?.commits?.() };
}

/** @param direct runs of the direct calls in the same turns; null without direct calls */
function summarize(
  { work, product }: Load,
  results: readonly Run[],
  direct: readonly Run[] | null,
): Measurement {
  const sorted = results.toSorted((a, b) => a.perSecond - b.perSecond);
  const median = sorted[sorted.length >> 1];
  const first = sorted[0];
  const last = sorted.at(-1);
  if (median === undefined || first === undefined || last === undefined) {
    throw new Error('nothing was measured');
  }
  return {
    work,
    perSecond: median.perSecond,
    ofDirect: direct === null ? null : medianRatio(results, direct),
    p50: median.p50,
    p95: median.p95,
    p99: median.p99,
    cpuMsPerRequest: product === undefined ? null : median.cpuMs / median.calls,
    memoryMiB: product === undefined ? null : median.memoryMiB,
    commitsPerRequest: median.commits === null ? null : median.commits / median.calls,
    errors: results.reduce((sum, { statuses }) => sum + countErrors(statuses), 0),
    range: [first.perSecond, last.perSecond],
    otherLoad: Math.max(...results.map(({ otherLoad }) => otherLoad)),
  };
}

/** Returns the median ratio of the turns: a host that is slow in one turn is slow for both of its runs. */
function medianRatio(results: readonly Run[], direct: readonly Run[]): number | null {
  const ratios = results
    .map(({ perSecond }, turn) => ratio(perSecond, direct[turn]?.perSecond ?? 0) ?? 0)
    .sort((a, b) => a - b);
  return ratios[ratios.length >> 1] ?? null;
}

function countErrors(statuses: Readonly<Record<string, number>>): number {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (status.startsWith('2') ? 0 : count),
    0,
  );
}
