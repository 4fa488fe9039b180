import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { orExit, root, runOpenly, runStep } from './run.mjs';

/** Where Nx keeps what it knows about the projects; the rule about imports reads it there. */
const GRAPH = join(root, '.nx/workspace-data/project-graph.json');

/**
 * Lints and ends the process with ESLint's code. Without a graph of the projects ESLint would skip
 * the rule about imports and say that all is well, and with an old one it would judge by old tags:
 * so it is brought up to date first, and there is no lint without it.
 *
 * @param {readonly string[]} folders what is linted; default: everything
 */
export async function lint(folders) {
  await orExit(async () => {
    await runStep(
      'Reading the projects',
      process.execPath,
      ['node_modules/nx/dist/bin/nx.js', 'show', 'projects'],
      { NX_DAEMON: 'false' },
    );
  });
  if (!existsSync(GRAPH)) {
    process.stderr.write('Nx left no project graph: the module boundaries cannot be checked.\n');
    process.exit(1);
  }
  const targets = folders.length === 0 ? ['.'] : folders;
  process.exit(
    await runOpenly(
      process.execPath,
      ['node_modules/eslint/bin/eslint.js', '--max-warnings=0', ...targets],
      { NX_DAEMON: 'false' },
    ),
  );
}
