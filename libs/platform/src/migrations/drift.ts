import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { NO_FILTER, withSchemaEngine } from './schema-engine.js';
import { LOCK_FILE, readMigrations, readSchema, type MigrationSources } from './sources.js';

/** Sides of the comparison, and the database on which it can be tried out. */
export interface DriftOptions extends MigrationSources {
  /**
   * Any database of a server whose user may create databases; it is only connected to. The migrations
   * are applied to a shadow database that exists for the moment of the comparison.
   */
  readonly connectionString: string;
}

/** Answer of the engine where it sees no difference. */
const EMPTY = '-- This is an empty migration.';

/**
 * The SQL that leads from the migrations to the schema; empty when they say the same.
 *
 * What Prisma cannot model is on neither side of the comparison, so that a migration may hold it:
 * seen with 7.10 for storage and table parameters, checks, functions, and indexes that are partial or
 * on expressions. (With the preview feature `partialIndexes` partial indexes do count and have to be
 * in the schema, with the predicate as PostgreSQL prints it.) A table, or an index with INCLUDE, that
 * the schema does not have is a difference.
 *
 * @throws {MigrationError} `engine_failed` also when the migrations do not apply to an empty database
 */
export async function schemaDrift(options: DriftOptions): Promise<string> {
  const [schema, migrations] = await Promise.all([
    readSchema(options.schemaPath),
    readMigrations(options.migrationsPath),
  ]);
  return await withSchemaEngine(options.connectionString, schema, async (engine) => {
    const { stdout } = await engine.diff({
      from:
        migrations.migrationDirectories.length === 0
          ? { tag: 'empty' }
          : { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', ...schema },
      script: true,
      exitCode: null,
      filters: NO_FILTER,
    });
    const script = (stdout ?? '').trim();
    return script === EMPTY ? '' : script;
  });
}

/** A migration to be written. */
export interface CreateMigrationOptions extends DriftOptions {
  /** Purpose in a few words; becomes a part of the folder's name. */
  readonly name: string;
  /** Stands before the name, in UTC; default now. */
  readonly at?: Date;
}

/**
 * Writes the difference as a new migration, for somebody to read and complete before it is committed.
 *
 * @returns the path of its `migration.sql`, or undefined when there is no difference
 */
export async function createMigration(
  options: CreateMigrationOptions,
): Promise<string | undefined> {
  const script = await schemaDrift(options);
  if (script === '') {
    return undefined;
  }
  const { migrationsPath, name, at = new Date() } = options;
  const timestamp = at.toISOString().replace(/\D/g, '').slice(0, 14);
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['migration'];
  const directory = join(migrationsPath, `${timestamp}_${words.join('_')}`);
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'migration.sql');
  await writeFile(path, `${script}\n`, { flag: 'wx' });
  await writeFile(
    join(migrationsPath, LOCK_FILE),
    '# Written by the tool that made the migrations; Prisma reads it.\nprovider = "postgresql"\n',
  );
  return path;
}
