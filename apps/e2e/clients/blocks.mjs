import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { readBlocks } from '../dist/docs/blocks.js';

const CHECKOUT = join(import.meta.dirname, '../../..');
/** Attribute of a block that this command runs. */
const HERE = 'npm run clients';
/** Time limit of a block, in ms: long enough that only a hanging block exceeds it. */
const LIMIT_MS = 90_000;

/**
 * Runs the pages' examples whose packages are installed only here, each unchanged.
 *
 * @param {{ baseUrl: string, apiKey: string }} project a project that waits by default
 * @param {string | undefined} python an interpreter with the Python SDK
 * @returns {Promise<{ name: string, error: Error | null }[]>} result of each; without an interpreter
 *   the blocks in Python are left out
 */
export async function runBlocks({ baseUrl, apiKey }, python) {
  const blocks = (await readBlocks(CHECKOUT)).filter(
    ({ runsIn, language }) => runsIn === HERE && (language !== 'python' || python !== undefined),
  );
  return Promise.all(
    blocks.map(async ({ page, line, language, code }) => {
      const [command, args] =
        language === 'python'
          ? [python, ['-c', code]]
          : [process.execPath, ['--input-type=module', '--eval', code]];
      try {
        await promisify(execFile)(command, args, {
          cwd: import.meta.dirname,
          env: { ...process.env, REQRUN_BASE_URL: baseUrl, REQRUN_API_KEY: apiKey },
          timeout: LIMIT_MS,
        });
        return { name: `${page}:${line}`, error: null };
      } catch (error) {
        return { name: `${page}:${line}`, error };
      }
    }),
  );
}
