import { runOpenly } from './run.mjs';

const FACTOR = '5';
/** An hour for each test, in milliseconds. */
const TIMEOUT_MS = 3_600_000;

/**
 * Runs the fuzz tests and ends the process with their code.
 *
 * @param {readonly string[]} jestArguments what Jest is told beside
 */
export async function fuzz(jestArguments) {
  const code = await runOpenly(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      '--selectProjects=e2e',
      `--testTimeout=${TIMEOUT_MS}`,
      `--testPathPatterns=apps/e2e/src/fuzz/.*${jestArguments[0] ?? ''}`,
      ...jestArguments.slice(1),
    ],
    {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim(),
      REQRUN_FUZZ_FACTOR: process.env.REQRUN_FUZZ_FACTOR ?? FACTOR,
    },
  );
  process.exit(code);
}
