import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compile, ensureDocsBuilt, ensurePagesBuilt, generateClient } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { orExit, runOpenly } from './run.mjs';

/** The Jest projects of jest.config.mjs, in order of cost. */
const SIZES = ['unit', 'integration', 'e2e'];

/**
 * Runs all tests and ends the process: with 0 when none failed. The last line of the output is the
 * sum; skipped tests are named above it.
 *
 * @param {readonly string[]} jestArguments what Jest is told beside
 */
export async function test(jestArguments) {
  await orExit(async () => {
    await ensureInstalled();
    await generateClient();
    await compile();
    await ensurePagesBuilt();
    await ensureDocsBuilt();
  });
  const folder = mkdtempSync(join(tmpdir(), 'reqrun-test-'));
  const sum = { passed: 0, failed: 0, skipped: [] };
  for (const size of SIZES) {
    process.stdout.write(`\n── ${size} tests ──\n`);
    const { passed, failed, skipped } = await runSize(size, folder, jestArguments);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped.push(...skipped);
  }
  rmSync(folder, { recursive: true, force: true });
  const lines = [
    '',
    ...(sum.skipped.length === 0 ? [] : ['Skipped:', ...sum.skipped.map((name) => `  ${name}`)]),
    `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exit(sum.failed === 0 ? 0 : 1);
}

async function runSize(size, folder, jestArguments) {
  const file = join(folder, `${size}.json`);
  const code = await runOpenly(
    process.execPath,
    [
      'node_modules/jest/bin/jest.js',
      `--selectProjects=${size}`,
      '--maxWorkers=2',
      '--reporters=default',
      '--reporters=<rootDir>/scripts/jest-summary-reporter.mjs',
      // A pattern may fit tests of one size alone.
      ...(jestArguments.length === 0 ? [] : ['--passWithNoTests', ...jestArguments]),
    ],
    {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules`.trim(),
      REQRUN_JEST_SUMMARY: file,
    },
  );
  const summary = readSummary(file);
  if (code !== 0 && (summary === null || summary.failed === 0)) {
    // Something beside a test failed: a service did not start, or Jest itself ended.
    process.stderr.write(`The ${size} tests ended with code ${code}.\n`);
    return { passed: summary?.passed ?? 0, failed: 1, skipped: summary?.skipped ?? [] };
  }
  return summary ?? { passed: 0, failed: 0, skipped: [] };
}

function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
