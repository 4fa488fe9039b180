import { existsSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { isBuilt } from './build.mjs';
import { isInstalled } from './install.mjs';
import { root } from './run.mjs';

const MIB = 1024 * 1024;
/** What each part of a first start leaves on a disk, in MiB, with some to spare; measured on Linux. */
const PACKAGES_MIB = 1_500;
const CACHE_MIB = 550;
const BUILD_MIB = 250;
/** NEW_DATABASE_MIB of libs/platform, which can't be imported yet; a test holds them equal. */
export const DATABASE_MIB = 640;

/**
 * A part of the start that needs room.
 *
 * @typedef {{ what: string, path: string, mib: number, remedy: string }} Need
 */

/**
 * Ends the process with what is missing where a disk has no room for a part of the start that is still to
 * be done: nothing has been made by then.
 */
export function ensureRoom() {
  const lines = shortages(needsOfStart());
  if (lines.length > 0) {
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exit(1);
  }
}

/**
 * What is still to be made, and where.
 *
 * @returns {Need[]}
 */
function needsOfStart() {
  const needs = [];
  const move = 'move the checkout to a larger disk';
  if (!isInstalled(root)) {
    needs.push({ what: 'packages', path: root, mib: PACKAGES_MIB, remedy: move });
    const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
    if (!existsSync(join(cache, '_cacache'))) {
      const remedy = 'set npm_config_cache to a folder on a larger one';
      needs.push({ what: "npm's cache", path: cache, mib: CACHE_MIB, remedy });
    }
  }
  if (!isBuilt()) {
    needs.push({ what: 'build', path: root, mib: BUILD_MIB, remedy: move });
  }
  const home = resolve(root, process.env.REQRUN_HOME || '.reqrun');
  const isOurs = !process.env.DATABASE_URL && !process.env.DATABASE_URL_FILE;
  if (isOurs && !existsSync(join(home, 'postgresql')) && holdsDatabase(home)) {
    const remedy =
      'set REQRUN_HOME to a folder on a larger one, or DATABASE_URL to a PostgreSQL of your own';
    needs.push({ what: 'database', path: home, mib: DATABASE_MIB, remedy });
  }
  return needs;
}

/** Root's database runs as another user, and lies elsewhere when that one can't get into the home. */
function holdsDatabase(home) {
  if (process.getuid?.() !== 0) {
    return true;
  }
  for (let path = realpathSync(existing(home)); path !== dirname(path); path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) {
      return false;
    }
  }
  return true;
}

/**
 * Compares what is needed with what there is; parts on one disk share its room.
 *
 * @param {readonly Need[]} needs
 * @param {(path: string) => { disk: unknown, freeBytes: number }} [lookUp] the disk of a folder that is
 *   there, and its room; as the operating system says by default
 * @returns {string[]} lines for a person, none where there is room for everything
 */
export function shortages(needs, lookUp = diskOf) {
  const disks = new Map();
  for (const need of needs) {
    const { disk, freeBytes } = lookUp(existing(need.path));
    const its = disks.get(disk) ?? { free: Math.floor(freeBytes / MIB), needs: [] };
    its.needs.push(need);
    disks.set(disk, its);
  }
  return [...disks.values()].flatMap(({ free, needs: its }) => {
    const needed = its.reduce((sum, { mib }) => sum + mib, 0);
    if (free >= needed) {
      return [];
    }
    const parts = its.map(({ what, mib, path }) => `  ${mib} MiB for the ${what} in ${path}`);
    const remedies = [...new Set(its.map(({ remedy }) => remedy))];
    return [
      `The disk is too full to start: ${needed} MiB are needed, and ${free} MiB are free; ${needed - free} MiB are missing.`,
      ...parts,
      'Make room on it, or:',
      ...remedies.map((remedy) => `  ${remedy}`),
    ];
  });
}

function diskOf(path) {
  try {
    const { bavail, bsize } = statfsSync(path);
    return { disk: statSync(path).dev, freeBytes: bavail * bsize };
  } catch {
    // Not every file system tells; what is not known is no reason to refuse.
    return { disk: path, freeBytes: Infinity };
  }
}

/** The folder itself, or the nearest one above it that is there. */
function existing(path) {
  return existsSync(path) || path === dirname(path) ? path : existing(dirname(path));
}
