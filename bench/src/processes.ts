import { readdirSync, readFileSync } from 'node:fs';

/** What a group of processes has used so far. */
export interface Usage {
  /** User and system time of all of them, in ms. */
  cpuMs: number;
  /** Resident memory of all of them, in MiB; memory that is shared counts in each. */
  memoryMiB: number;
}

/** Linux' USER_HZ: the unit of times in /proc. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

interface ProcessStat {
  pid: number;
  parent: number;
  cpuMs: number;
  memoryMiB: number;
}

/**
 * What a process and all its descendants have used, from /proc (Linux only).
 *
 * @param root the process at the top: the launcher, whose children are ours and PostgreSQL's
 */
export function usageOfTree(root: number): Usage {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const children = new Map<number, ProcessStat[]>();
  for (const stat of all) {
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat]);
  }
  const usage: Usage = { cpuMs: 0, memoryMiB: 0 };
  const visit = (stat: ProcessStat): void => {
    usage.cpuMs += stat.cpuMs;
    usage.memoryMiB += stat.memoryMiB;
    children.get(stat.pid)?.forEach(visit);
  };
  all.filter(({ pid }) => pid === root).forEach(visit);
  return usage;
}

/** A process that ends while it is read counts as nothing. */
function readStat(pid: number): ProcessStat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets: fields are counted from behind it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, userTicks, systemTicks, pages] = [fields[1], fields[11], fields[12], fields[21]];
    return [
      {
        pid,
        parent: parent ?? 0,
        cpuMs: ((userTicks ?? 0) + (systemTicks ?? 0)) * TICK_MS,
        memoryMiB: ((pages ?? 0) * PAGE_BYTES) / (1024 * 1024),
      },
    ];
  } catch {
    return [];
  }
}

/** How much of the machine's processors was busy since boot, in ms over all of them. */
export function machineBusyMs(): number {
  const [, user, nice, system, , , irq, softIrq, steal] =
    readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/).map(Number) ?? [];
  return [user, nice, system, irq, softIrq, steal].reduce<number>(
    (sum, ticks) => sum + (ticks ?? 0) * TICK_MS,
    0,
  );
}
