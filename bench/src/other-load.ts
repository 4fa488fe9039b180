import { cpus } from 'node:os';

import { cpuMsOf, machineTime } from './processes.js';

/** Which processes are the benchmark's: everything below this one, and what stands elsewhere. */
const own = new Set([process.pid]);

/** How much of the machine went to others during a run, from 0 to 1. */
export interface OtherLoad {
  /** Other processes of this machine. */
  busy: number;
  /** Other guests of the same host. */
  stolen: number;
}

/**
 * Counts a process and those below it as the benchmark's own.
 *
 * @param pid one that has another parent, such as PostgreSQL's postmaster
 */
export function countAsOwn(pid: number): void {
  own.add(pid);
}

/**
 * Begins to watch what others do: their load spoils every figure.
 *
 * @returns asked at the end: what went to others since
 */
export function watchOtherLoad(): () => OtherLoad {
  const before = sample();
  return () => {
    const after = sample();
    const available = (after.atMs - before.atMs) * cpus().length;
    const share = (ms: number): number => Math.min(1, Math.max(0, ms / available));
    return {
      busy: share(after.busyMs - before.busyMs - (after.ownMs - before.ownMs)),
      stolen: share(after.stolenMs - before.stolenMs),
    };
  };
}

function sample(): { atMs: number; ownMs: number; busyMs: number; stolenMs: number } {
  return { atMs: performance.now(), ownMs: cpuMsOf(...own), ...machineTime() };
}
