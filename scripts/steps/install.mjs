import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, runStep } from './run.mjs';

/**
 * Installs what package-lock.json names, unless it is installed. Install scripts are not run: no
 * dependency needs one, and some would download.
 *
 * @param {string} [folder] where the package-lock.json is; default: the checkout
 * @returns {Promise<void>}
 */
export async function ensureInstalled(folder = root) {
  if (isInstalled(folder)) {
    return;
  }
  // Started by npm, its own path is known; it need not be the one on the PATH.
  const npm = process.env.npm_execpath;
  const [command, first] =
    npm !== undefined && npm.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await runStep('Installing packages', command, [
    ...first,
    ...['--prefix', folder, 'ci'],
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    // The warnings are about engines of dependencies and say nothing that a reader could act on.
    '--loglevel=error',
  ]);
}

/**
 * npm writes what it installed, as its last act, into node_modules/.package-lock.json: installed
 * means that each package of the lock is there in the same version. So an install by hand counts,
 * one that was cut short does not, and a pull that changes the lock is noticed.
 *
 * @param {string} folder where the package-lock.json is
 * @returns {boolean}
 */
export function isInstalled(folder) {
  const hidden = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) {
    return false;
  }
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(
    ([path, wanted]) =>
      !path.includes('node_modules/') ||
      wanted.optional === true ||
      wanted.devOptional === true ||
      (installed[path] !== undefined && installed[path].version === wanted.version),
  );
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}
