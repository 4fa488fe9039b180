import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generatePrismaClient } from '../lib/prisma-client.mjs';
import { MUTANTS } from '../mutants/list.mjs';
import { compile } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { orExit, root, runQuietly } from './run.mjs';

/**
 * Runs the test of each mutant on the sources as they are, where it must pass, and without the guard, where it must
 * fail. Ends the process with 1 when one does not.
 *
 * @param {readonly string[]} names which mutants; none for all
 */
export async function mutants(names) {
  const unknown = names.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown !== undefined) {
    process.stderr.write(
      `There is no mutant ${unknown}. There are: ${MUTANTS.map(({ name }) => name).join(', ')}\n`,
    );
    process.exit(2);
  }
  await orExit(async () => {
    await ensureInstalled();
    await generatePrismaClient(root);
    await compile(['libs/platform', 'apps/simulator']);
  });
  const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
  const problems = [];
  for (const mutant of chosen) {
    const problem = await problemOf(mutant);
    process.stdout.write(
      `${problem === null ? 'caught' : 'MISSED'}  ${mutant.name}: ${mutant.without}\n`,
    );
    if (problem !== null) {
      problems.push(`${mutant.name}: ${problem}`);
    }
  }
  process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
  process.exit(problems.length === 0 ? 0 : 1);
}

/** @returns {Promise<string | null>} what is wrong with a mutant; null where its test catches it */
async function problemOf(mutant) {
  const source = await readFile(join(root, mutant.file), 'utf8');
  if (source.split(mutant.from).length !== 2) {
    return `its guard does not stand once in ${mutant.file}: change scripts/mutants/list.mjs`;
  }
  const before = await statusOf(mutant, '');
  if (before !== 'passed') {
    return `its test has to pass with the guard, and has ${before ?? 'not run'}: ${mutant.test}`;
  }
  const after = await statusOf(mutant, mutant.name);
  return after === 'failed'
    ? null
    : `its test has to fail without the guard, and has ${after ?? 'not run'}: ${mutant.test}`;
}

/** @returns {Promise<string | null>} how its test ended; null where it did not run, or nothing could be compiled */
async function statusOf({ spec, test }, name) {
  const folder = await mkdtemp(join(tmpdir(), 'reqrun-mutants-'));
  try {
    const report = join(folder, 'report.json');
    await runQuietly(
      process.execPath,
      [
        'node_modules/jest/bin/jest.js',
        '--config=scripts/mutants/jest.config.mjs',
        `--testNamePattern=${test.replaceAll(/[^\w ,:]/g, '.')}$`,
        ...['--runInBand', '--forceExit', '--silent', '--json', `--outputFile=${report}`],
        spec,
      ],
      {
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim(),
        REQRUN_MUTANT: name,
      },
    );
    const { testResults } = JSON.parse(await readFile(report, 'utf8'));
    const found = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.endsWith(test));
    return found.length === 1 ? found[0].status : null;
  } catch {
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
