import { runStreamDriver } from '../children.js';
import type { Watched } from '../measure.js';
import { watchOtherLoad } from '../other-load.js';
import type { StreamJob } from './stream-job.js';

/** A server that streams. */
export interface StreamTarget {
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Its processes, where they are measured. */
  watched?: Watched;
}

/** The median of several runs. Times are in ms. */
export interface StreamRun {
  name: string;
  /** Median time to the first token. */
  firstToken: number;
  /** Median time between two frames of a stream. */
  gapMedian: number;
  /** 99th percentile of the time between two frames of a stream. */
  gap: number;
  framesPerSecond: number;
  /** CPU time of its processes per 1,000 frames; null where they are not measured. */
  cpuMsPer1000: number | null;
  memoryMiB: number | null;
  /** Number of streams without a clean end, over all runs. */
  broken: number;
  otherLoad: number;
}

/**
 * Runs a load at several targets, in turns, after a warm-up of each.
 *
 * @param targets the targets
 * @param load the load
 * @param runs number of counted runs of each target
 * @returns one row for each target
 */
export async function measureStreams(
  targets: readonly StreamTarget[],
  load: Omit<StreamJob, 'url' | 'headers' | 'fields'>,
  runs: number,
): Promise<StreamRun[]> {
  const results = targets.map((): StreamRun[] => []);
  for (const target of targets) {
    await runOnce(target, load);
  }
  for (let n = 0; n < runs; n += 1) {
    for (const [index, target] of targets.entries()) {
      results[index]?.push(await runOnce(target, load));
    }
  }
  return targets.map(({ name }, index) => median(name, results[index] ?? []));
}

async function runOnce(
  { name, url, headers, watched }: StreamTarget,
  load: Omit<StreamJob, 'url' | 'headers' | 'fields'>,
): Promise<StreamRun> {
  let before = watched?.usage();
  let watch = watchOtherLoad();
  const result = await runStreamDriver({ ...load, url, headers, fields: {} }, () => {
    before = watched?.usage();
    watch = watchOtherLoad();
  });
  const after = watched?.usage();
  const { busy, stolen } = watch();
  const { firstToken, gap, frames, seconds, broken } = result;
  return {
    ...{ name, broken, otherLoad: busy + stolen },
    firstToken: firstToken.p50,
    gapMedian: gap.p50,
    gap: gap.p99,
    framesPerSecond: frames / seconds,
    cpuMsPer1000:
      after === undefined || before === undefined
        ? null
        : ((after.cpuMs - before.cpuMs) / Math.max(1, frames)) * 1000,
    memoryMiB: after?.memoryMiB ?? null,
  };
}

function median(name: string, runs: readonly StreamRun[]): StreamRun {
  const of = (value: (run: StreamRun) => number): number => {
    const sorted = runs.map(value).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  };
  const ofKnown = (value: (run: StreamRun) => number | null): number | null =>
    runs.every((run) => value(run) === null) ? null : of((run) => value(run) ?? 0);
  return {
    name,
    firstToken: of(({ firstToken }) => firstToken),
    gapMedian: of(({ gapMedian }) => gapMedian),
    gap: of(({ gap }) => gap),
    framesPerSecond: of(({ framesPerSecond }) => framesPerSecond),
    cpuMsPer1000: ofKnown(({ cpuMsPer1000 }) => cpuMsPer1000),
    memoryMiB: ofKnown(({ memoryMiB }) => memoryMiB),
    broken: runs.reduce((sum, run) => sum + run.broken, 0),
    otherLoad: Math.max(...runs.map(({ otherLoad }) => otherLoad)),
  };
}
