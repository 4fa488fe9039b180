import { readFileSync } from 'node:fs';

import { processTree } from '../processes.js';

/** Resident memory of one process over a period, in MiB. */
export interface MemorySpan {
  first: number;
  peak: number;
  last: number;
}

/** Resident memory of the product's processes by their name: `api`, `worker`. */
export type MemoryTrace = Record<string, MemorySpan>;

const EVERY_MS = 100;

/**
 * Begins to sample the resident memory of API and worker.
 *
 * @param launcherPid id of the launcher, their parent process
 * @returns a function that ends the sampling and returns the trace
 */
export function traceMemory(launcherPid: number): () => MemoryTrace {
  const trace: MemoryTrace = {};
  const sample = (): void => {
    for (const { pid, residentMiB } of processTree(launcherPid)) {
      const part = partOf(pid);
      if (part !== null) {
        const seen = (trace[part] ??= { first: residentMiB, peak: 0, last: 0 });
        seen.peak = Math.max(seen.peak, residentMiB);
        seen.last = residentMiB;
      }
    }
  };
  sample();
  const timer = setInterval(sample, EVERY_MS);
  return () => {
    clearInterval(timer);
    sample();
    return trace;
  };
}

/** Returns the name of the product's program that a process runs, or null. */
function partOf(pid: number): string | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /apps\/(api|worker)\//.exec(command)?.[1] ?? null;
  } catch {
    return null;
  }
}
