import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * Writes what a Jest run came to into the file that REQRUN_JEST_SUMMARY names:
 * `{ passed, failed, skipped: ["file › test"] }`. A file of tests that could not run counts as one
 * failed test.
 */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const brokenFiles = results.testResults.filter(
      ({ testExecError, testResults }) => testExecError != null && testResults.length === 0,
    );
    const skipped = results.testResults.flatMap(({ testFilePath, testResults }) =>
      testResults
        .filter(({ status }) => ['pending', 'todo', 'disabled'].includes(status))
        .map(({ fullName }) => `${relative(process.cwd(), testFilePath)} › ${fullName}`),
    );
    const summary = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + brokenFiles.length,
      skipped,
    };
    writeFileSync(process.env.REQRUN_JEST_SUMMARY, JSON.stringify(summary));
  }
}
