import { readFileSync } from 'node:fs';

import { memoryOf, processTree } from './processes.js';

/** Memory of the processes that run one program. */
export interface MemoryOf {
  /** Name of the app, or `postgresql`, or that of the executable. */
  program: string;
  /** Proportional set size, in MiB. */
  memoryMiB: number;
}

/**
 * Returns the memory of several process trees by program, the largest first.
 *
 * @param roots ids of the topmost processes
 */
export function memoryByProgram(...roots: readonly number[]): MemoryOf[] {
  const stats = new Map(roots.flatMap(processTree).map((stat) => [stat.pid, stat]));
  const sums = new Map<string, number>();
  for (const stat of stats.values()) {
    const program = programOf(stat.pid);
    sums.set(program, (sums.get(program) ?? 0) + memoryOf(stat));
  }
  return [...sums]
    .map(([program, memoryMiB]) => ({ program, memoryMiB }))
    .sort((a, b) => b.memoryMiB - a.memoryMiB);
}

function programOf(pid: number): string {
  let command = '';
  try {
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has ended.
  }
  const [, app] = /apps\/(\w+)\/dist/.exec(command) ?? [];
  return app ?? (command.includes('postgres') ? 'postgresql' : (command.split(' ')[0] ?? ''));
}
