import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Settings } from './services.js';

const PROGRAM = join(
  import.meta.dirname,
  ...['..', '..', '..', '..', 'apps', 'cli', 'bin', 'reqrun.mjs'],
);

/** Exit code and output of a command. */
export interface CommandResult {
  /** Exit code; null when a signal ended the command. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface RunningCommand {
  readonly process: ChildProcessWithoutNullStreams;
  readonly result: Promise<CommandResult>;
}

/** The built command line, run as a child process with an environment of its own. */
export class CommandLine {
  /**
   * @param env complete environment of its processes
   * @param directory working directory
   */
  constructor(
    private readonly env: Settings,
    private readonly directory: string,
  ) {}

  /**
   * Returns a command line with other settings.
   *
   * @param env settings that override those of this one
   */
  with(env: Settings): CommandLine {
    return new CommandLine({ ...this.env, ...env }, this.directory);
  }

  /**
   * Runs a command to its end.
   *
   * @param args arguments after the program's name
   * @param stdin standard input
   */
  run(args: readonly string[], stdin = ''): Promise<CommandResult> {
    return this.start(args, stdin).result;
  }

  /**
   * Runs a command with `--json`.
   *
   * @param args arguments after the program's name
   * @returns the parsed output
   * @throws Error when it did not exit with 0
   */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, '--json']);
    if (code !== 0) {
      throw new Error(`reqrun ${args.join(' ')} ended with ${code}: ${stderr}`);
    }
    return JSON.parse(stdout) as T;
  }

  /**
   * Starts a command.
   *
   * @param args arguments after the program's name
   * @param stdin standard input
   */
  start(args: readonly string[], stdin = ''): RunningCommand {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.directory,
      env: { ...this.env },
    });
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    // A command that ends without reading breaks this pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const written = Promise.all([
      text(child.stdout).catch(() => ''),
      text(child.stderr).catch(() => ''),
    ]);
    const result = new Promise<CommandResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        process.removeListener('exit', killAtExit);
        void written.then(([stdout, stderr]) => resolve({ code, stdout, stderr }));
      });
    });
    return { process: child, result };
  }
}
