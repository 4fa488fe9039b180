import { generateClient } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { ensureRoom } from './room.mjs';
import { orExit } from './run.mjs';
import { leaveWithNpm } from './start.mjs';

/** For whoever has not said otherwise: a reload ends what runs soon, and no debugger is taken for a hang. */
const DEFAULTS = { REQRUN_SHUTDOWN_GRACE_MS: '1000', REQRUN_HANG_TIMEOUT_MS: '0' };

/**
 * Becomes the launcher, run from its sources, with reload on save. Nothing is compiled: this process reads
 * sources, and those that it starts do.
 */
export async function dev() {
  leaveWithNpm();
  ensureRoom();
  await orExit(async () => {
    await ensureInstalled();
    await generateClient();
  });
  Object.assign(process.env, { ...DEFAULTS, ...process.env });
  process.argv.push('--dev');
  // Not before: the hooks need packages.
  await import('../sources/register.mjs');
  await import('../../apps/launcher/src/main.ts');
}
