import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { UsageError } from '../arguments.js';

/** Folder of the peers, which is no workspace of the repository. */
export const PEERS_FOLDER = fileURLToPath(new URL('../../peers', import.meta.url));
/** File with the hash of the installed lock file. */
const MARK = join(PEERS_FOLDER, 'node_modules', '.installed');

/**
 * Installs the peers at the versions of their lock file, unless they are installed. Runs none of their
 * install scripts.
 *
 * @param say reports the start of an installation
 * @throws UsageError when npm fails
 */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const lock = await readFile(join(PEERS_FOLDER, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const installed = await readFile(MARK, 'utf8').catch(() => '');
  if (installed === wanted) {
    return;
  }
  say('installing the peers from npm');
  await promisify(execFile)(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: PEERS_FOLDER, env: environmentOfNpm() },
  ).catch((error: unknown) => {
    const { stderr = '' } = error as { stderr?: string };
    throw new UsageError(`npm could not install the peers. ${stderr.slice(0, 500)}`);
  });
  await writeFile(MARK, wanted);
}

/** Returns the environment without the variables of `npm run`, which would affect npm in another folder. */
function environmentOfNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/.test(name)),
  );
}

/**
 * Returns the installed version of a peer's package.
 *
 * @param name name of the package
 */
export async function installedVersion(name: string): Promise<string> {
  const text = await readFile(join(PEERS_FOLDER, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
