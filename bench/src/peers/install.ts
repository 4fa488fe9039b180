import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { UsageError } from '../arguments.js';

/** Where the peers lie: no workspace of the repository. */
export const PEERS_FOLDER = fileURLToPath(new URL('../../peers', import.meta.url));
/** Says which lock file is installed. */
const MARK = join(PEERS_FOLDER, 'node_modules', '.installed');

/**
 * Installs the peers at the versions of their lock file, unless that was done before. No install
 * script of theirs runs.
 *
 * @param say told when it takes a while
 * @throws UsageError when npm could not
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

/** What `npm run` says of the repository must not reach an npm that works in another folder. */
function environmentOfNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/.test(name)),
  );
}

/**
 * The version of a package that is installed for the peers.
 *
 * @param name the package
 */
export async function installedVersion(name: string): Promise<string> {
  const text = await readFile(join(PEERS_FOLDER, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
