import { join } from 'node:path';

import { ADMIN_ROLE } from '@reqrun/users';
import { ensureRole, migrate, MigrationError } from '@reqrun/platform/migrations';

import { CHECKOUT } from './home.js';
import { StartError } from './start-error.js';

const SCHEMA_PATH = join(CHECKOUT, 'prisma/schema.prisma');
const MIGRATIONS_PATH = join(CHECKOUT, 'prisma/migrations');

/**
 * Brings a database to the current shape.
 *
 * @param connectionString whose
 * @param onProgress told in one line what happens
 * @param hasAdminLogin whether the admin API has a login of its own: then this user need not take its role
 * @throws StartError with one line about what is in the way
 */
export async function applyMigrations(
  connectionString: string,
  onProgress: (line: string) => void,
  hasAdminLogin = false,
): Promise<void> {
  try {
    // Before anything is changed: the migrations grant to it what the admin API may do.
    if (!hasAdminLogin && !(await ensureRole(connectionString, ADMIN_ROLE))) {
      onProgress(
        `The admin API needs the role ${ADMIN_ROLE}: an administrator of the database has to grant it to the user of DATABASE_URL, or to that of REQRUN_ADMIN_DATABASE_URL.`,
      );
    }
    await migrate({
      connectionString,
      schemaPath: SCHEMA_PATH,
      migrationsPath: MIGRATIONS_PATH,
      onProgress,
    });
  } catch (error) {
    throw error instanceof MigrationError
      ? new StartError(`The database can't be migrated: ${error.message}`)
      : error;
  }
}
