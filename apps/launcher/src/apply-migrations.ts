import { join } from 'node:path';

import { migrate, MigrationError } from '@reqrun/platform/migrations';

import { CHECKOUT } from './home.js';
import { StartError } from './start-error.js';

const SCHEMA_PATH = join(CHECKOUT, 'prisma/schema.prisma');
const MIGRATIONS_PATH = join(CHECKOUT, 'prisma/migrations');

/**
 * Brings a database to the current shape.
 *
 * @param connectionString whose
 * @param onProgress told in one line what happens
 * @throws StartError with one line about what is in the way
 */
export async function applyMigrations(
  connectionString: string,
  onProgress: (line: string) => void,
): Promise<void> {
  try {
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
