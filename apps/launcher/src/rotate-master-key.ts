import { ConfigError, directDatabaseUrl, loadServiceConfig } from '@reqrun/platform/config';
import { MasterKey, MasterKeyMismatchError, rotateMasterKey } from '@reqrun/platform/crypto';
import { createPool } from '@reqrun/platform/database';

import { checkDatabase } from './reachable.js';
import { StartError } from './start-error.js';

/*
 * `npm run rotate-master-key`: wraps all data keys and secrets with REQRUN_MASTER_KEY instead of
 * REQRUN_MASTER_KEY_PREVIOUS, while API and workers run. It may be cut short and run again.
 */

async function run(): Promise<void> {
  const settings = loadServiceConfig();
  const { REQRUN_MASTER_KEY: key, REQRUN_MASTER_KEY_PREVIOUS: previous } = settings;
  if (previous === undefined) {
    throw new ConfigError(
      'REQRUN_MASTER_KEY_PREVIOUS is not set: set it to the key that the data is wrapped with, here and in all processes',
    );
  }
  if (previous.equals(key)) {
    throw new ConfigError('REQRUN_MASTER_KEY_PREVIOUS is the same key as REQRUN_MASTER_KEY');
  }
  const connectionString = directDatabaseUrl(settings);
  await checkDatabase(connectionString);
  const pool = createPool({ connectionString, max: 1, applicationName: 'reqrun-rotate' });
  try {
    const { rewrapped, verified } = await rotateMasterKey(pool, new MasterKey(key, previous));
    process.stdout.write(
      `${rewrapped} keys and secrets were wrapped anew; all ${verified} open with the new master key.\n` +
        'Remove REQRUN_MASTER_KEY_PREVIOUS from all processes, and keep the old key for old backups.\n',
    );
  } finally {
    await pool.end();
  }
}

try {
  await run();
} catch (error) {
  const isForUsers =
    error instanceof StartError ||
    error instanceof ConfigError ||
    error instanceof MasterKeyMismatchError;
  const message = error instanceof Error ? (isForUsers ? error.message : error.stack) : error;
  process.stderr.write(`${String(message)}\n`);
  process.exitCode = 1;
}
