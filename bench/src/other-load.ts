import { cpus } from 'node:os';

import { cpuMsOf, machineTime } from './processes.js';

/** Processes of the benchmark: this one and those added by `countAsOwn`, with all their descendants. */
const own = new Set([process.pid]);

/** Share of the machine that other work took during a run, from 0 to 1. */
export interface OtherLoad {
  /** Other processes of this machine. */
  busy: number;
  /** Other guests of the same host. */
  stolen: number;
}

/**
 * Counts a process and its descendants as the benchmark's own.
 *
 * @param pid id of a process with another parent, such as PostgreSQL's postmaster
 */
export function countAsOwn(pid: number): void {
  own.add(pid);
}

/**
 * Begins to measure other load of the machine, which distorts all figures.
 *
 * @returns a function that returns the other load since then
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
