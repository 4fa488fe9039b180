import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { CHECKOUT } from '../home.js';
import type { Program } from '../program.js';

/** With which Node runs sources: ours by their own condition, types taken out by hooks. */
const NODE_FLAGS = [
  '--conditions=@reqrun/source',
  `--import=${pathToFileURL(join(CHECKOUT, 'scripts/sources/register.mjs')).href}`,
  '--enable-source-maps',
];
/** Folders of the dashboard's server, beside its pages; all others lie in `src` itself. */
const DASHBOARD = { compiled: '/apps/dashboard/dist/', sources: '/apps/dashboard/src/server/' };

/**
 * The same program, run from its sources instead of from what was compiled.
 *
 * @param program as it is deployed
 */
export function fromSources(program: Program): Program {
  const isDashboard = program.script.includes(DASHBOARD.compiled);
  return {
    ...program,
    script: program.script
      .replace(DASHBOARD.compiled, DASHBOARD.sources)
      .replace('/dist/', '/src/')
      .replace(/\.js$/, '.ts'),
    nodeFlags: NODE_FLAGS,
    ...(isDashboard && {
      arguments: () => [...program.arguments(), '--dev'],
      env: { ...program.env, NODE_ENV: 'development' },
    }),
  };
}
