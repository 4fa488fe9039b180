import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Facts of the operating system about a process. */
export interface ProcessDescription {
  readonly parentPid: number;
  /** The command line; arguments are separated by a NUL character (Linux) or a space. */
  readonly commandLine: string;
}

/**
 * Looks a process up, in /proc where there is one (slim containers have no `ps`), else with `ps`
 * (macOS).
 *
 * @returns undefined when there is no such process, or nothing but its unread exit status
 */
export async function describeProcess(pid: number): Promise<ProcessDescription | undefined> {
  return process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
}

async function fromProc(pid: number): Promise<ProcessDescription | undefined> {
  try {
    const [status, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    const parentPid = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    return commandLine === '' ? undefined : { parentPid, commandLine };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<ProcessDescription | undefined> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'ppid=,stat=,command=', '-p', String(pid)]);
    const [, parent, state, commandLine] = /^\s*(\d+)\s+(\S+)\s+(.*)$/m.exec(stdout) ?? [];
    return commandLine === undefined || state?.startsWith('Z') === true
      ? undefined
      : { parentPid: Number(parent), commandLine };
  } catch {
    return undefined;
  }
}

/**
 * Sends a signal.
 *
 * @returns false when the process is gone already
 */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
