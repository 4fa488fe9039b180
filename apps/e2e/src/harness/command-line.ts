import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Settings } from './services.js';

const PROGRAM = join(
  import.meta.dirname,
  ...['..', '..', '..', '..', 'apps', 'cli', 'bin', 'reqrun.mjs'],
);

/** How a command ended, and what it wrote. */
export interface CommandResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly process: ChildProcessWithoutNullStreams;
  readonly result: Promise<CommandResult>;
}

/** The built command line, run as a child process with an environment of its own. */
export class CommandLine {
  /**
   * @param env its settings, and nothing else of the environment
   * @param directory where it is run
   */
  constructor(
    private readonly env: Settings,
    private readonly directory: string,
  ) {}

  /**
   * The same with other settings.
   *
   * @param env over those that it has
   */
  with(env: Settings): CommandLine {
    return new CommandLine({ ...this.env, ...env }, this.directory);
  }

  /**
   * Runs a command to its end.
   *
   * @param args without the program's name
   * @param stdin what it reads
   */
  run(args: readonly string[], stdin = ''): Promise<CommandResult> {
    return this.start(args, stdin).result;
  }

  /**
   * Runs a command with `--json`.
   *
   * @param args without the program's name
   * @returns what it printed
   * @throws Error when it did not end with 0
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
   * @param args without the program's name
   * @param stdin what it reads
   */
  start(args: readonly string[], stdin = ''): RunningCommand {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.directory,
      env: { ...this.env },
    });
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    // One that ends without reading breaks this pipe.
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
