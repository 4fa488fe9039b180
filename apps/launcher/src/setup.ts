import { parseArgs } from 'node:util';

import {
  ConfigError,
  directDatabaseUrl,
  type FirstProjectConfig,
  loadServiceConfig,
} from '@reqrun/platform/config';
import { MasterKeyMismatchError } from '@reqrun/platform/crypto';
import { createPool } from '@reqrun/platform/database';

import { applyMigrations } from './apply-migrations.js';
import { ensureFirstOwner, resetPassword } from './first-owner.js';
import { ensureFirstProject } from './first-project.js';
import { readFirstProjectConfig } from './first-project-config.js';
import { checkDatabase } from './reachable.js';
import { StartError } from './start-error.js';

/*
 * `npm run setup`: makes a PostgreSQL of the user's own ready for API and worker: the tables, the
 * first project, its two keys, and the first owner of the dashboard. What is made goes to standard
 * output, once; everything else goes to standard error, so that the output can be put into a file or
 * a secret store.
 *
 * `--new-keys` makes another pair of keys, for whoever has lost theirs; the old ones go on working.
 * `--reset-password=<e-mail address>` gives a user another password, and takes away the second factor
 * and what was made with the old password: sessions, access tokens, open invitations; it does nothing else.
 */

/** Any number will do; two setups at once must not make two first projects. */
const SETUP_LOCK = 7_305_881_249;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'new-keys': { type: 'boolean', default: false },
      'reset-password': { type: 'string' },
    },
  });
  const settings = loadServiceConfig();
  const { REQRUN_MASTER_KEY: masterKey, REQRUN_MASTER_KEY_PREVIOUS: previousMasterKey } = settings;
  const connectionString = directDatabaseUrl(settings);
  const config = readFirstProjectConfig();
  await checkDatabase(connectionString);
  await applyMigrations(connectionString, say);

  const email = values['reset-password'];
  if (email !== undefined) {
    print({
      REQRUN_ADMIN_PASSWORD: await resetPassword(
        { connectionString, masterKey, previousMasterKey },
        email,
      ),
    });
    return;
  }
  const pool = createPool({ connectionString, max: 1, applicationName: 'reqrun-setup' });
  try {
    // The lock is the session's: it ends with the pool.
    await pool.query('SELECT pg_advisory_lock($1)', [SETUP_LOCK]);
    const { rows } = await pool.query<{ keys: number }>(
      'SELECT count(*)::int AS keys FROM api_keys WHERE revoked_at IS NULL',
    );
    if ((rows[0]?.keys ?? 0) > 0 && !values['new-keys']) {
      say('There are API keys already; none was made (--new-keys makes another pair).');
    } else {
      await makeProject({ connectionString, masterKey, previousMasterKey, config });
    }
    await ensureFirstOwner({
      connectionString,
      masterKey,
      previousMasterKey,
      wishes: [{ email: settings.REQRUN_ADMIN_EMAIL, password: settings.REQRUN_ADMIN_PASSWORD }],
      keep: (owner) => {
        say('The first owner of the dashboard signs in with:');
        print({ REQRUN_ADMIN_EMAIL: owner.email, REQRUN_ADMIN_PASSWORD: owner.password });
        return Promise.resolve();
      },
    });
  } finally {
    await pool.end();
  }
}

async function makeProject(options: {
  connectionString: string;
  masterKey: Buffer;
  previousMasterKey: Buffer | undefined;
  config: FirstProjectConfig;
}): Promise<void> {
  const { createdKeys, provider, notes } = await ensureFirstProject({
    ...options,
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
    print({ REQRUN_API_KEY: createdKeys.live, REQRUN_TEST_API_KEY: createdKeys.test });
  }
}

function print(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    process.stdout.write(`${name}=${value}\n`);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Errors that are meant for a user are one line; any other is a defect and shows its stack. */
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
