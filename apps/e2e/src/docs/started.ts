import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseEnv } from 'node:util';

import { inherited } from '../harness/process.js';

/** Start of the launcher's line that reports that everything runs. */
const READY = 'ReqRun is ready';

/** ReqRun as after `npm start`, without installing and building: all processes and an embedded database. */
export class StartedProduct {
  private constructor(
    private readonly launcher: ChildProcess,
    private readonly ended: Promise<unknown>,
    /** Output of the launcher. */
    readonly output: readonly string[],
    /** Variables of `local.env`. */
    readonly localEnv: Readonly<Record<string, string>>,
    /** Settings of other programs that use the same database. */
    readonly ownerEnv: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts it and waits until it reports that it is ready.
   *
   * @param checkout folder in which it was built
   * @param home folder for `REQRUN_HOME`
   * @param settings further environment variables
   * @throws Error with its output when it ends instead
   */
  static async start(
    checkout: string,
    home: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<StartedProduct> {
    const launcher = spawn(process.execPath, [join(checkout, 'apps/launcher/dist/main.js')], {
      cwd: checkout,
      env: { ...inherited(), REQRUN_API_PORT: '0', ...settings, REQRUN_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    // An interrupted run must leave no process.
    const kill = (): void => void launcher.kill('SIGTERM');
    process.once('exit', kill);
    const ended = new Promise((resolve) => launcher.once('close', resolve)).finally(() =>
      process.removeListener('exit', kill),
    );
    await new Promise<void>((resolve, reject) => {
      for (const input of [launcher.stdout, launcher.stderr]) {
        createInterface({ input }).on('line', (line) => {
          output.push(line);
          if (line.includes(READY)) {
            resolve();
          }
        });
      }
      void ended.then(() => reject(new Error(`It ended:\n${output.join('\n')}`)));
    });
    const read = (path: string): Promise<string> => readFile(join(home, path), 'utf8');
    const password = (await read('postgresql/password')).trim();
    const port = (await read('postgresql/port')).trim();
    return new StartedProduct(
      launcher,
      ended,
      output,
      parseEnv(await read('local.env')) as Record<string, string>,
      {
        DATABASE_URL: `postgresql://postgres:${password}@127.0.0.1:${port}/reqrun`,
        REQRUN_MASTER_KEY: (await read('master.key')).trim(),
      },
    );
  }

  /** Stops it as Ctrl-C does. */
  async stop(): Promise<void> {
    this.launcher.kill('SIGTERM');
    await this.ended;
  }
}
