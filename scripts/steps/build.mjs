import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, runStep } from './run.mjs';

/** What `npm start` runs, and the command line for whoever started it. */
const STARTED = ['apps/api', 'apps/worker', 'apps/simulator', 'apps/launcher', 'apps/cli'];
/** Remembers the sources of the last build; goes with node_modules, for it depends on them too. */
const STAMP = join(root, 'node_modules/.reqrun-build');

/**
 * Builds what `npm start` runs, unless nothing has changed since: `tsc -b` would find that out as
 * well, but takes seconds for it.
 *
 * @returns {Promise<void>}
 */
export async function ensureBuilt() {
  const sources = fingerprint();
  const isBuilt =
    STARTED.every((app) => existsSync(join(root, app, 'dist/main.js'))) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === sources;
  if (isBuilt) {
    return;
  }
  await generateClient();
  await compile(STARTED);
  writeFileSync(STAMP, sources);
}

/** Writes the database client's code from prisma/schema.prisma. */
export async function generateClient() {
  await runStep('Generating the database client', process.execPath, [
    'scripts/generate.mjs',
    '--client',
  ]);
}

/**
 * Compiles projects and what they need.
 *
 * @param {readonly string[]} [projects] folders; default: all
 * @returns {Promise<void>}
 */
export async function compile(projects = ['.']) {
  await runStep('Compiling', process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-b',
    ...projects,
  ]);
}

/** Names, sizes and times of all that a build reads; cheap enough to look at every start. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\0`);
  };
  for (const name of ['tsconfig.base.json', 'package-lock.json', 'prisma/schema.prisma']) {
    add(join(root, name));
  }
  for (const kind of ['libs', 'apps']) {
    for (const project of readdirSync(join(root, kind)).sort()) {
      for (const path of filesBelow(join(root, kind, project))) {
        add(path);
      }
    }
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !['dist', 'node_modules', 'generated'].includes(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
