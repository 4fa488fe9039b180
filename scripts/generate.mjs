// `npm run generate`: writes what is derived from other files.
// `npm run generate:check`: fails if a committed one of them is not what would be written.
// `--<step>` runs that step alone.
import { join } from 'node:path';

import { derivedFiles } from './lib/derived-files.mjs';
import { generatePrismaClient } from './lib/prisma-client.mjs';
import { compile } from './steps/build.mjs';

const root = join(import.meta.dirname, '..');

/**
 * In this order. `run` answers in one line what it did; with `check` it changes no committed file and
 * names in `stale` those that differ.
 *
 * @type {readonly { name: string, run: (check: boolean) => Promise<{ did: string, stale?: string[] }> }[]}
 */
const steps = [
  {
    name: 'client',
    run: async () => ({ did: (await generatePrismaClient(root)) ? 'written' : 'up to date' }),
  },
  // From here on the compiled code is asked; with `--<step>` it has to be there.
  {
    name: 'compile',
    run: async () => {
      await compile(['apps/api', 'apps/worker']);
      return { did: 'up to date' };
    },
  },
  ...derivedFiles(root),
];

const names = process.argv.slice(2).map((argument) => argument.replace(/^--/, ''));
const check = names.includes('check');
const asked = names.filter((name) => name !== 'check');
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}; known: ${steps.map((s) => s.name)}`);
  process.exit(2);
}

const stale = [];
for (const step of steps.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  try {
    const result = await step.run(check);
    stale.push(...(result.stale ?? []));
    console.log(`${step.name}: ${result.did}`);
  } catch (error) {
    console.error(`${step.name}: ${error.message}`);
    process.exit(1);
  }
}
if (check && stale.length > 0) {
  console.error(`Not up to date, run "npm run generate": ${stale.join(', ')}`);
  process.exit(1);
}
