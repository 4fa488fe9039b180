import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { ensureRoom } from './room.mjs';
import { orExit } from './run.mjs';

/** How often the death of npm is looked for, in milliseconds: there is no signal for it. */
const PARENT_CHECK_MS = 250;

/**
 * Looks whether there is room, installs and builds what is needed, then becomes the launcher. Becoming it, instead of starting
 * it, leaves one process that gets npm's signals and whose exit code npm sees.
 */
export async function start() {
  leaveWithNpm();
  ensureRoom();
  await orExit(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
  await import('../../apps/launcher/dist/main.js');
}

/** npm that is killed outright tells nobody; its children find themselves with another parent. */
export function leaveWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) {
    return;
  }
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== npm) {
      clearInterval(timer);
      process.kill(process.pid, 'SIGTERM');
    }
  }, PARENT_CHECK_MS);
  timer.unref();
}
