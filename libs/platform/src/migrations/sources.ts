import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import type { MigrationList, SchemasContainer } from '@prisma/schema-engine-wasm/schema_engine_bg';

import { MigrationError } from './error.js';

/** Paths of the schema and its migrations: the layout of the Prisma CLI. */
export interface MigrationSources {
  /** Path of `schema.prisma`. */
  readonly schemaPath: string;
  /** The folder of `<timestamp>_<name>/migration.sql`; may be missing. */
  readonly migrationsPath: string;
}

/** The file that tells the Prisma CLI for which database the migrations are written. */
export const LOCK_FILE = 'migration_lock.toml';

/** Reads a schema file the way the engine wants to be given it. */
export async function readSchema(schemaPath: string): Promise<SchemasContainer> {
  const content = await readOrThrow(schemaPath);
  return { files: [{ path: basename(schemaPath), content }] };
}

/**
 * Reads all migrations, in the order in which they apply: that of their names.
 *
 * @throws {MigrationError} `files_unreadable`
 */
export async function readMigrations(migrationsPath: string): Promise<MigrationList> {
  const entries = await readdir(migrationsPath, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const lockFile = await readFile(join(migrationsPath, LOCK_FILE), 'utf8').catch(() => null);
  return {
    baseDir: resolve(migrationsPath),
    lockfile: { path: LOCK_FILE, content: lockFile },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readOrThrow(join(migrationsPath, name, 'migration.sql')),
          },
        },
      })),
    ),
  };
}

async function readOrThrow(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MigrationError('files_unreadable', `${path} cannot be read.`, { cause: error });
  }
}
