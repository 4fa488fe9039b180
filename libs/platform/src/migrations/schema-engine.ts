import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngine, SchemasContainer } from '@prisma/schema-engine-wasm/schema_engine_bg';

import { primaryUrl } from '../database/index.js';
import { migrationAdapter, openPool } from './adapter.js';
import { databaseUnavailable } from './databases.js';
import { MigrationError } from './error.js';

/**
 * No table is managed outside of the schema. The engine leaves alone what it cannot model, as it
 * always does.
 */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

/** Part of the global that is used; its types come with the browser's, which this project leaves out. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** The bindings report a panic of the engine here, and end in a bare "unreachable" without it. */
const PANIC_REGISTRY = {
  set_message: (message: string): never => {
    throw new MigrationError('engine_failed', `The schema engine gave up: ${message}`);
  },
};

let loaded: Promise<void> | undefined;

/** Instantiates the WebAssembly module once in a process; its bindings hold it in a global. */
async function load(): Promise<void> {
  const require = createRequire(import.meta.url);
  const path = require
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(path), {
    './schema_engine_bg.js': withIdleTimers(bindings),
  });
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: PANIC_REGISTRY });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}

/**
 * The engine leaves the timer of its ten-second lock timeout running when it has the lock; a process
 * with nothing else to do must not wait for it.
 */
function withIdleTimers(imports: object): object {
  const functions = Object.entries(imports) as [string, (...given: unknown[]) => unknown][];
  return Object.fromEntries(
    functions.map(([name, implementation]) => [
      name,
      name.startsWith('__wbg_setTimeout_')
        ? (...given: unknown[]) => (implementation(...given) as NodeJS.Timeout).unref()
        : implementation,
    ]),
  );
}

/**
 * Gives one piece of work Prisma's own schema engine, connected to a database. It is the engine that
 * `prisma migrate` runs, in the form that npm can deliver: nothing is downloaded, and the history it
 * writes is the one that the Prisma CLI reads.
 *
 * @param servers a connection string; of several servers, the engine gets the one that can be written to
 * @param schema the Prisma schema
 * @param work what to do with it
 * @throws {MigrationError} for whatever the engine or the database refuse
 */
export async function withSchemaEngine<T>(
  servers: string,
  schema: SchemasContainer,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  await (loaded ??= load());
  const connectionString = await primaryUrl(servers).catch((error: unknown) => {
    throw databaseUnavailable(error);
  });
  const pool = openPool(connectionString);
  try {
    // The engine tells of a missing database in prose alone.
    await pool.query('SELECT 1').catch((error: unknown) => {
      throw databaseUnavailable(error);
    });
    const engine = await bindings.SchemaEngine.new(
      { datamodels: schema.files.map(({ path, content }) => [path, content]) },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(migrationAdapter(pool, connectionString)),
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await pool.end();
  }
}

/** "Migrate found failed migrations", https://www.prisma.io/docs/orm/reference/error-reference. */
const FAILED_BEFORE = 'P3009';

function asMigrationError(error: unknown): MigrationError {
  if (error instanceof MigrationError) {
    return error;
  }
  const { message, code } = error as { message?: unknown; code?: unknown };
  const text = typeof message === 'string' ? message : 'unknown reason';
  if (code === FAILED_BEFORE) {
    const name = /`([^`]+)` migration started/.exec(text)?.[1];
    return failedBefore(name === undefined ? [] : [name], error);
  }
  return new MigrationError('engine_failed', withoutTrace(text), { cause: error });
}

/** Says what to do about migrations that failed at an earlier attempt. */
export function failedBefore(names: readonly string[], cause?: unknown): MigrationError {
  return new MigrationError(
    'failed_before',
    `A migration (${names.join(', ')}) failed at an earlier attempt, which PostgreSQL rolled back ` +
      'as a whole. When the cause is gone, delete its unfinished row from the table ' +
      '_prisma_migrations and start again.',
    { cause },
  );
}

/** The engine appends where in its own source it was, and PostgreSQL's DETAIL may quote a row. */
function withoutTrace(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const end = lines.findIndex((line) => /^\s+(\d+: |at )/.test(line));
  const migration = /migration_name="([^"]+)"/.exec(text)?.[1];
  const said = lines
    .slice(0, end === -1 ? lines.length : end)
    .filter((line) => line !== '' && !line.startsWith('DETAIL'))
    .join('\n');
  return migration === undefined ? said : `Migration ${migration}: ${said}`;
}
