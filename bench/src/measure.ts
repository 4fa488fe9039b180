import { runDriver } from './children.js';
import type { DriverJob, DriverResult } from './driver-job.js';
import { watchOtherLoad } from './other-load.js';
import type { Product } from './product.js';
import { ratio } from './statistics.js';

/** One row of the table: the median of several runs. */
export interface Measurement {
  work: string;
  perSecond: number;
  /** Against direct calls of the same run; null where nothing compares. */
  ofDirect: number | null;
  p50: number;
  p95: number;
  p99: number;
  /** Of all our processes and PostgreSQL's, per request. */
  cpuMsPerRequest: number | null;
  /** Proportional memory of the same processes after the run. */
  memoryMiB: number | null;
  commitsPerRequest: number | null;
  /** Answers that were not 2xx, over all runs. */
  errors: number;
  /** The slowest and the fastest run: how far apart they lie says how quiet the machine was. */
  range: [number, number];
  /** The largest share of the machine that went to others during a run, from 0 to 1. */
  otherLoad: number;
}

/** How a load is measured. */
export interface MeasureOptions {
  work: string;
  job: DriverJob;
  /** The product, where its processes are to be watched. */
  product?: Product;
  /** Calls per second of the direct run that this one is compared with. */
  direct?: number;
  runs: number;
  /** Runs after each load until everything accepted has ended. */
  settle?: () => Promise<void>;
}

interface Run extends DriverResult {
  cpuMs: number;
  memoryMiB: number;
  commits: number;
  otherLoad: number;
}

/**
 * Runs a load several times after a warm-up and takes the median run.
 *
 * @param options what and how often
 */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  const { job, product, runs } = options;
  await runDriver({ ...job, seconds: Math.min(2, job.seconds) });
  await options.settle?.();
  const results: Run[] = [];
  for (let n = 0; n < runs; n += 1) {
    const usage = product?.usage();
    const commits = await product?.commits();
    const watch = watchOtherLoad();
    const result = await runDriver(job);
    await options.settle?.();
    const { busy, stolen } = watch();
    const after = product?.usage();
    results.push({
      ...result,
      cpuMs: (after?.cpuMs ?? 0) - (usage?.cpuMs ?? 0),
      memoryMiB: after?.memoryMiB ?? 0,
      commits: ((await product?.commits()) ?? 0) - (commits ?? 0),
      otherLoad: busy + stolen,
    });
  }
  results.sort((a, b) => a.perSecond - b.perSecond);
  const median = results[results.length >> 1];
  const first = results[0];
  const last = results.at(-1);
  if (median === undefined || first === undefined || last === undefined) {
    throw new Error('nothing was measured');
  }
  return {
    work: options.work,
    perSecond: median.perSecond,
    ofDirect: options.direct === undefined ? null : ratio(median.perSecond, options.direct),
    p50: median.p50,
    p95: median.p95,
    p99: median.p99,
    cpuMsPerRequest: product === undefined ? null : median.cpuMs / median.calls,
    memoryMiB: product === undefined ? null : median.memoryMiB,
    commitsPerRequest: product === undefined ? null : median.commits / median.calls,
    errors: results.reduce((sum, { statuses }) => sum + countErrors(statuses), 0),
    range: [first.perSecond, last.perSecond],
    otherLoad: Math.max(...results.map(({ otherLoad }) => otherLoad)),
  };
}

function countErrors(statuses: Readonly<Record<string, number>>): number {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (status.startsWith('2') ? 0 : count),
    0,
  );
}
