import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { generatePrismaClient } from '../lib/prisma-client.mjs';
import { compile, ensureDocsBuilt, ensurePagesBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { orExit, root, runOpenly } from './run.mjs';

/** Projects whose integration tests start what is compiled; the services of all tests come from the first. */
const SERVICES = 'libs/platform';
const RUN_COMPILED = [SERVICES, 'apps/simulator'];
/** End-to-end tests that look at the dashboard's pages. */
const LOOK_AT_PAGES = [
  'apps/e2e/src/dashboard',
  'apps/e2e/src/docs.e2e-spec.ts',
  'apps/e2e/src/fuzz',
];
/** The one that looks at the documentation. */
const LOOKS_AT_DOCS = 'apps/e2e/src/dashboard/documentation.e2e-spec.ts';

/**
 * What has to be there before the tests of each size run. Each reads the libs from their sources, so that
 * a unit test needs no build at all.
 *
 * @type {Record<string, (paths: readonly string[]) => Promise<void>>}
 */
const prepare = {
  unit: async () => undefined,
  integration: async (paths) => {
    const [first, ...others] = RUN_COMPILED;
    await compile([first, ...others.filter((project) => mayTouch(paths, project))]);
  },
  e2e: async (paths) => {
    await compile();
    if (LOOK_AT_PAGES.some((path) => mayTouch(paths, path))) {
      await ensurePagesBuilt();
    }
    if (mayTouch(paths, LOOKS_AT_DOCS)) {
      await ensureDocsBuilt();
    }
  },
};

/**
 * Runs the tests of one size and ends the process with Jest's code. Builds what they start, and nothing
 * where they start nothing.
 *
 * @param {'unit' | 'integration' | 'e2e'} size which Jest project
 * @param {readonly string[]} jestArguments what Jest is told beside: paths, `-t "part of a name"`, `--watch`
 */
export async function testSize(size, jestArguments) {
  await orExit(async () => {
    await ensureInstalled();
    await generatePrismaClient(root);
    await prepare[size](jestArguments);
  });
  process.exit(
    await runOpenly(
      process.execPath,
      // Jest takes what follows a list of projects for another one: the paths come first.
      ['node_modules/jest/bin/jest.js', ...jestArguments, `--selectProjects=${size}`],
      { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim() },
    ),
  );
}

/** Only paths that are there tell where the tests lie; anything else may mean every one. */
function mayTouch(paths, place) {
  return (
    paths.length === 0 ||
    paths.some(
      (path) => !existsSync(join(root, path)) || within(path, place) || within(place, path),
    )
  );
}

function within(path, folder) {
  return `${join(path)}/`.startsWith(`${join(folder, '.')}/`);
}
