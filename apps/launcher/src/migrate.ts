import { ConfigError, withSecretFiles } from '@reqrun/platform/config';
import { faultOfConnectionString } from '@reqrun/platform/database';

import { applyMigrations } from './apply-migrations.js';
import { checkDatabase } from './reachable.js';
import { StartError } from './start-error.js';

/*
 * `npm run migrate`: the migration step alone, for a PostgreSQL of the user's own, before API and
 * worker of a new version are started there.
 */

async function run(): Promise<void> {
  const { DATABASE_URL = '', REQRUN_DIRECT_DATABASE_URL = '' } = withSecretFiles(process.env);
  const connectionString = REQRUN_DIRECT_DATABASE_URL || DATABASE_URL;
  const fault = faultOfConnectionString(connectionString);
  if (fault !== null) {
    throw new StartError(
      connectionString === ''
        ? 'Set DATABASE_URL to the PostgreSQL that is to be migrated.'
        : `DATABASE_URL: ${fault}`,
    );
  }
  await checkDatabase(connectionString);
  await applyMigrations(connectionString, (line) => process.stdout.write(`${line}\n`));
}

try {
  await run();
} catch (error) {
  const message =
    error instanceof StartError || error instanceof ConfigError
      ? error.message
      : error instanceof Error
        ? error.stack
        : error;
  process.stderr.write(`${String(message)}\n`);
  process.exitCode = 1;
}
