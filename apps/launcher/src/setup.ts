import { parseArgs } from 'node:util';

import { ConfigError, loadServiceConfig } from '@reqrun/platform/config';
import { MasterKeyMismatchError } from '@reqrun/platform/crypto';
import { createPool } from '@reqrun/platform/database';

import { applyMigrations } from './apply-migrations.js';
import { ensureFirstProject } from './first-project.js';
import { readFirstProjectConfig } from './first-project-config.js';
import { checkDatabase } from './reachable.js';
import { StartError } from './start-error.js';

/*
 * `npm run setup`: makes a PostgreSQL of the user's own ready for API and worker: the tables, the
 * first project, its two keys. The keys go to standard output, once, when they are made; everything
 * else goes to standard error, so that the output can be put into a file or a secret store.
 *
 * `--new-keys` makes another pair, for whoever has lost theirs; the old ones go on working.
 */

/** Any number will do; two setups at once must not make two first projects. */
const SETUP_LOCK = 7_305_881_249;

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { 'new-keys': { type: 'boolean', default: false } } });
  const { DATABASE_URL: connectionString, REQRUN_MASTER_KEY: masterKey } = loadServiceConfig();
  const config = readFirstProjectConfig();
  await checkDatabase(connectionString);
  await applyMigrations(connectionString, say);

  const pool = createPool({ connectionString, max: 1, applicationName: 'reqrun-setup' });
  try {
    // The lock is the session's: it ends with the pool.
    await pool.query('SELECT pg_advisory_lock($1)', [SETUP_LOCK]);
    const { rows } = await pool.query<{ keys: number }>(
      'SELECT count(*)::int AS keys FROM api_keys WHERE revoked_at IS NULL',
    );
    if ((rows[0]?.keys ?? 0) > 0 && !values['new-keys']) {
      say('There are API keys already; none was made (--new-keys makes another pair).');
      return;
    }
    const { createdKeys, provider, notes } = await ensureFirstProject({
      connectionString,
      masterKey,
      config,
      existingKeys: { live: undefined, test: undefined },
    });
    notes.forEach(say);
    say(
      provider.kind === 'url'
        ? `The first project's live requests go to ${provider.baseUrl}.`
        : 'The first project has no provider of its own: its live requests go to REQRUN_SIMULATOR_URL.',
    );
    if (createdKeys !== null) {
      say('The keys are shown this once:');
      process.stdout.write(
        `REQRUN_API_KEY=${createdKeys.live}\nREQRUN_TEST_API_KEY=${createdKeys.test}\n`,
      );
    }
  } finally {
    await pool.end();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Errors that are meant for a person are one line; any other is a defect and shows its stack. */
function messageOf(error: unknown): string {
  if (
    error instanceof StartError ||
    error instanceof ConfigError ||
    error instanceof MasterKeyMismatchError
  ) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await run();
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}
