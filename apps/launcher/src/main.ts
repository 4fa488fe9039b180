import { join } from 'node:path';

import { ConfigError, loadLauncherConfig } from '@reqrun/platform/config';
import { createLogger } from '@reqrun/platform/logging';

import { fromSources } from './dev/from-sources.js';
import { CHECKOUT, ensureHome, homeAt } from './home.js';
import { lockHome } from './home-lock.js';
import { LogFile } from './log-file.js';
import { endLeftovers } from './processes.js';
import { checkSettings, startAll } from './start-all.js';
import type { Program } from './program.js';
import { StartCanceled, StartError } from './start-error.js';
import { StopRequest } from './stop-request.js';
import { Supervisor } from './supervisor.js';
import { createTerminal } from './terminal.js';

/**
 * Runs ReqRun until it is stopped.
 *
 * @param dev run the sources, and start anew what is made of one that changes
 * @returns the exit code: 0 after a stop that was asked for
 * @throws StartError, ConfigError when there is nothing to run yet
 */
async function run(dev: boolean): Promise<number> {
  const config = loadLauncherConfig();
  checkSettings(config);
  const home = homeAt(config.REQRUN_HOME);
  await ensureHome(home);
  const unlock = await lockHome(home.lock);

  const logFile = new LogFile(join(home.logs, 'launcher.log'));
  const terminal = createTerminal(
    createLogger({ service: 'launcher', level: 'info', destination: logFile }),
  );
  const adapt = dev ? fromSources : (program: Program): Program => program;
  const supervisor = new Supervisor(home, terminal, adapt);
  const stop = new StopRequest(() => {
    terminal.say('Stopping at once …');
    supervisor.hurry();
  });
  // A start that waits for a process is let go by stopping that process.
  const canceled = stop.requested.then(() => {
    throw new StartCanceled('a stop was requested');
  });
  canceled.catch(() => undefined);

  let exitCode = 0;
  try {
    await endLeftovers(home.processes, config.REQRUN_SHUTDOWN_GRACE_MS, ({ name, pid }) => {
      terminal.say(`Ending what an earlier start left running: ${name} (pid ${pid}).`);
    });
    await Promise.race([
      startAll({ config, home, terminal, supervisor, adapt }),
      supervisor.givenUp,
      canceled,
    ]);
    if (dev) {
      // Loaded here: what it needs is no part of a deployment.
      const { reloadOnSave } = await import('./dev/reload-on-save.js');
      await reloadOnSave({ checkout: CHECKOUT, terminal, supervisor });
      terminal.say('Save a file to reload what is made of it.');
    }
    await Promise.race([stop.requested, supervisor.givenUp]);
  } catch (error) {
    if (!(error instanceof StartCanceled)) {
      exitCode = 1;
      terminal.fail(messageOf(error));
    }
  }
  if (supervisor.isRunning) {
    terminal.say(exitCode === 0 ? 'Stopping …' : 'Stopping what was started …');
  }
  await supervisor.stop();
  await unlock();
  if (exitCode === 0) {
    terminal.say('Stopped.');
  }
  return exitCode;
}

/** Errors that are meant for a user are one line; any other is a defect and shows its stack. */
function messageOf(error: unknown): string {
  if (error instanceof StartError || error instanceof ConfigError) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.chdir(CHECKOUT);
try {
  process.exitCode = await run(process.argv.includes('--dev'));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
// Whatever still holds the event loop has nothing left to do.
process.exit();
