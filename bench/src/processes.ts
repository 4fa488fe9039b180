import { readdirSync, readFileSync } from 'node:fs';

/** CPU time and memory that a group of processes has used so far. */
export interface Usage {
  /** User and system time of the processes and of their ended children, in ms. */
  cpuMs: number;
  /**
   * Memory of the processes, in MiB: their proportional share of shared mappings, so that PostgreSQL's
   * shared buffers count once. Resident memory where the kernel does not report the share.
   */
  memoryMiB: number;
}

/** USER_HZ of Linux: the unit of times in /proc. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;
const MIB = 1024 * 1024;

/** A process at one point in time. */
export interface ProcessStat {
  pid: number;
  parent: number;
  cpuMs: number;
  residentMiB: number;
}

/**
 * Returns a process and all its descendants, from /proc (Linux only).
 *
 * @param root id of the topmost process
 */
export function processTree(root: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const children = new Map<number, ProcessStat[]>();
  for (const stat of all) {
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat]);
  }
  const below = (stat: ProcessStat): ProcessStat[] => [
    stat,
    ...(children.get(stat.pid) ?? []).flatMap(below),
  ];
  return all.filter(({ pid }) => pid === root).flatMap(below);
}

/**
 * Returns the usage of several process trees. A process in two of them counts once.
 *
 * @param roots ids of the topmost processes: the launcher, PostgreSQL's postmaster, …
 */
export function usageOf(...roots: readonly number[]): Usage {
  const usage: Usage = { cpuMs: cpuMsOf(...roots), memoryMiB: 0 };
  for (const { pid, residentMiB } of together(roots)) {
    usage.memoryMiB += memoryOf({ pid, residentMiB });
  }
  return usage;
}

/**
 * Returns only the CPU time that `usageOf` counts, in ms.
 *
 * @param roots ids of the topmost processes
 */
export function cpuMsOf(...roots: readonly number[]): number {
  return together(roots).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

function together(roots: readonly number[]): ProcessStat[] {
  return [...new Map(roots.flatMap(processTree).map((stat) => [stat.pid, stat])).values()];
}

/** Reads one process. A process that ends meanwhile is left out. */
function readStat(pid: number): ProcessStat[] {
  try {
    return [parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'))];
  } catch {
    return [];
  }
}

/**
 * Reads one line of /proc/…/stat (proc(5)).
 *
 * @param pid id of the process
 * @param text the line
 */
export function parseStat(pid: number, text: string): ProcessStat {
  // The command's name may contain spaces and brackets, so fields are counted from behind it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number] ?? 0;
  return {
    pid,
    parent: field(1),
    // utime and stime, then cutime and cstime of the children that were waited for.
    cpuMs: (field(11) + field(12) + field(13) + field(14)) * TICK_MS,
    residentMiB: (field(21) * PAGE_BYTES) / MIB,
  };
}

/**
 * Returns the memory of one process, as `usageOf` counts it, in MiB.
 *
 * @param stat the process
 */
export function memoryOf({ pid, residentMiB }: Pick<ProcessStat, 'pid' | 'residentMiB'>): number {
  return proportionalMiB(pid) ?? residentMiB;
}

function proportionalMiB(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kib = /^Pss: +(\d+) kB/m.exec(text)?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}

/** CPU time of the machine since boot, in ms over all processors. */
export interface MachineTime {
  busyMs: number;
  /** CPU time taken by other guests of the same host. */
  stolenMs: number;
}

/** Reads the first line of /proc/stat. */
export function machineTime(): MachineTime {
  const [, user, nice, system, , , irq, softIrq, steal] =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).map(Number) ?? [];
  const sum = (...ticks: (number | undefined)[]): number =>
    ticks.reduce<number>((total, count) => total + (count ?? 0) * TICK_MS, 0);
  return { busyMs: sum(user, nice, system, irq, softIrq), stolenMs: sum(steal) };
}
