import type {
  DiagnoseMigrationHistoryOutput,
  MigrationList,
  SchemaEngine,
} from '@prisma/schema-engine-wasm/schema_engine_bg';

import { withMigrationLock } from './lock.js';
import { checkPrivileges } from './privileges.js';
import { failedBefore, NO_FILTER, withSchemaEngine } from './schema-engine.js';
import { readMigrations, readSchema, type MigrationSources } from './sources.js';

/** Migrations, and the database that they go to. */
export interface MigrateOptions extends MigrationSources {
  /** A connection URL of the owner of the tables. */
  readonly connectionString: string;
  /** How long to wait for another process that is migrating, in milliseconds; default 60,000. */
  readonly lockWaitMs?: number;
  /** Told in one line each what happened, and what is unusual. */
  readonly onProgress?: (line: string) => void;
}

/**
 * Applies the migrations that the database has not seen, each in one transaction. Several processes
 * may call this at the same time: one works, the others wait and find nothing left to do.
 *
 * Migrations that the database knows and the folder does not are no reason to refuse: they are what
 * is found when an older version is started again.
 *
 * @returns the names of the migrations applied by this call
 * @throws {MigrationError} see its codes
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const { connectionString, onProgress = () => undefined, lockWaitMs = 60_000 } = options;
  const [schema, migrationsList] = await readSources(options);
  return await withMigrationLock(connectionString, lockWaitMs, async () =>
    withSchemaEngine(connectionString, schema, async (engine) => {
      const history = await diagnose(engine, migrationsList);
      if (pendingOf(history).length > 0) {
        await checkPrivileges(connectionString);
      }
      for (const name of history.editedMigrationNames) {
        onProgress(
          `Migration ${name} was changed after it had been applied; it is not applied again.`,
        );
      }
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList,
        filters: NO_FILTER,
      });
      onProgress(
        appliedMigrationNames.length === 0
          ? 'The database is up to date.'
          : `Applied ${appliedMigrationNames.length} ${appliedMigrationNames.length === 1 ? 'migration' : 'migrations'} to the database.`,
      );
      return appliedMigrationNames;
    }),
  );
}

/**
 * The names of the migrations that `migrate` would apply, oldest first; changes nothing.
 *
 * @throws {MigrationError} see its codes
 */
export async function pendingMigrations(
  options: Pick<MigrateOptions, 'connectionString' | 'schemaPath' | 'migrationsPath'>,
): Promise<readonly string[]> {
  const [schema, migrationsList] = await readSources(options);
  return await withSchemaEngine(options.connectionString, schema, async (engine) => {
    const history = await diagnose(engine, migrationsList);
    if (history.failedMigrationNames.length > 0) {
      throw failedBefore(history.failedMigrationNames);
    }
    return pendingOf(history);
  });
}

async function readSources(
  sources: MigrationSources,
): Promise<[Awaited<ReturnType<typeof readSchema>>, MigrationList]> {
  return await Promise.all([
    readSchema(sources.schemaPath),
    readMigrations(sources.migrationsPath),
  ]);
}

async function diagnose(
  engine: SchemaEngine,
  migrationsList: MigrationList,
): Promise<DiagnoseMigrationHistoryOutput> {
  return await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: NO_FILTER,
  });
}

function pendingOf({ history }: DiagnoseMigrationHistoryOutput): readonly string[] {
  return history === null || history.diagnostic === 'migrationsDirectoryIsBehind'
    ? []
    : history.unappliedMigrationNames;
}
