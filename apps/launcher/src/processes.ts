import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { describeProcess } from '@reqrun/platform/embedded-postgres';

import { writePrivateFile } from './private-file.js';

/** A process that the launcher started. */
export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
  /** A part of its command line: process ids are used again. */
  readonly script: string;
}

const POLL_MS = 50;

/**
 * Waits until processes are gone.
 *
 * @param pids which
 * @param patienceMs how long at most, in milliseconds
 * @returns whether they are
 */
export async function whenGone(pids: readonly number[], patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const alive = await Promise.all(pids.map(async (pid) => await describeProcess(pid)));
    if (alive.every((found) => found === undefined)) {
      return true;
    }
    if (Date.now() >= deadline) {
      return false;
    }
    await delay(POLL_MS);
  }
}

/**
 * Writes down which processes run, so that a start after a kill finds them.
 *
 * @param path the file
 * @param processes all of them, in the order in which they are to be stopped
 */
export async function recordProcesses(
  path: string,
  processes: readonly StartedProcess[],
): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(processes)}\n`);
}

/**
 * Ends what the last start left running because it was killed. Such processes are ending already,
 * for they have lost their channel; this makes sure of it, in order.
 *
 * @param path the file of `recordProcesses`
 * @param patienceMs how long each may take before it is killed, in milliseconds
 * @param onFound told of each one
 */
export async function endLeftovers(
  path: string,
  patienceMs: number,
  onFound: (leftover: StartedProcess) => void,
): Promise<void> {
  for (const leftover of await readProcesses(path)) {
    const found = await describeProcess(leftover.pid);
    if (found?.commandLine.includes(leftover.script) === true) {
      onFound(leftover);
      kill(leftover.pid, 'SIGTERM');
      if (!(await whenGone([leftover.pid], patienceMs))) {
        kill(leftover.pid, 'SIGKILL');
        await whenGone([leftover.pid], patienceMs);
      }
    }
  }
}

async function readProcesses(path: string): Promise<readonly StartedProcess[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as readonly StartedProcess[];
  } catch {
    // None was written, or it was cut off by a crash of the machine: then nothing of it runs.
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}
